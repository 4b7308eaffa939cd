"""How soon a slider's step is answered: with mappings held from before, natively and in Pyodide.

``python -m tests.benchmarks.held_benchmark [MODEL]…`` (mobilenet_v2 and resnet50) prints the
milliseconds of processor time of whole requests to the page's door: the first, which searches; the
same again, in full; then steps with ``"mappings": "held"``, and how much more each says than the
search that follows it, natively. The project has set itself 100 ms for a step of a model of 60
layers in the page.
"""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from py.page import handle
from py.platforms.load import PUBLIC, read_platform_file
from tests.pyodide.test_same_digits import in_pyodide

EYERISS = read_platform_file("eyeriss")
STEPS: dict[str, dict[str, Any]] = {
    "8 bits": {"bits": {"weight": 8, "activation": 8}},
    "weights of 4 bits": {"bits": {"weight": 4, "activation": 8}},
    "batch of 2": {"batch": 2},
    "batch of 16": {"batch": 16},
    "buffer of 64 KiB": {"capacities": {"global_buffer": 65_536}},
    "buffer of 200 KiB": {"capacities": {"global_buffer": 204_800}},
}


def request(folder: str, model: str, options: dict[str, Any], *, held: bool) -> dict[str, Any]:
    """Return a request for a model that lies in a folder."""
    source = {"kind": "file", "path": f"{folder}/{model}.onnx", "name": f"{model}.onnx"}
    asked = {"do": "estimate", "source": source, "platform": EYERISS, "options": options}
    return asked | ({"mappings": "held"} if held else {})


def requests(folder: str, model: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what is asked, in order, each with what it is."""
    asked = [(name, request(folder, model, {}, held=False)) for name in ("first", "again, in full")]
    for name, options in STEPS.items():
        asked.append((name, request(folder, model, options, held=True)))
    return asked


def answered(asked: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """Return the milliseconds that a request takes here, and its answer."""
    text = json.dumps(asked)
    start = time.process_time()
    answer: dict[str, Any] = json.loads(handle(text))
    return 1000 * (time.process_time() - start), answer


def timed_in_pyodide(model: str) -> list[float]:
    """Return the milliseconds of the same requests in the built engine, under Node."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copyfile(PUBLIC / "models" / f"{model}.onnx", folder / f"{model}.onnx")
        asked = [entry for _, entry in requests("/upload", model)]
        in_pyodide(asked, folder, "snapshot")
        times: list[float] = json.loads((folder / "times.json").read_text())
        return times


def main(models: list[str]) -> None:
    """Print the times of each model."""
    for model in models or ["mobilenet_v2", "resnet50"]:
        folder = str(PUBLIC / "models")
        pyodide = timed_in_pyodide(model)
        print(f"{model:20} {'native':>10} {'Pyodide':>10}   against a search")
        for (name, asked), there in zip(requests(folder, model), pyodide, strict=True):
            here, answer = answered(asked)
            line = f"{name:20} {here:7.1f} ms {there:7.1f} ms"
            if answer.get("provisional"):
                exact = answered({**asked, "mappings": None})[1]
                energies = [a["result"]["totals"]["energy_macs"] for a in (answer, exact)]
                line += f"   {100 * (energies[0] / energies[1] - 1):+.1f} %"
                answered(request(folder, model, {}, held=False))  # and back to where it was
            print(line)
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
