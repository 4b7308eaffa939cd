"""Mappings found before, held for layers that have changed a little: a quick answer comes of them.

While somebody drags a slider, a layer is priced with the mapping last found for its shape; only the
images may be others (a batch), its groups (a batch of attention products), and the room. Such an
answer is of a mapping that there is, counted like any other; but another mapping may be better.
"""

import math
from collections import OrderedDict
from collections.abc import Hashable

from py.platforms.accelerator.mapper.ask.picks import quotients
from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, PLACE, TENSORS, Sizes
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Rule, Space
from py.platforms.accelerator.room import Bits, holds

_MOST_KEPT = 8192
_N, _G = PLACE["n"], PLACE["g"]
_CUT_FIRST = (PLACE["m"], PLACE["p"])
_found: OrderedDict[Hashable, tuple[bool, Problem, Mapping]] = OrderedDict()


def remember(where: Hashable, asked: Problem, problem: Problem, mapping: Mapping) -> None:
    """Hold the mapping that was found for what was ``asked``.

    ``where``: on which platform, of which dataflow. ``problem`` is what it is a mapping of: the
    same, or that of flat inputs.
    """
    for key in _keys(where, asked):
        _found[key] = problem is not asked, problem, mapping
        _found.move_to_end(key)
    while len(_found) > _MOST_KEPT:
        _found.popitem(last=False)


def held(
    where: Hashable,
    asked: Problem,
    on_flat: Problem | None,
    machine: Machine,
    space: Space,
    bits: Bits,
) -> tuple[Problem, list[Mapping]]:
    """Return the mapping last found for a shape, made to fit in one way or two, if there is one.

    With it what it is a mapping of: what was ``asked``, or the same ``on_flat`` inputs.
    A loop whose length has changed keeps its tiles where it can. Of one that was not cut the tiles
    are whole again, as far as they fit; one that did not turn before is whole down to the array.
    The rules of the ``space`` are kept where there is room.
    """
    known = next((_found[key] for key in _keys(where, asked) if key in _found), None)
    if known is None:
        return asked, []
    was_flat, before, mapping = known
    problem = on_flat if was_flat else asked
    if problem is None:
        return asked, []
    ways = [False]
    if before.extents[_N] == 1 < problem.extents[_N]:
        ways += [True] * (problem.elements("weight") >= problem.elements("ofmap"))
    fitting = [
        _Fitting(before, problem, machine, space, mapping, bits, images_inside=way) for way in ways
    ]
    return problem, [found for found in (way.run() for way in fitting) if found is not None]


def _keys(where: Hashable, problem: Problem) -> tuple[Hashable, Hashable]:
    """Return under what a problem is held: with its groups, and for any number of them."""
    rest = (problem.stride, problem.dilation, problem.padding, problem.image)
    sizes = problem.extents[1:]
    return (where, sizes, rest), (where, sizes[_G:], rest)


