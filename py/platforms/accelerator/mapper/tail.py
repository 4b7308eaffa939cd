"""The loops over images and channels, once the windows are settled: their costs add up.

n multiplies the weights' flows alone, m the ifmap's, c the ofmap's. So with the windows settled the
energy is a sum with a part for each of these loops, and what ties them together is only the room
that their tiles share and the PEs. Groups cost nothing; they take room and PEs, and save time.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from py.platforms.accelerator.mapper.chains import Chain

TAIL = "nmcg"

SAME = 1e-12
"""Costs closer than this, relatively, differ by rounding alone."""

TENSOR_OF = {"n": "weight", "m": "ifmap", "c": "ofmap"}
"""The tensor whose flows a loop multiplies."""

Room = tuple[tuple[int, int, int], ...]
"""For each memory level but the outermost: elements of the weight, ifmap and ofmap tile."""


class Loop(NamedTuple):
    """The chains of one loop, and for each flow of its tensor the factor of each chain."""

    chains: tuple[Chain, ...]
    columns: tuple[tuple[int, ...], ...]

    def costs(self, prices: Sequence[float]) -> list[float]:
        """Return what each chain costs: the sum over the flows of price times factor."""
        columns = self.columns
        if len(columns) == 1:
            (a,) = prices
            return [a * x for x in columns[0]]
        if len(columns) == 2:
            a, b = prices
            return [a * x + b * y for x, y in zip(*columns, strict=True)]
        if len(columns) == 3:
            a, b, c = prices
            return [a * x + b * y + c * z for x, y, z in zip(*columns, strict=True)]
        costs = [0.0] * len(self.chains)
        for price, column in zip(prices, columns, strict=True):
            costs = [cost + price * factor for cost, factor in zip(costs, column, strict=True)]
        return costs


class Settled(NamedTuple):
    """What the windows leave: prices of each loop's flows, room and PEs taken, cycles."""

    prices: tuple[tuple[float, ...], ...]
    room: Room
    pes: tuple[int, ...]
    cycles: int


class Judge(NamedTuple):
    """What a search asks: the cost up to which a mapping is of use, whether it would be better,
    and whether one memory level (by its place) holds tiles of so many elements.
    """

    ceiling: Callable[[], float]
    good: Callable[[float, int], bool]
    holds: Callable[[int, int, int, int], bool]


Priced = list[tuple[float, Chain]]


