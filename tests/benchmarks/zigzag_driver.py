"""ZigZag on layers of the references: run by the Python of ZigZag's own environment.

Reads a line of JSON for each layer (``config`` and ``shape`` as in references/mapper_peers.json),
and answers each with a line: the energy, the processor seconds, and the mappings that it weighed.
Each layer is mapped in a process of its own, forked after all imports and one tiny layer, so that
imports are not counted and nothing is remembered from the layer before.

ZigZag's stages are those of its ``get_hardware_performance_zigzag`` without what writes files and
draws pictures. What the references don't say follows from their counts, all of them whole numbers
of 168 words: the ports of the buffer and of DRAM are as wide as a word for each PE. With that the
energies are the references' to the last digit.
"""

import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

WORD = 16
PORT_WORDS = 168
TINY = {"N": 1, "M": 2, "C": 1, "H": 1, "W": 1, "R": 1, "S": 1, "stride": 1, "pad": 0}
OPERANDS = {"W": "I2", "I": "I1", "O": "O"}
STAGES = (
    ("parser.workload_parser", "WorkloadParserStage"),
    ("parser.accelerator_parser", "AcceleratorParserStage"),
    ("results.reduce_stages", "SumStage"),
    ("workload_iterator", "WorkloadStage"),
    ("results.reduce_stages", "MinimalEnergyStage"),
    ("mapping.spatial_mapping_generation", "SpatialMappingGeneratorStage"),
    ("results.reduce_stages", "MinimalEnergyStage"),
    ("mapping.temporal_mapping_generator_stage", "TemporalMappingGeneratorStage"),
    ("evaluation.cost_model_evaluation", "CostModelStage"),
)


def accelerator(config: dict[str, Any]) -> dict[str, Any]:
    """Return the machine of a row: registers in each PE, a buffer, DRAM, in this order."""
    cost, words = config["cost"], config["rf_words"]
    memories: dict[str, Any] = {}
    for operand in "IWO":
        name = OPERANDS[operand]
        memories[f"rf_{operand}"] = memory(words[operand] * WORD, cost["RF"], 1, [name], [])
    held = [OPERANDS[operand] for operand in config["glb_holds"].split(",")]
    both = ["D1", "D2"]
    size = config["glb_KB"] * 1024 * 8
    memories["glb"] = memory(size, cost["GLB"], PORT_WORDS, held, both)
    memories["dram"] = memory(10**12, cost["DRAM"], PORT_WORDS, list(OPERANDS.values()), both)
    rows, columns = (int(size) for size in config["array"].split("x"))
    array = {
        "unit_energy": float(cost["MAC"]),
        "unit_area": 0.0,
        "dimensions": both,
        "sizes": [columns, rows],
    }
    return {"name": "array", "memories": memories, "operational_array": array}


def memory(
    size: int, cost: float, words: int, operands: list[str], served: list[str]
) -> dict[str, Any]:
    """Return a memory of ``size`` bits whose ports take ``words``; ``cost`` is that of one word."""
    reads = [f"{name}, tl" for name in operands] + ["O, th"] * ("O" in operands)
    writes = [f"{name}, fh" for name in operands] + ["O, fl"] * ("O" in operands)
    ports = [("rw_port_1", "read_write", writes + reads)]
    if not served:
        ports = [("r_port_1", "read", reads), ("w_port_1", "write", writes)]
    return {
        "size": size,
        "r_cost": float(cost * words),
        "w_cost": float(cost * words),
        "area": 0.0,
        "latency": 1,
        "operands": operands,
        "ports": [
            {
                "name": name,
                "type": kind,
                "bandwidth_min": WORD,
                "bandwidth_max": WORD * words,
                "allocation": allocation,
            }
            for name, kind, allocation in ports
        ],
        "served_dimensions": served,
    }


