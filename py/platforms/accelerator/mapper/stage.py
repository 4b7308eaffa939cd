"""One stage by itself: all that its level and its PEs may do, as far as it is cheap enough."""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.mapper.asked import Holds
from py.platforms.accelerator.mapper.choices import Choice, Choices
from py.platforms.accelerator.mapper.effort import Ceiling, Effort
from py.platforms.accelerator.mapper.fronts import front
from py.platforms.accelerator.mapper.offers import GROUPS
from py.platforms.accelerator.mapper.picks import Picked
from py.platforms.accelerator.mapper.placing import Placing
from py.platforms.accelerator.mapper.ranking import Ranking
from py.platforms.accelerator.mapper.sizing import Room, Sizing
from py.platforms.accelerator.mapper.spots import Sizes, Spots, spots
from py.platforms.accelerator.nest.dims import DIMS


class Group(NamedTuple):
    """The choices of a loop or window; ``columns`` has for each term of the stage the factors of
    all choices, or None where it has none, ``least`` the least of these; ``sizing`` how large their
    tiles are.
    """

    choices: Choices
    columns: Sequence[list[float] | None]
    least: Sequence[float]
    sizing: Sizing

    @classmethod
    def of(cls, choices: Choices, columns: Sequence[list[float] | None], sizing: Sizing) -> "Group":
        """Return a group with its least factors."""
        least = [1.0 if column is None else min(column, default=1.0) for column in columns]
        return cls(choices, columns, least, sizing)


class Entry(NamedTuple):
    """What a stage does: the choices of n, m, c, g and the windows, and what it pays for them."""

    cost: float
    choices: tuple[Choice, ...]


class _Leaf(NamedTuple):
    """The windows' choices, with a bound below what entries with them cost."""

    bound: float
    weights: tuple[float, ...]
    rooms: tuple[Room, ...]
    busy: int
    free: Spots
    choices: tuple[Choice, ...]


class _Inside(NamedTuple):
    """What some loops cost, their rooms, the turns of the busiest PE, and the PEs they leave."""

    cost: float
    rooms: tuple[Room, ...]
    busy: int
    free: Spots


class _Ranked(NamedTuple):
    """A leaf, what it costs alone, and the choices of n, m, c and g by what they add."""

    leaf: _Leaf
    fixed: float
    images: Ranking
    outs: Ranking
    ins: Ranking
    groups: Ranking


