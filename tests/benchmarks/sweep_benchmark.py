"""How much sooner a sweep ends with a second worker: in processes, and on a local Dask cluster.

    python -m tests.benchmarks.sweep_benchmark [--bits W …] [--ways WAY …] [--rounds N]

All networks that come with the page, on Eyeriss at several widths and two batch sizes, with nothing
known before: about a minute's work for one worker, nearly all of it the mapping of two thousand
distinct layers. Each run is of the whole program, in a process of its own, one after the other. The
goal is that two workers of a cluster take at most 0.6 of one's time.

Phases are timed as the program tells them: until the first, to read the models, to map their
layers, to price, and to write and sum up. ``others`` is how much of all cores other programs took
meanwhile: only runs with little of it tell anything. The longest layer is what no number of workers
can be quicker than.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from py.columns import columns

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "public" / "models"
BITS = ("4", "8", "12", "16")
BATCHES = ("1", "4")
WAYS: dict[str, dict[int, tuple[str, ...]]] = {
    "processes": {1: ("--workers", "1"), 2: ("--workers", "2")},
    "cluster": {
        1: ("--scheduler", "local", "--workers", "1"),
        2: ("--scheduler", "local", "--workers", "2"),
    },
}
PHASES = {
    "started": "",
    "reading": "reading combinations",
    "mapping": "mapping distinct layers",
    "pricing": "pricing",
    "writing": "writing rows and summary",
}
GOAL = 0.6
TICKS_S = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print what each way takes with one worker and with two."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--bits", nargs="+", default=list(BITS))
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--part", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part is not None:
        sys.stdout.write(json.dumps(timed(given.part)))
        return 0
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {MODELS.name} on eyeriss, "
          f"bits {' '.join(given.bits)}, batch {' '.join(BATCHES)}")  # fmt: skip
    lines, seconds = [], dict[tuple[str, int], list[float]]()
    for number in range(given.rounds):
        for way in given.ways:
            for count, arguments in WAYS[way].items():
                found = run(arguments, given.bits)
                seconds.setdefault((way, count), []).append(found["in all"])
                lines.append(line(number, way, count, found))
    heads = ("round", "way", "workers", "in all", *PHASES, "processors", "others", "longest layer")
    print("\n".join(columns(heads, lines, left=2)))
    for way in given.ways:
        one, two = (statistics.median(seconds[way, count]) for count in (1, 2))
        print(f"{way}: two workers take {two / one:.2f} of one's time (goal {GOAL})")
    return 0


def line(number: int, way: str, count: int, found: dict[str, Any]) -> tuple[str, ...]:
    """Return a run as a line of the table."""
    phases = (f"{found[name]:.1f} s" for name in PHASES)
    longest = "" if found["longest"] is None else f"{found['longest']:.2f} s"
    return (
        str(number + 1), way, str(count), f"{found['in all']:.1f} s", *phases,
        f"{found['processors']:.1f} s", f"{100 * found['others']:.0f} %", longest,
    )  # fmt: skip


def run(arguments: tuple[str, ...], bits: list[str]) -> dict[str, Any]:
    """Run a sweep from nothing in a process of its own; return its times in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        asked = [str(MODELS), "--platform", "eyeriss", "--bits", *bits, "--batch", *BATCHES]
        how = ["--cache", "none", "--quiet", "--output", folder, *arguments]
        command = [sys.executable, "-m", "tests.benchmarks.sweep_benchmark", "--part"]
        begun, busy, own = time.time(), busy_s(), children_s()
        done = subprocess.run(
            [*command, *asked, *how], cwd=ROOT, capture_output=True, text=True, check=False
        )
        in_all = time.time() - begun
        if done.returncode:
            raise RuntimeError(done.stderr)
        own = children_s() - own
        found: dict[str, Any] = json.loads(done.stdout)
        moments = [begun, *found.pop("moments"), begun + in_all]
        steps = [later - before for before, later in pairwise(moments)]
        others = (busy_s() - busy - own) / (in_all * (os.cpu_count() or 1))
        return found | dict(zip(PHASES, steps, strict=True)) | {
            "in all": in_all, "processors": own, "others": max(0.0, others)
        }  # fmt: skip


def timed(arguments: list[str]) -> dict[str, Any]:
    """Run the program; return when phases began, and the longest layer if it was mapped here."""
    import py.sweep.__main__ as program
    import py.sweep.run as runner

    begun: dict[str, float] = {}
    longest: list[float] = []
    own_run: Any = vars(program)["run"]
    own_answer: Any = vars(runner)["answer"]

    def answer(question: Any) -> Any:
        start = time.perf_counter()
        found = own_answer(question)
        longest.append(time.perf_counter() - start)
        return found

    def run_told(*given: Any) -> Any:
        before, told, after = given[:5], given[5], given[6:]

        def heard(phase: str, done: int, total: int) -> None:
            begun.setdefault(phase, time.time())
            told(phase, done, total)

        worked = own_run(*before, heard, *after)
        begun["writing rows and summary"] = time.time()
        return worked

    vars(program)["run"] = run_told
    if "--scheduler" not in arguments and arguments[-1] == "1":
        vars(runner)["answer"] = answer
    code = program.main(arguments)
    if code:
        raise RuntimeError(f"exit code {code}")
    moments = [begun[phase] for phase in PHASES.values() if phase]
    return {"moments": moments, "longest": max(longest, default=None)}


def busy_s() -> float:
    """Return the seconds that all cores together have worked for anyone since the system began."""
    words = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    user, nice, system = map(int, words[1:4])
    return (user + nice + system) / TICKS_S


def children_s() -> float:
    """Return the seconds of processors that the processes started from here took, once ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
