"""Our mapper beside ZigZag's: the same layers, the same space, one after the other on one machine.

Run as ``python -m tests.benchmarks.zigzag_benchmark [all | ROW …]`` beside a folder ../shared, with
``--cache FOLDER`` for ZigZag's environment, ``--repeats N``, ``--factors N`` for another
``lpf_limit`` than the references'. Layers are rows of references/mapper_peers.json, by default the
ten that all three peers there have, at batch 1; ``all`` are all sixteen. ZigZag runs in an
environment of its own (``zigzag_environment``), in the references' configuration
(``zigzag_driver``): spatial mapping fixed, no cost of the network, loma with at most six loop
factors, uneven, least energy. Ours searches the space of ``tests.peers.zigzag``.

Seconds are those of the processor, imports excluded, each layer in a fresh process in which nothing
has been remembered; of several repeats the least. Ours runs without the cycle collector, as all our
programs do. ``proven`` says that no mapping of the space has less energy.
"""

import argparse
import gc
import json
import math
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py.platforms.accelerator.mapper.search import best_mapping
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.problem import Problem
from tests.benchmarks.zigzag_driver import in_a_child
from tests.benchmarks.zigzag_environment import VERSION, cache_folder, zigzag_python
from tests.peers import zigzag
from tests.peers.comparison import SAME
from tests.peers.question import BITS, Question
from tests.peers.rows import Row, read

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
DRIVER = Path(__file__).with_name("zigzag_driver.py")
ASKED = 200.0
"""How many times faster ours is to be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Energy in MACs, processor seconds, mappings weighed; ``gap`` is of ours alone."""

    energy: float
    seconds: float
    weighed: int
    gap: float = 0.0


def rows_asked(names: list[str]) -> list[Row]:
    """Return the rows to map: by number, all at batch 1, or of the layers that all peers have."""
    rows = read(SHARED)
    if names and names != ["all"]:
        wanted = {int(name) for name in names}
        return [row for row in rows if row.number in wanted]
    layers: dict[str, set[str]] = {}
    for row in rows:
        layers.setdefault(row.peer, set()).add(row.layer)
    common = set.union(*layers.values()) if names else set.intersection(*layers.values())
    first: dict[str, Row] = {}
    for row in rows:
        fixed = isinstance(row.config, dict) and isinstance(row.config["spatial_mapping"], dict)
        if row.peer == "zigzag-dse" and fixed and row.layer in common and row.shape["N"] == 1:
            first.setdefault(row.layer, row)
    return list(first.values())


def ours(row: Row) -> Answer:
    """Return our mapper's answer, found in a process that has mapped nothing but a tiny layer."""
    (question,) = zigzag.questions(row)
    _mapped(question, Problem(sizes(m=2)))

    def work() -> list[float]:
        gc.disable()
        energy, seconds, weighed, gap = _mapped(question, question.problem)
        return [energy, seconds, weighed, gap]

    energy, seconds, weighed, gap = in_a_child(work)
    return Answer(energy, seconds, int(weighed), gap)


def _mapped(question: Question, problem: Problem) -> tuple[float, float, int, float]:
    machine, costs = question.machine, question.costs
    began = time.process_time()
    found = best_mapping(problem, machine, question.space, BITS, costs)
    seconds = time.process_time() - began
    counts = accesses(problem, machine, found.mapping)
    paid = [costs.get(access, 0.0) * words for access, words in counts.items()]
    energy = math.fsum([question.per_mac * problem.macs, *paid])
    return energy, seconds, found.looked_at, found.gap


