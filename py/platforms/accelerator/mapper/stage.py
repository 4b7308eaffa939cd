"""One stage by itself: all that its level and its PEs may do, as far as it is cheap enough."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from py.platforms.accelerator.mapper.asked import Holds
from py.platforms.accelerator.mapper.offers import Choice, Room
from py.platforms.accelerator.mapper.picks import Sizes, Splits

Free = frozenset[Sizes]
"""The PEs left along each axis: one entry for each way to have placed the others."""


class Group(NamedTuple):
    """The choices of a loop or window; ``columns`` has for each term of the stage the factors of
    all choices, or None where it has none.
    """

    choices: tuple[Choice, ...]
    columns: tuple[Sequence[float] | None, ...]


class Entry(NamedTuple):
    """What a stage does: the choices of n, m, c, g and the windows, and what it pays for them."""

    cost: float
    choices: tuple[Choice, ...]


@dataclass
class Ceiling:
    """The cost up to which entries are of use; it may come down meanwhile."""

    value: float = math.inf


class _Leaf(NamedTuple):
    """The windows' choices, with a bound below what entries with them cost."""

    bound: float
    weights: tuple[float, ...]
    rooms: tuple[Room, ...]
    free: Free
    choices: tuple[Choice, ...]


class Stage:
    """A stage's groups, the ``prices`` of its terms, and the levels that must hold its tiles.

    A term multiplies its price by the factors of the groups. Of n, m, c and g (``tail``) each term
    has at most one, so with the windows settled their costs add up.
    """

    def __init__(
        self,
        tail: Sequence[Group],
        windows: Sequence[Group],
        prices: Sequence[float],
        holds: Sequence[Holds],
        axes: Sizes,
    ) -> None:
        self._tail, self._windows, self._prices = tail, windows, tuple(prices)
        self._holds, self._axes = holds, axes
        running = [1.0] * len(prices)
        self._least_after = [running]
        for group in reversed((*windows, *tail)):
            least = [
                1.0 if column is None else min(column, default=1.0) for column in group.columns
            ]
            running = [a * b for a, b in zip(running, least, strict=True)]
            self._least_after.insert(0, running)

    @property
    def most(self) -> float:
        """A cost that no entry exceeds."""
        most = 0.0
        for at, price in enumerate(self._prices):
            for group in (*self._windows, *self._tail):
                column = group.columns[at]
                price *= 1.0 if column is None else max(column, default=1.0)
            most += price
        return most

    def least(self) -> float:
        """Return the least that any entry costs; infinity if there is none."""
        ceiling = Ceiling()
        least = math.inf
        for entry in self.entries(ceiling):
            if entry.cost < least:
                least = entry.cost
                ceiling.value = math.nextafter(least, -math.inf)
        return least

    def entries(self, ceiling: Ceiling) -> Iterator[Entry]:
        """Give the entries that cost no more than the ceiling, in no order."""
        if not all(group.choices for group in (*self._tail, *self._windows)):
            return
        start: tuple[Room, ...] = ((1, 1, 1),) * len(self._holds)
        leaves = list(
            self._leaves(0, _Leaf(0.0, self._prices, start, frozenset((self._axes,)), ()), ceiling)
        )
        leaves.sort(key=_by_bound)
        for leaf in leaves:
            if leaf.bound > ceiling.value:
                return
            yield from self._tails(leaf, ceiling)

    def _leaves(self, axis: int, leaf: _Leaf, ceiling: Ceiling) -> Iterator[_Leaf]:
        if axis == len(self._windows):
            yield leaf
            return
        group = self._windows[axis]
        columns = [(at, column) for at, column in enumerate(group.columns) if column is not None]
        least = self._least_after[axis + 1]
        for place, choice in enumerate(group.choices):
            weights = list(leaf.weights)
            for at, column in columns:
                weights[at] *= column[place]
            bound = 0.0
            for weight, factor in zip(weights, least, strict=True):
                bound += weight * factor
            if bound > ceiling.value:
                continue
            free = take(leaf.free, choice.splits) if choice.splits else leaf.free
            if not free:
                continue
            rooms = _larger(leaf.rooms, choice.rooms)
            if self._fit(rooms):
                yield from self._leaves(
                    axis + 1,
                    _Leaf(bound, tuple(weights), rooms, free, (*leaf.choices, choice)),
                    ceiling,
                )

    def _tails(self, leaf: _Leaf, ceiling: Ceiling) -> Iterator[Entry]:
        """Give the entries with the windows settled."""
        fixed, costs = self._costs(leaf.weights)
        images, outs, ins, groups = (
            sorted(zip(cost, group.choices, strict=True), key=_by_cost)
            for cost, group in zip(costs, self._tail, strict=True)
        )
        least_m, least_c = outs[0][0], ins[0][0]
        for cost_n, image in images:
            if fixed + cost_n + least_m + least_c > ceiling.value:
                break
            free_n = take(leaf.free, image.splits) if image.splits else leaf.free
            if not free_n:
                continue
            rooms_n = _larger(leaf.rooms, image.rooms)
            for cost_c, inner in ins:
                cost = fixed + cost_n + cost_c
                if cost + least_m > ceiling.value:
                    break
                free_c = take(free_n, inner.splits) if inner.splits else free_n
                if not free_c:
                    continue
                rooms_c = _larger(rooms_n, inner.rooms)
                if not self._fit(rooms_c):
                    continue
                for cost_m, out in outs:
                    if cost + cost_m > ceiling.value:
                        break
                    free = take(free_c, out.splits) if out.splits else free_c
                    if not free:
                        continue
                    rooms = _larger(rooms_c, out.rooms)
                    if not self._fit(rooms):
                        continue
                    for cost_g, group in groups:
                        if (group.splits and not take(free, group.splits)) or not self._fit(
                            _larger(rooms, group.rooms)
                        ):
                            continue
                        yield Entry(
                            cost + cost_m + cost_g, (image, out, inner, group, *leaf.choices)
                        )

    def _costs(self, weights: Sequence[float]) -> tuple[float, list[list[float]]]:
        """Return what the windows alone cost, and what each choice of n, m, c and g adds."""
        fixed = 0.0
        costs = [[0.0] * len(group.choices) for group in self._tail]
        for at, weight in enumerate(weights):
            for place, group in enumerate(self._tail):
                column = group.columns[at]
                if column is not None:
                    costs[place] = [
                        a + weight * b for a, b in zip(costs[place], column, strict=True)
                    ]
                    break
            else:
                fixed += weight
        return fixed, costs

    def _fit(self, rooms: Sequence[Room]) -> bool:
        return all(holds(w, i, o) for holds, (w, i, o) in zip(self._holds, rooms, strict=True))


@lru_cache(maxsize=1 << 18)
def take(free: Free, splits: tuple[Splits, ...]) -> Free:
    """Return the PEs left along each axis after placing picks among them, in all ways."""
    for ways in splits:
        left = {
            tuple([size // factor for size, factor in zip(sizes, split, strict=True)])
            for sizes in free
            for split in ways
        }
        kept = [sizes for sizes in left if all(sizes)]
        free = frozenset(
            sizes
            for sizes in kept
            if not any(
                other != sizes and all(a <= b for a, b in zip(sizes, other, strict=True))
                for other in kept
            )
        )
    return free


def _larger(rooms: Sequence[Room], by: Sequence[Room]) -> tuple[Room, ...]:
    return tuple([(a * d, b * e, c * f) for (a, b, c), (d, e, f) in zip(rooms, by, strict=True)])


def _by_cost(entry: tuple[float, Choice]) -> float:
    return entry[0]


def _by_bound(leaf: _Leaf) -> float:
    return leaf.bound