def completions(
    settled: Settled, loops: Sequence[Loop], array: tuple[int, ...], judge: Judge
) -> Iterator[tuple[float, int, tuple[Chain, ...]]]:
    """Give (cost, cycles, chains) for n, m, c and g that fit and are good."""
    priced = _priced(settled, loops, judge)
    if priced is None:
        return
    images, outs, ins = priced
    groups = sorted(loops[3].chains, key=lambda chain: chain.cycles)
    smallest = tuple(
        min(chain.tiles[level] for chain in groups) for level in range(len(settled.room))
    )
    left = tuple(a // b for a, b in zip(array, settled.pes, strict=True))
    channels = _Channels(ins, settled.room, smallest, judge)
    least_outs, least_ins = outs[0][0], ins[0][0]
    for image_cost, image in images:
        if image_cost + least_outs + least_ins > judge.ceiling():
            break
        left_n = tuple(a // b for a, b in zip(left, image.factors, strict=True))
        cycles_n = settled.cycles * image.cycles
        if not all(left_n):
            continue
        for out_cost, out in outs:
            cost = image_cost + out_cost
            if cost + least_ins > judge.ceiling():
                break
            left_m = tuple(a // b for a, b in zip(left_n, out.factors, strict=True))
            if not all(left_m):
                continue
            for in_cost, inner in channels.cheapest(
                image.tiles, out.tiles, left_m, judge.ceiling() - cost
            ):
                cycles_c = cycles_n * out.cycles * inner.cycles
                if not judge.good(cost + in_cost, cycles_c * groups[0].cycles):
                    continue
                left_c = tuple(a // b for a, b in zip(left_m, inner.factors, strict=True))
                for group in groups:
                    if all(
                        a >= b for a, b in zip(left_c, group.factors, strict=True)
                    ) and channels.fits(image.tiles, out.tiles, inner.tiles, group.tiles):
                        if judge.good(cost + in_cost, cycles_c * group.cycles):
                            chosen = (image, out, inner, group)
                            yield cost + in_cost, cycles_c * group.cycles, chosen
                        break


def _priced(settled: Settled, loops: Sequence[Loop], judge: Judge) -> list[Priced] | None:
    """Return the chains of n, m and c that may be part of a good mapping, the cheapest first."""
    costs = [loop.costs(prices) for loop, prices in zip(loops[:3], settled.prices, strict=True)]
    least = [min(of_loop) for of_loop in costs]
    total = least[0] + least[1] + least[2]
    ceiling = judge.ceiling()
    if total > ceiling:
        return None
    found = []
    for loop, of_loop, own in zip(loops[:3], costs, least, strict=True):
        most = ceiling - (total - own)
        slack = most + abs(most) * SAME
        found.append(
            sorted(
                (
                    (cost, chain)
                    for cost, chain in zip(of_loop, loop.chains, strict=True)
                    if cost <= slack
                ),
                key=lambda entry: (entry[0], entry[1].cycles),
            )
        )
    return found if all(found) else None


class _Channels:
    """Finds the cheapest chains of c that fit beside given chains of n and m."""

    def __init__(self, ins: Priced, room: Room, smallest: tuple[int, ...], judge: Judge) -> None:
        self._ins, self._room, self._smallest, self._judge = ins, room, smallest, judge
        self._sizes = [
            sorted({chain.tiles[level] for _, chain in ins}) for level in range(len(room))
        ]
        self._least = [self._least_up_to(level) for level in range(len(room))]
        self._limits: dict[tuple[int, int, int], tuple[int, float]] = {}
        self._least_left: dict[tuple[int, ...], float] = {}
        self._found: dict[tuple[tuple[int, ...], tuple[int, ...]], Priced] = {}

    def cheapest(
        self, image: tuple[int, ...], out: tuple[int, ...], left: tuple[int, ...], ceiling: float
    ) -> Priced:
        """Return the chains of least cost beside tiles of n and m with so many PEs left.

        There are none if they cost more than the ceiling.
        """
        least_left = self._least_left.get(left)
        if least_left is None:
            anywhere = self._look((), left)
            least_left = self._least_left[left] = anywhere[0][0] if anywhere else math.inf
        if least_left > ceiling:
            return []
        limits = []
        for level, (n, m) in enumerate(zip(image, out, strict=True)):
            limit, least = self._limit(level, n, m)
            if least > ceiling:
                return []
            limits.append(limit)
        key = (tuple(limits), left)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._look(key[0], left)
        return found

    def fits(self, *tiles: tuple[int, ...]) -> bool:
        """Whether tiles of n, m, c and g fit all levels."""
        for level, (weight, ifmap, ofmap) in enumerate(self._room):
            n, m, c, g = (of_loop[level] for of_loop in tiles)
            if not self._judge.holds(
                level, weight * m * c * g, ifmap * n * c * g, ofmap * n * m * g
            ):
                return False
        return True

    def _least_up_to(self, level: int) -> dict[int, float]:
        """Return the least cost of the chains with tiles of up to each size at a level."""
        by_size = dict.fromkeys(self._sizes[level], math.inf)
        for cost, chain in reversed(self._ins):
            by_size[chain.tiles[level]] = cost
        least = math.inf
        found = {0: math.inf}
        for size, cost in by_size.items():
            least = found[size] = min(least, cost)
        return found

    def _limit(self, level: int, n: int, m: int) -> tuple[int, float]:
        """Return the largest tile of c that fits a level beside n and m, and the least cost."""
        key = (level, n, m)
        limit = self._limits.get(key)
        if limit is None:
            weight, ifmap, ofmap = self._room[level]
            g, sizes, holds = self._smallest[level], self._sizes[level], self._judge.holds
            weight, ifmap, ofmap = weight * m * g, ifmap * n * g, ofmap * n * m * g
            count = bisect_right(
                sizes, 0, key=lambda c: not holds(level, weight * c, ifmap * c, ofmap)
            )
            size = sizes[count - 1] if count else 0
            limit = self._limits[key] = (size, self._least[level][size])
        return limit

    def _look(self, limits: tuple[int, ...], left: tuple[int, ...]) -> Priced:
        found: Priced = []
        most = math.inf
        for cost, chain in self._ins:
            if cost > most:
                break
            for size, limit in zip(chain.tiles, limits, strict=False):
                if size > limit:
                    break
            else:
                for pes, free in zip(chain.factors, left, strict=True):
                    if pes > free:
                        break
                else:
                    found.append((cost, chain))
                    most = min(most, cost + abs(cost) * SAME)
        return found
