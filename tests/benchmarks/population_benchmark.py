"""What it takes to price a whole search space, and each further candidate.

    python -m tests.benchmarks.population_benchmark [--largest N] [--profile ID]

First all 15,625 architectures of NAS-Bench-201 on Eyeriss and on a measured profile, each time in a
process of its own: with a store of answers that is empty (cold), and with the one that this left
(warm). The seconds are those of the whole program, from its start to its end, and the memory is the
most that it had at once.

Then made-up candidates of sixty layers each, from a thousand to a million: layers drawn at random
from that space, appended as lists, and priced on both platforms. A line is fitted to the seconds on
the processor (programs beside this one do not count); its slope is what a further candidate costs.
Drawing a network operator by operator takes more, and is measured apart on fewer.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from py.columns import columns
from py.sweep.answers import Answers, AnswerStore
from py.sweep.population.costs import Pricer
from py.sweep.population.population import Population, Vocabulary
from py.sweep.population.spaces import nas_bench_201

ROOT = Path(__file__).resolve().parents[2]
STATUS = Path("/proc/self/status")
PROFILE = "cpu-raptorlake"
LAYERS = 60
SIZES = (1_000, 10_000, 100_000, 1_000_000)
DRAWN = (100, 300, 1_000, 3_000)
GOALS = {"cold": 60.0, "warm": 15.0, "memory": 1_000.0, "candidate": 1e-3}


def main() -> int:
    """Print what the space takes cold and warm, and what candidates take."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    parser.add_argument("--profile", default=PROFILE)
    parser.add_argument("--part", choices=["space", "candidates"], help=argparse.SUPPRESS)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part is not None:
        own = space(given.store, given.profile) if given.part == "space" else candidates(given)
        sys.stdout.write(json.dumps(own | {"most_mb": most_mb()}))
        return 0
    print_space(given.profile)
    print_candidates(given.profile, given.largest)
    return 0