class Stage:
    """A stage's groups, the ``prices`` of its terms, and the levels that must hold its tiles.

    A term multiplies its price by the factors of the groups. Of n, m, c and g (``tail``) each term
    has at most one, so with the windows settled their costs add up. ``placing`` is there where the
    space says how loops are spread over the PEs of this stage.
    """

    def __init__(
        self,
        tail: Sequence[Group],
        windows: Sequence[Group],
        prices: Sequence[float],
        holds: Sequence[Holds],
        axes: Sizes,
        placing: Placing | None,
    ) -> None:
        self._tail, self._windows, self._prices = tail, windows, tuple(prices)
        self._holds, self._axes, self._placing = holds, axes, placing
        self._bound: float | None = None
        self._settled = False
        self._columns = [
            [column for column in group.columns if column is not None] for group in tail[1:3]
        ]
        running = [1.0] * len(prices)
        self._least_after = [running]
        for group in reversed((*windows, *tail)):
            running = [a * b for a, b in zip(running, group.least, strict=True)]
            self._least_after.insert(0, running)

    @cached_property
    def rough(self) -> float:
        """A cost that no entry falls below, known without looking at any."""
        rough = 0.0
        for price, least in zip(self._prices, self._least_after[0], strict=True):
            rough += price * least
        return rough

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

    @cached_property
    def _work(self) -> int:
        """The turns of n, m, c and g together, which PEs can share at best."""
        return prod(
            min(
                prod(own.pes for own in ways) * min(group.sizing.of_class(number)[1])
                for number, ways in enumerate(group.choices.ways)
            )
            for group in self._tail
        )

    @property
    def known(self) -> float:
        """A cost that no entry falls below, as sharp as it is known by now."""
        return self.rough if self._bound is None else self._bound

    def least(self, effort: Effort, most: float = math.inf) -> float:
        """Return the least that any entry costs; infinity if there is none.

        Where that is more than ``most``, a cost above it that no entry falls below is enough.

        Raises:
            EffortSpentError: it was not found with the effort.
        """
        if not self._settled and self.known <= most:
            ceiling, least = Ceiling(most, effort=effort), math.inf
            for entry in self.entries(ceiling):
                if entry.cost < least:
                    least = entry.cost
                    ceiling.value = math.nextafter(least, -math.inf)
            self._settled = least < math.inf or most == math.inf
            self._bound = least if self._settled else math.nextafter(most, math.inf)
        return self.known

    def entries(self, ceiling: Ceiling) -> Iterator[Entry]:
        """Give the entries that cost no more than the ceiling, the cheap ones early.

        Whoever takes them brings the ceiling down to what is still of use.
        """
        for leaf in self._open(ceiling):
            if leaf.bound > ceiling.value:
                return
            yield from self._tails(self._ranked(leaf, ceiling.effort), ceiling)

    def _open(self, ceiling: Ceiling) -> list[_Leaf]:
        """Return the choices of all windows that may cost no more than so much, by their bound."""
        if not all(group.choices.all for group in (*self._tail, *self._windows)):
            return []
        start: tuple[Room, ...] = ((1, 1, 1),) * len(self._holds)
        first = _Leaf(0.0, self._prices, start, 1, spots(frozenset((self._axes,))), ())
        found = []
        for leaf in self._leaves(0, first, ceiling):
            bound = self._beside(leaf)
            if bound <= ceiling.value:
                found.append(leaf._replace(bound=bound))
        found.sort(key=_by_bound)
        return found

    def _leaves(self, axis: int, leaf: _Leaf, ceiling: Ceiling) -> Iterator[_Leaf]:
        if axis == len(self._windows):
            yield leaf
            return
        group = self._windows[axis]
        columns = [(at, column) for at, column in enumerate(group.columns) if column is not None]
        least = self._least_after[axis + 1]
        ceiling.effort.spend(len(group.choices.all))
        for number, (ways, start, end) in enumerate(group.choices.classes):
            free = leaf.free.after_all(ways)
            if free is None:
                continue
            all_rooms, all_busy = group.sizing.of_class(number)
            for place in range(start, end):
                weights = list(leaf.weights)
                for at, column in columns:
                    weights[at] *= column[place]
                bound = 0.0
                for weight, factor in zip(weights, least, strict=True):
                    bound += weight * factor
                if bound > ceiling.value:
                    continue
                rooms = _larger(leaf.rooms, all_rooms[place - start])
                if self._fit(rooms):
                    busy = leaf.busy * all_busy[place - start]
                    chosen = (*leaf.choices, group.choices.all[place])
                    inside = _Leaf(bound, tuple(weights), rooms, busy, free, chosen)
                    yield from self._leaves(axis + 1, inside, ceiling)

    def _beside(self, leaf: _Leaf) -> float:
        """Return a bound that knows that ofmap and ifmap channels share the PEs left."""
        _, outs, ins, _ = self._tail
        known, of_outs, of_ins = 0.0, list[float](), list[float]()
        for at, weight in enumerate(leaf.weights):
            if outs.columns[at] is not None:
                of_outs.append(weight)
            elif ins.columns[at] is not None:
                of_ins.append(weight)
            else:
                known += weight * self._least_after[len(self._windows)][at]
        best = front(ins.choices, self._columns[1], outs.choices, self._columns[0], leaf.free.pes)
        weights = (*of_ins, *of_outs)
        bound = math.inf
        for entry in best:
            cost = known
            for weight, factor in zip(weights, entry, strict=True):
                cost += weight * factor
            if cost < bound:
                bound = cost
        return bound

    def _ranked(self, leaf: _Leaf, effort: Effort) -> "_Ranked":
        """Return the other loops' choices by what they cost, with the windows settled."""
        fixed = 0.0
        terms: list[list[tuple[float, list[float]]]] = [[] for _ in self._tail]
        for at, weight in enumerate(leaf.weights):
            for place, group in enumerate(self._tail):
                column = group.columns[at]
                if column is not None:
                    terms[place].append((weight, column))
                    break
            else:
                fixed += weight
        for group in self._tail:
            effort.spend(len(group.choices.classes))
        images, outs, ins, groups = (
            Ranking(group.choices, own, group.sizing)
            for group, own in zip(self._tail, terms, strict=True)
        )
        return _Ranked(leaf, fixed, images, outs, ins, groups)

    def _tails(self, ranked: "_Ranked", ceiling: Ceiling) -> Iterator[Entry]:
        """Give the entries with the windows settled."""
        leaf, fixed, images, outs, ins, groups = ranked
        placing = self._placing
        if ceiling.cycles < math.inf and leaf.busy * self._work > ceiling.cycles * leaf.free.pes:
            return
        for (cost_n, image, rooms, busy), free_n in images.placed(leaf.free, ceiling.value):
            cost = fixed + cost_n
            if cost + outs.least + ins.least > ceiling.value:
                break
            rooms_n, busy_n = _larger(leaf.rooms, rooms), leaf.busy * busy
            all_left = self._tail[2].choices.left(free_n)
            for least_c, number in ins.classes:
                if cost + least_c + outs.least > ceiling.value:
                    break
                free_c = all_left[number]
                if free_c is None:
                    continue
                least_m = outs.least_in(free_c)
                if cost + least_c + least_m > ceiling.value:
                    continue
                for cost_c, inner, rooms, busy in ins.members(number):
                    if cost + cost_c + least_m > ceiling.value:
                        break
                    ceiling.effort.spend(1)
                    if busy_n * busy > ceiling.cycles:
                        continue
                    inside = _Inside(cost + cost_c, _larger(rooms_n, rooms), busy_n * busy, free_c)
                    if self._fit(inside.rooms):
                        for out, beside in self._outs(inside, outs, ceiling):
                            for total, group in self._groups(beside, groups, ceiling):
                                chosen = (image, out, inner, group, *leaf.choices)
                                if placing is None or placing.find(picked(chosen)) is not None:
                                    yield Entry(total, chosen)

    def _outs(
        self, around: _Inside, outs: Ranking, ceiling: Ceiling
    ) -> Iterator[tuple[Choice, _Inside]]:
        """Give the ofmap channels' choices that find their PEs and fit beside all others."""
        cost, rooms, busy, free = around
        reached = -math.inf
        for priced, left in outs.placed(free, ceiling.value - cost):
            ceiling.effort.spend(1)
            reached = priced[0]
            if cost + reached > ceiling.value:
                return
            own = _larger(rooms, priced[2])
            if not self._fit(own):
                break
            yield priced[1], _Inside(cost + reached, own, busy * priced[3], left)
        else:
            return
        extent = self._tail[1].sizing.extent
        largest = tuple([_largest(*each, extent) for each in zip(self._holds, rooms, strict=True)])
        for priced, left in outs.placed(free, ceiling.value - cost, largest):
            ceiling.effort.spend(1)
            if cost + priced[0] > ceiling.value:
                return
            if priced[0] >= reached:  # the cheaper ones fitted and were given
                own = _larger(rooms, priced[2])
                yield priced[1], _Inside(cost + priced[0], own, busy * priced[3], left)

    def _groups(
        self, around: _Inside, groups: Ranking, ceiling: Ceiling
    ) -> Iterator[tuple[float, Choice]]:
        """Give the groups' choices that find their PEs and fit beside all others."""
        for (cost, group, rooms, busy), _ in groups.placed(around.free, math.inf):
            total = around.cost + cost
            if ceiling.admits(total, around.busy * busy) and self._fit(
                _larger(around.rooms, rooms)
            ):
                yield total, group

    def _fit(self, rooms: Sequence[Room]) -> bool:
        for holds, (w, i, o) in zip(self._holds, rooms, strict=True):  # noqa: SIM110 - innermost
            if not holds(w, i, o):
                return False
        return True


_PLACES = [[dim for group in GROUPS for dim in group].index(dim) for dim in DIMS]


def picked(choices: Sequence[Choice]) -> Picked:
    """Return what was picked by choices of all groups, in the order of ``DIMS``."""
    picks = [pick for choice in choices for pick in choice.picks]
    return tuple([picks[place] for place in _PLACES])


def _larger(rooms: Sequence[Room], by: Sequence[Room]) -> tuple[Room, ...]:
    return tuple([(a * d, b * e, c * f) for (a, b, c), (d, e, f) in zip(rooms, by, strict=True)])


def _largest(holds: Holds, room: Room, most: int) -> int:
    """Return the largest of the ofmap channels' tiles that a level holds beside the others."""
    w, i, o = room
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if holds(w * middle, i, o * middle):
            least = middle
        else:
            most = middle - 1
    return least


def _by_bound(leaf: _Leaf) -> float:
    return leaf.bound
