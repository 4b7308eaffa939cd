"""Every legal mapping of a small problem, one after the other, and the least energy among them."""

import math
from collections.abc import Callable, Iterator, Sequence

from py.platforms.accelerator.conventions import Conventions
from py.platforms.accelerator.costs import Widths, WordCosts
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.mapping import ORDERS, RowStationaryMapping
from py.platforms.accelerator.problem import Problem
from tests.platforms.accelerator.oracle import Words

Counter = Callable[[Problem, RowStationaryMapping, Conventions], Words]
Sizes = Callable[[int], Sequence[int]]


def every(extent: int) -> Sequence[int]:
    """Every tile size."""
    return range(1, extent + 1)


def by_trips(extent: int) -> Sequence[int]:
    """The tile sizes ceil(extent / k)."""
    return sorted({-(-extent // k) for k in range(1, extent + 1)})


def energy(words: Words, costs: WordCosts) -> float:
    return math.fsum(number * costs.energy[key] for key, number in words.items())


def legal_mappings(
    problem: Problem, hardware: Hardware, widths: Widths, sizes: Sizes
) -> Iterator[RowStationaryMapping]:
    """Walk the space; of orders that differ in loops of one trip only, one is enough."""
    loops = problem.loops
    for e in sizes(loops.p):
        for n in sizes(loops.n):
            for p in sizes(loops.m):
                for t in sizes(-(-loops.m // p)):
                    for passes in sizes(-(-loops.m // (p * t))):
                        for q in sizes(loops.c):
                            for r in sizes(-(-loops.c // q)):
                                tiles = RowStationaryMapping(passes * p * t, n, e, p, q, r, t)
                                if tiles.fits(problem, hardware, widths):
                                    yield from _orders(problem, tiles)


def _orders(problem: Problem, tiles: RowStationaryMapping) -> Iterator[RowStationaryMapping]:
    loops = problem.loops
    several = {"m": tiles.m < loops.m, "n": tiles.n < loops.n, "e": tiles.e < loops.p}
    seen = set()
    for order in ORDERS:
        kept = tuple(name for name in order if several[name])
        if kept not in seen:
            seen.add(kept)
            yield RowStationaryMapping(**tiles.parameters(), order=order)


def least(
    problem: Problem,
    hardware: Hardware,
    widths: Widths,
    costs: WordCosts,
    *,
    count: Counter,
    sizes: Sizes,
) -> tuple[float, RowStationaryMapping] | None:
    """Return the least energy with its mapping, None where nothing fits."""
    best: tuple[float, RowStationaryMapping] | None = None
    for mapping in legal_mappings(problem, hardware, widths, sizes):
        found = energy(count(problem, mapping, hardware.conventions), costs)
        if best is None or found < best[0]:
            best = found, mapping
    return best