def print_space(profile: str) -> None:
    """Run the space cold and warm and print what it took."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for run in ("cold", "warm"):
            begun = time.perf_counter()
            found = part("space", profile, "--store", str(Path(folder) / "answers.sqlite"))
            seconds = time.perf_counter() - begun
            steps = [f"{found[name]:.2f} s" for name in ("networks", "eyeriss", "measured")]
            goal = f"{seconds / GOALS[run]:.2f} of {GOALS[run]:.0f} s"
            memory = found["most_mb"]
            held = f"{memory / GOALS['memory']:.2f} of {GOALS['memory']:.0f} MB"
            lines.append((run, f"{seconds:.1f} s", goal, *steps, f"{memory:.0f} MB", held))
    print(f"All {found['candidates']:,} architectures, {found['distinct']} distinct layers:")
    heads = ("store", "in all", "goal", "networks", "eyeriss", profile, "memory", "goal")
    print("\n".join(columns(heads, lines, left=1)))


def space(store: Path, profile: str) -> dict[str, float]:
    """Price all architectures on both platforms; return what each step took."""
    clock = time.perf_counter
    begun = clock()
    population = nas_bench_201.population()
    found: dict[str, float] = {"networks": clock() - begun}
    with AnswerStore(store) as kept:
        for name, platform in (("eyeriss", "eyeriss"), ("measured", profile)):
            begun = clock()
            costs = Pricer(platform, answers=Answers(kept)).costs(population)
            found[name] = clock() - begun
            assert np.isfinite(costs.time_s).all()
    return found | {"candidates": len(population), "distinct": len(population.vocabulary)}


def print_candidates(profile: str, largest: int) -> None:
    """Print the seconds for each number of candidates, and the line through them."""
    found = part("candidates", profile, "--largest", str(largest))
    print(f"\nMade-up candidates of {LAYERS} layers, for all and for each:")
    steps = found["steps"]
    sizes = [size for size in SIZES if size <= largest]
    lines = [
        (f"{size:,}", *(told(seconds[place], size) for seconds in steps.values()))
        for place, size in enumerate(sizes)
    ]
    slopes = {name: line(sizes, seconds) for name, seconds in steps.items()}
    lines.append(("a further one", *(f"{slope * 1e6:.2f} us" for slope, _ in slopes.values())))
    lines.append(
        ("of 1 ms", *(f"{slope / GOALS['candidate']:.4f}" for slope, _ in slopes.values()))
    )
    lines.append(("off the line", *(f"{100 * off:.1f} %" for _, off in slopes.values())))
    print("\n".join(columns(("candidates", *steps), lines, left=1)))
    slope, off = line(DRAWN, found["drawn"])
    print(
        f"\nDrawn operator by operator: {slope * 1e6:.0f} us a further one, "
        f"{slope / GOALS['candidate']:.2f} of 1 ms, {100 * off:.1f} % off the line up to "
        f"{DRAWN[-1]:,}. Most memory: {found['most_mb']:.0f} MB."
    )


def candidates(given: argparse.Namespace) -> dict[str, object]:
    """Return the seconds that each step takes for each number of candidates."""
    chosen = random.Random(0).sample(range(15_625), 500)
    vocabulary = nas_bench_201.population(chosen).vocabulary
    pricers = {"eyeriss": Pricer("eyeriss"), given.profile: Pricer(given.profile)}
    steps: dict[str, list[float]] = {name: [] for name in ("appended", *pricers)}
    for pricer in pricers.values():
        pricer.costs(Population(vocabulary=vocabulary))  # distinct layers are not what is measured
    for size in SIZES:
        if size > given.largest:
            break
        numbers = np.random.default_rng(size).integers(0, len(vocabulary), size * LAYERS, np.int32)
        offsets = np.arange(0, len(numbers) + 1, LAYERS)
        steps["appended"].append(timed(partial(appended, vocabulary, numbers)))
        population = Population(vocabulary=vocabulary)
        population.extend(numbers, offsets)
        del numbers, offsets
        for name, pricer in pricers.items():
            steps[name].append(timed(partial(pricer.costs, population)))
        del population
    nas_bench_201.architectures()
    drawn = [timed(partial(nas_bench_201.population, range(size))) for size in DRAWN]
    return {"steps": steps, "drawn": drawn}


def appended(vocabulary: Vocabulary, numbers: NDArray[np.int32]) -> None:
    """Append candidates one by one, each as a list of its layers."""
    population, layers = Population(vocabulary=vocabulary), vocabulary.layers
    for start in range(0, len(numbers), LAYERS):
        chosen = numbers[start : start + LAYERS].tolist()
        population.append_layers([layers[number] for number in chosen])


def part(name: str, profile: str, *more: str) -> dict[str, Any]:
    """Run a part of this benchmark in a process of its own and return what it found."""
    module = "tests.benchmarks.population_benchmark"
    command = [sys.executable, "-m", module, "--part", name, "--profile", profile, *more]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def timed(step: Callable[[], object]) -> float:
    """Return the processor's seconds for a step, the least of three where it is short."""
    seconds: list[float] = []
    while not seconds or (len(seconds) < 3 and seconds[0] < 1.0):
        begun = time.process_time()
        step()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def line(sizes: Sequence[int], seconds: Sequence[float]) -> tuple[float, float]:
    """Return the slope of the line through the times, and how far off it the worst of them is.

    Every size counts alike, by its relative error: the largest would else be all that is fitted.
    """
    x, y = np.array(sizes, float), np.array(seconds)
    (fixed, slope), *_ = np.linalg.lstsq(np.stack([1 / y, x / y], axis=1), np.ones(len(y)))
    return float(slope), float(np.max(np.abs((fixed + slope * x) / y - 1)))


def most_mb() -> float:
    """Return the most memory that this process had at once."""
    found = re.search(r"VmHWM:\s*(\d+) kB", STATUS.read_text())
    assert found is not None
    return int(found[1]) / 1e3


def told(seconds: float, count: int) -> str:
    return f"{seconds:.4f} s, {seconds / count * 1e6:.2f} us"


if __name__ == "__main__":
    sys.exit(main())