def workload(shape: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the one layer, groups as a loop of its own."""
    groups, stride, pad = shape["groups"], shape["stride"], shape["pad"]
    loops = {"B": shape["N"], "K": shape["M"] // groups, "G": groups, "OX": shape["F"]}
    loops |= {"OY": shape["E"], "C": shape["C"] // groups, "FX": shape["S"], "FY": shape["R"]}
    return [
        {
            "id": 0,
            "name": "layer",
            "operator_type": "Conv",
            "equation": "O[b][g][k][oy][ox]+=W[g][k][c][fy][fx]*I[b][g][c][iy][ix]",
            "dimension_relations": [f"ix={stride}*ox+1*fx", f"iy={stride}*oy+1*fy"],
            "loop_dims": list(loops),
            "loop_sizes": list(loops.values()),
            "pr_loop_dims": ["IX", "IY"],
            "pr_loop_sizes": [shape["W"], shape["H"]],
            "padding": [[pad, pad], [pad, pad]],
            "operand_precision": {"W": WORD, "I": WORD, "O": WORD, "O_final": WORD},
            "operand_source": {},
        }
    ]


class ZigZag:
    """The installed ZigZag, imported once."""

    def __init__(self) -> None:
        logging.disable(logging.CRITICAL)
        self._yaml = import_module("yaml")
        self._main = import_module("zigzag.stages.main").MainStage
        kinds = import_module("zigzag.mapping.temporal_mapping").TemporalMappingType
        self._uneven = kinds("uneven")
        self._stages: list[Any] = [
            getattr(import_module(f"zigzag.stages.{module}"), name) for module, name in STAGES
        ]
        self._stages.insert(-1, _Weighed.between(import_module("zigzag.stages.stage").Stage))

    def run(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return energy, processor seconds and mappings weighed of a layer."""
        mapping = [
            {
                "name": "default",
                "memory_operand_links": OPERANDS,
                "spatial_mapping": row["config"]["spatial_mapping"],
            }
        ]
        files = {
            "accelerator": accelerator(row["config"]),
            "workload": workload(row["shape"]),
            "mapping": mapping,
        }
        with tempfile.TemporaryDirectory() as folder:
            paths = {name: Path(folder) / f"{name}.yaml" for name in files}
            for name, content in files.items():
                paths[name].write_text(self._yaml.safe_dump(content, sort_keys=False))
            _Weighed.count = 0
            began = time.process_time()
            answers = self._main(
                self._stages,
                **{name: str(path) for name, path in paths.items()},
                loma_lpf_limit=row["config"]["lpf_limit"],
                loma_show_progress_bar=False,
                nb_mappings_generated=3,
                enable_mix_spatial_mapping_generation=False,
                access_same_data_considered_as_no_access=True,
                temporal_mapping_type=self._uneven,
            ).run()
            seconds = time.process_time() - began
        energy = float(answers[0][0].energy_total)
        return {"energy": energy, "seconds": seconds, "weighed": _Weighed.count}


class _Weighed:
    """Counts the mappings that are evaluated."""

    count = 0

    @classmethod
    def between(cls, stage: Any) -> Any:
        """Return a stage that counts what passes it."""

        def run(self: Any) -> Any:
            cls.count += 1
            yield from self.list_of_callables[0](self.list_of_callables[1:], **self.kwargs).run()

        return type("Weighed", (stage,), {"run": run})


def in_a_child(work: Callable[[], Any]) -> Any:
    """Return what some work answers in a forked process: nothing of it stays here."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            pipe.write(json.dumps(work()))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def main() -> None:
    """Answer layer after layer."""
    zigzag = ZigZag()
    warm = False
    for line in sys.stdin:
        row = json.loads(line)
        if not warm:
            spatial = {"D1": ["K, 2"]}
            tiny = {"config": row["config"] | {"spatial_mapping": spatial}}
            zigzag.run(tiny | {"shape": TINY | {"groups": 1, "E": 1, "F": 1}})
            warm = True
        sys.stdout.write(json.dumps(in_a_child(partial(zigzag.run, row))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
