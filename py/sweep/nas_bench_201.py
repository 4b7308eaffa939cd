"""``python -m py.sweep.nas_bench_201``: a whole search space, 15,625 networks, on two platforms.

The worked example of a sweep without files: every architecture of the NAS-Bench-201 cell space
(``py.sweep.population.spaces.nas_bench_201``) is described, priced as a population, and written as
the rows of a sweep are, with the picture of energy against MACs.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from json import dumps
from math import isnan
from pathlib import Path

from py.model_argument import ProgressLine
from py.sweep.answers import Answers, AnswerStore, default_path
from py.sweep.asked.arguments import NO_CACHE
from py.sweep.ending import made, written
from py.sweep.plan.setting import PlatformFile
from py.sweep.population.costs import Costs, Pricer
from py.sweep.population.spaces.nas_bench_201 import architectures, population
from py.sweep.rows.columns import Value
from py.sweep.rows.row import NOT_MODELLED, Row
from py.sweep.work.pool import inline, processes
from py.sweep.work.sources import sources_digest
from py.terminal import FINE, run
from py.version import ENGINE

PLATFORMS = ("eyeriss", "cpu-raptorlake")
SPACE = "nas-bench-201"
_QUANTITIES = (
    *("energy_j", "energy_low_j", "energy_high_j", "energy_macs"),
    *("time_s", "time_low_s", "time_high_s", "power_w"),
)


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    parser = argparse.ArgumentParser(
        prog="python -m py.sweep.nas_bench_201",
        description="Price all 15,625 architectures of the NAS-Bench-201 cell space.",
    )
    parser.add_argument("--platform", action="append", metavar="ID|FILE.json")
    parser.add_argument("--output", metavar="DIR", default=SPACE, help=f"(default: {SPACE})")
    parser.add_argument("--cache", metavar="FILE|none", help="as of python -m py.sweep")
    parser.add_argument("--one-process", action="store_true", help="search mappings here alone")
    given = parser.parse_args(arguments)
    names = list(dict.fromkeys(given.platform or PLATFORMS))
    platforms = [PlatformFile.read(name) for name in names]
    folder = made(Path(given.output))
    path = Path(given.cache) if given.cache else default_path()
    with ProgressLine() as line, ExitStack() as stack:
        store = stack.enter_context(AnswerStore(None if given.cache == NO_CACHE else path))
        workers = stack.enter_context(inline() if given.one_process else processes())
        line.show("describing 15,625 networks")
        every = population()
        costs = []
        for name in names:
            line.show(f"pricing on {name}")
            pricer = Pricer(name, answers=Answers(store), workers=workers)
            costs.append(pricer.costs(every))
        line.show("writing rows and summary")
        about = {
            "space": SPACE,
            "platforms": [file.id for file in platforms],
        }
        provenance = {
            "engine": sources_digest(),
            "sweep": dumps(about, sort_keys=True),
            "platforms": dumps({file.id: file.hash for file in platforms}, sort_keys=True),
        }
        text = written(_rows(platforms, costs), folder, about=about, provenance=provenance)
    for note in store.notes:
        sys.stderr.write(f"note: {note}\n")
    sys.stdout.write(text)
    return FINE


def _rows(platforms: list[PlatformFile], costs: list[Costs]) -> Iterator[Row]:
    """Yield a row for each architecture on each platform, as a sweep over files would."""
    arrays = [
        {name: getattr(own, name).tolist() for name in (*_QUANTITIES, "covered_share")}
        for own in costs
    ]
    macs = [own.macs.tolist() for own in costs]
    parameters = [own.parameters.tolist() for own in costs]
    for place, architecture in enumerate(architectures()):
        for number, file in enumerate(platforms):
            known: dict[str, Value] = {
                name: _known(arrays[number][name][place]) for name in _QUANTITIES
            }
            share = arrays[number]["covered_share"][place]
            whole = not share < 1
            told = dumps([SPACE, architecture, file.hash, ENGINE])
            yield Row(
                place * len(platforms) + number,
                sha256(told.encode()).hexdigest()[:24],
                {
                    "status": "ok" if whole else "partial",
                    "reason_code": None if whole else NOT_MODELLED,
                    "model": architecture,
                    "platform": file.id,
                    "platform_kind": file.kind,
                    "platform_hash": file.hash,
                    "batch": 1,
                    "macs": int(macs[number][place]),
                    "parameters": int(parameters[number][place]),
                    **known,
                    "per_inference_energy_j": known["energy_j"],
                    "per_inference_time_s": known["time_s"],
                    "macs_share_covered": _known(share),
                },
            )


def _known(value: float) -> float | None:
    return None if isnan(value) else value


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