class _Fitting:
    """A mapping of a problem as one of another, within what each level holds.

    With ``images_inside`` images turn inside all else, and are cut last: so weights stay.
    """

    def __init__(
        self,
        before: Problem,
        problem: Problem,
        machine: Machine,
        space: Space,
        mapping: Mapping,
        bits: Bits,
        *,
        images_inside: bool,
    ) -> None:
        self.space, self.images_inside = space, images_inside
        self.before, self.problem, self.machine = before, problem, machine
        self.mapping, self.bits = mapping, bits
        self.changed = [
            place
            for place, (old, new) in enumerate(zip(before.extents, problem.extents, strict=True))
            if old != new
        ]

    def run(self) -> Mapping | None:
        tiles: list[Sizes] = []
        around = self.problem.extents
        for level in range(1, len(self.machine.memories)):
            fitted = self._tile(level, around)
            if fitted is None:
                return None
            tiles.append(fitted)
            around = fitted
        orders = self._orders()
        same = tuple(tiles) == self.mapping.tiles and orders == self.mapping.orders
        if same and self._has_pes():
            return self.mapping
        return Mapping(tuple(tiles), self._unrolled(tiles), orders, self.mapping.kept)

    def _has_pes(self) -> bool:
        """Whether the array has as many PEs along each axis as the mapping takes."""
        return all(
            math.prod(factors) <= most
            for factors, most in zip(self.mapping.unrolled, self.machine.axes, strict=True)
        )

    def _orders(self) -> tuple[str, ...]:
        if not self.images_inside:
            return self.mapping.orders
        return tuple(
            order.replace("n", "") + "n" if stays in (None, "weight") else order
            for order, stays in zip(self.mapping.orders, self.space.stationary, strict=True)
        )

    def _tile(self, level: int, around: Sizes) -> Sizes | None:
        """Return the largest tile of a level within that around it; None where none fits."""
        tile = self._same(level, around)
        kept = self.mapping.kept[level - 1]
        grown = [place for place in self.changed if tile[place] > self._own(level)[place]]
        needed: set[int] = set()
        while not holds(self.problem, self.machine, level, _sizes(tile), kept, self.bits):
            steps = self._inside(level, tile)
            needed = needed or _needed(kept)
            left = [place for place in needed if tile[place] > 1]
            if not left:
                return None
            left = [place for place in left if not self._has(level, place, "whole")] or left
            wanted = [place for place in left if (place in grown) is not self.images_inside]
            place = _to_halve(wanted or left, tile, steps)
            tile[place] = _half(tile[place], steps[place])
        return _sizes(tile)

    def _same(self, level: int, around: Sizes) -> list[int]:
        """Return the tile that was, whole where it was whole, no larger than what is around it."""
        own = self._own(level)
        outer = self.before.extents if level == 1 else self._own(level - 1)
        tile = [min(size, most) for size, most in zip(own, around, strict=True)]
        for place in self.changed:
            turned = self.before.extents[place] > 1
            if self._has(level, place, "one"):
                tile[place] = 1
            elif own[place] == outer[place] and (turned or level < self.machine.array_at):
                tile[place] = around[place]
        return tile

    def _has(self, level: int, place: int, rule: Rule) -> bool:
        """Whether the space has a rule for a loop's tile."""
        return self.space.tiles[level - 1].get(DIMS[place]) == rule

    def _own(self, level: int) -> Sizes:
        return self.mapping.tiles[level - 1]

    def _inside(self, level: int, tile: list[int]) -> list[int]:
        """Return the steps that a level's tile goes on in: the tile inside it, of all its PEs."""
        if level == len(self.mapping.tiles):
            return [1] * len(DIMS)
        inner = list(self._own(level + 1))
        if level + 1 == self.machine.array_at:
            for factors in self.mapping.unrolled:
                inner = [size * factor for size, factor in zip(inner, factors, strict=True)]
        return [min(size, most) for size, most in zip(inner, tile, strict=True)]

    def _unrolled(self, tiles: list[Sizes]) -> tuple[Sizes, ...]:
        """Return the factors along each axis, none larger than there are tiles for.

        Loops that the space spreads go as far as they can, whatever they did before.
        """
        at = self.machine.array_at
        around = self.problem.extents if at == 1 else tiles[at - 2]
        inner = _ones() if at > len(tiles) else tiles[at - 1]
        left = [-(-size // own) for size, own in zip(around, inner, strict=True)]
        unrolled = []
        spread = [PLACE[dim] for dim in dict.fromkeys(self.space.spread)]
        axes = zip(self.machine.axes, self.machine.unrolls, self.mapping.unrolled, strict=True)
        for free, loops, factors in axes:
            used = [1] * len(DIMS)
            for place in spread:  # as far as they go, as the space has it
                if DIMS[place] in loops:
                    used[place] = next(most for most in quotients(left[place]) if most <= free)
                    free //= used[place]
            for place, factor in enumerate(factors):
                if place not in spread:
                    used[place] = max(1, min(factor, left[place], free))
                    free //= used[place]
            left = [-(-most // factor) for most, factor in zip(left, used, strict=True)]
            unrolled.append(_sizes(used))
        return tuple(unrolled)


def _needed(kept: tuple[bool, bool, bool]) -> set[int]:
    """Return the loops that the room of what is kept depends on."""
    return {
        PLACE[dim]
        for tensor, keeps in zip(TENSORS, kept, strict=True)
        if keeps
        for dim in DEPENDS[tensor]
    }


def _to_halve(places: list[int], tile: list[int], steps: list[int]) -> int:
    """Return the loop whose tile is halved: ofmap channels, then rows, as long as they have steps.

    Cutting those makes ifmaps, or weights, come again; cutting others makes psums go and come.
    """
    for place in _CUT_FIRST:
        if place in places and tile[place] > steps[place]:
            return place
    return max(places, key=lambda at: (-(-tile[at] // steps[at]), tile[at], -at))


def _half(size: int, step: int) -> int:
    """Return about half of a tile, in whole steps as long as it has more than one."""
    steps = -(-size // step)
    return step * -(-steps // 2) if steps > 1 else -(-size // 2)


def _sizes(tile: list[int]) -> Sizes:
    n, g, m, c, o, p, q, t, r, s = tile
    return (n, g, m, c, o, p, q, t, r, s)


def _ones() -> Sizes:
    return (1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
