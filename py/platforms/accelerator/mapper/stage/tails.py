"""The other loops of a stage, with the windows settled: what they cost adds up."""

import math
from collections.abc import Iterator
from functools import cached_property
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.spots import Spots
from py.platforms.accelerator.mapper.stage.choices import Choice
from py.platforms.accelerator.mapper.stage.effort import Ceiling, Effort
from py.platforms.accelerator.mapper.stage.entry import Entry, picked
from py.platforms.accelerator.mapper.stage.group import Groups
from py.platforms.accelerator.mapper.stage.leaves import Leaf
from py.platforms.accelerator.mapper.stage.ranking import Ranking
from py.platforms.accelerator.mapper.stage.rooms import Room, fit, larger, largest


class _Inside(NamedTuple):
    """What some loops cost, their rooms, the turns of the busiest PE, and the PEs they leave."""

    cost: float
    rooms: tuple[Room, ...]
    busy: int
    free: Spots


class Tails:
    """The choices of n, m, c and g of a stage."""

    def __init__(self, groups: Groups) -> None:
        self._of = groups

    def entries(self, leaf: Leaf, ceiling: Ceiling) -> Iterator[Entry]:
        """Give the entries with the windows settled that cost no more than the ceiling."""
        fixed, (images, outs, ins, groups) = self._ranked(leaf, ceiling.effort)
        placing = self._of.placing
        if ceiling.cycles < math.inf and leaf.busy * self._work > ceiling.cycles * leaf.free.pes:
            return
        for (cost_n, image, rooms, busy), free_n in images.placed(leaf.free, ceiling.value):
            cost = fixed + cost_n
            if cost + outs.least + ins.least > ceiling.value:
                break
            rooms_n, busy_n = larger(leaf.rooms, rooms), leaf.busy * busy
            all_left = self._of.tail[2].choices.left(free_n)
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
                    inside = _Inside(cost + cost_c, larger(rooms_n, rooms), busy_n * busy, free_c)
                    if fit(self._of.holds, inside.rooms):
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
            own = larger(rooms, priced[2])
            if not fit(self._of.holds, own):
                break
            yield priced[1], _Inside(cost + reached, own, busy * priced[3], left)
        else:
            return
        extent = self._of.tail[1].sizing.extent
        holds = zip(self._of.holds, rooms, strict=True)
        most = tuple([largest(*each, extent) for each in holds])
        for priced, left in outs.placed(free, ceiling.value - cost, most):
            ceiling.effort.spend(1)
            if cost + priced[0] > ceiling.value:
                return
            if priced[0] >= reached:  # the cheaper ones fitted and were given
                own = larger(rooms, priced[2])
                yield priced[1], _Inside(cost + priced[0], own, busy * priced[3], left)

    def _groups(
        self, around: _Inside, groups: Ranking, ceiling: Ceiling
    ) -> Iterator[tuple[float, Choice]]:
        """Give the groups' choices that find their PEs and fit beside all others."""
        for (cost, group, rooms, busy), _ in groups.placed(around.free, math.inf):
            total = around.cost + cost
            if ceiling.admits(total, around.busy * busy) and fit(
                self._of.holds, larger(around.rooms, rooms)
            ):
                yield total, group

    def _ranked(self, leaf: Leaf, effort: Effort) -> tuple[float, tuple[Ranking, ...]]:
        """Return what a leaf costs alone, and the choices of n, m, c and g by what they add."""
        fixed = 0.0
        terms: list[list[tuple[float, list[float]]]] = [[] for _ in self._of.tail]
        for at, weight in enumerate(leaf.weights):
            for place, group in enumerate(self._of.tail):
                column = group.columns[at]
                if column is not None:
                    terms[place].append((weight, column))
                    break
            else:
                fixed += weight
        for group in self._of.tail:
            effort.spend(len(group.choices.classes))
        return fixed, tuple(
            Ranking(group.choices, own, group.sizing)
            for group, own in zip(self._of.tail, terms, strict=True)
        )

    @cached_property
    def _work(self) -> int:
        """The turns of n, m, c and g together, which PEs can share at best."""
        return prod(
            min(
                prod(own.pes for own in ways) * min(group.sizing.of_class(number)[1])
                for number, ways in enumerate(group.choices.ways)
            )
            for group in self._of.tail
        )