class Theirs:
    """ZigZag, waiting for layers in its own Python."""

    def __init__(self, python: Path, factors: int | None) -> None:
        self._factors = factors
        self._process = subprocess.Popen(
            [str(python), "-I", str(DRIVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self, row: Row) -> Answer:
        """Return ZigZag's answer."""
        question = {"config": dict(row.config), "shape": dict(row.shape)}
        if self._factors is not None:
            question["config"]["lpf_limit"] = self._factors
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise ValueError("Theirs: no pipes")
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        found: dict[str, Any] | None = json.loads(process.stdout.readline() or "null")
        if found is None:
            raise RuntimeError(f"ZigZag gave no answer for {row.name}: see above.")
        return Answer(found["energy"], found["seconds"], found["weighed"])

    def close(self) -> None:
        """Let ZigZag end."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def least(answers: list[Answer]) -> Answer:
    """Return the fastest answer; they only differ in their time."""
    return min(answers, key=lambda answer: answer.seconds)


def compared(
    rows: list[Row], python: Path, repeats: int, factors: int | None
) -> Iterator[tuple[Row, Answer, Answer]]:
    """Yield ZigZag's answer and ours of each row, found one after the other."""
    peer = Theirs(python, factors)
    try:
        for row in rows:
            their = least([peer.answer(row) for _ in range(repeats)])
            yield row, their, least([ours(row) for _ in range(repeats)])
    finally:
        peer.close()


def main() -> None:
    """Print a line for each layer, then what they come to."""
    parser = argparse.ArgumentParser(description="Our mapper beside ZigZag's.")
    parser.add_argument("--cache", type=Path, default=cache_folder(), metavar="FOLDER")
    parser.add_argument("--repeats", type=int, default=1, metavar="N")
    parser.add_argument("--factors", type=int, metavar="N", help="ZigZag's lpf_limit")
    parser.add_argument("rows", nargs="*", metavar="all|ROW")
    given = parser.parse_args()
    rows = rows_asked(given.rows)
    python = zigzag_python(given.cache)
    print(
        f"{'row':>3} {'layer':20} {'ZigZag s':>9} {'ours s':>8} {'times':>6}  "
        f"{'ZigZag E/MAC':>12} {'ours E/MAC':>10} {'ratio':>7}  {'weighed':>13}"
    )
    found = []
    for row, their, own in compared(rows, python, max(1, given.repeats), given.factors):
        found.append((their, own))
        off = their.energy / row.energy - 1
        print(
            f"{row.number:3} {row.layer:20} {their.seconds:9.2f} {own.seconds:8.4f} "
            f"{their.seconds / own.seconds:6.0f}  {their.energy / row.macs:12.5f} "
            f"{own.energy / row.macs:10.5f} {own.energy / their.energy:7.4f}  "
            f"{their.weighed:6,} {own.weighed:6,}  "
            f"{'proven' if not own.gap else f'gap {own.gap:.1%}'}"
            + ("" if abs(off) <= SAME else f"; ZigZag is {off:+.2%} off the reference's energy"),
            flush=True,
        )
    if found:
        print(summary(found))


def summary(found: list[tuple[Answer, Answer]]) -> str:
    """Return what all layers come to."""
    theirs, own = (
        math.fsum(answer.seconds for answer in side) for side in zip(*found, strict=True)
    )
    ratios = sorted(their.seconds / mine.seconds for their, mine in found)
    energies = sorted(mine.energy / their.energy for their, mine in found)
    middle = math.exp(math.fsum(map(math.log, ratios)) / len(ratios))
    reached = len([ratio for ratio in ratios if ratio >= ASKED])
    higher = len([ratio for ratio in energies if ratio > 1 + SAME])
    return (
        f"{len(found)} layers: ZigZag {VERSION} {theirs:.2f} s, ours {own:.3f} s, "
        f"{theirs / own:.0f} times faster in all ({ratios[0]:.0f} to {ratios[-1]:.0f}, geometric "
        f"mean {middle:.0f}; asked are {ASKED:.0f}, reached by {reached}); energy ours / ZigZag's "
        f"{energies[0]:.4f} to {energies[-1]:.4f}, higher in {higher}"
    )


if __name__ == "__main__":
    main()
