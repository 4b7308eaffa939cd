"""The windows of a stage, settled first: what they may choose together."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.spots import Spots, spots
from py.platforms.accelerator.mapper.stage.choices import Choice
from py.platforms.accelerator.mapper.stage.effort import Ceiling
from py.platforms.accelerator.mapper.stage.fronts import front
from py.platforms.accelerator.mapper.stage.group import Groups
from py.platforms.accelerator.mapper.stage.rooms import Room, fit, larger


class Leaf(NamedTuple):
    """The windows' choices, with a bound below what entries with them cost."""

    bound: float
    weights: tuple[float, ...]
    rooms: tuple[Room, ...]
    busy: int
    free: Spots
    choices: tuple[Choice, ...]


class Leaves:
    """The choices of all windows of a stage."""

    def __init__(self, groups: Groups) -> None:
        self._of = groups
        self._columns = [
            [column for column in group.columns if column is not None] for group in groups.tail[1:3]
        ]

    def up_to(self, ceiling: Ceiling) -> list[Leaf]:
        """Return the choices of all windows that may cost no more than so much, by their bound."""
        if not all(group.choices.all for group in (*self._of.tail, *self._of.windows)):
            return []
        start: tuple[Room, ...] = ((1, 1, 1),) * len(self._of.holds)
        first = Leaf(0.0, self._of.prices, start, 1, spots(frozenset((self._of.axes,))), ())
        found = []
        for leaf in self._leaves(0, first, ceiling):
            bound = self._beside(leaf)
            if bound <= ceiling.value:
                found.append(leaf._replace(bound=bound))
        found.sort(key=_by_bound)
        return found

    def _leaves(self, axis: int, leaf: Leaf, ceiling: Ceiling) -> Iterator[Leaf]:
        if axis == len(self._of.windows):
            yield leaf
            return
        group = self._of.windows[axis]
        columns = [(at, column) for at, column in enumerate(group.columns) if column is not None]
        least = self._of.least_after[axis + 1]
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
                rooms = larger(leaf.rooms, all_rooms[place - start])
                if fit(self._of.holds, rooms):
                    busy = leaf.busy * all_busy[place - start]
                    chosen = (*leaf.choices, group.choices.all[place])
                    inside = Leaf(bound, tuple(weights), rooms, busy, free, chosen)
                    yield from self._leaves(axis + 1, inside, ceiling)

    def _beside(self, leaf: Leaf) -> float:
        """Return a bound that knows that ofmap and ifmap channels share the PEs left."""
        _, outs, ins, _ = self._of.tail
        known, of_outs, of_ins = 0.0, list[float](), list[float]()
        for at, weight in enumerate(leaf.weights):
            if outs.columns[at] is not None:
                of_outs.append(weight)
            elif ins.columns[at] is not None:
                of_ins.append(weight)
            else:
                known += weight * self._of.least_after[len(self._of.windows)][at]
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


def _by_bound(leaf: Leaf) -> float:
    return leaf.bound
