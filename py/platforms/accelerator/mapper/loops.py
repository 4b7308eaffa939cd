"""The ways to tile and unroll one loop, by what they look like inside the array.

A loop's tiles above the array and those from the PEs in are chosen apart: a shape is what the array
sees of a loop (the PEs' tiles and the unrolling), and for each shape there is a list of the tiles
around it that the space allows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.space import Rule, Space

Sizes = tuple[int, ...]


class Shape(NamedTuple):
    """A loop inside the array: ``inner`` sizes from the PE on, ``factors`` along each axis."""

    inner: Sizes
    factors: Sizes

    def chain(self, outer: Sizes) -> Sizes:
        """Return the sizes at all boundaries, given those above the array."""
        whole = min(outer[-1], self.inner[0] * prod(self.factors))
        return (*outer, whole, *self.inner)


@dataclass(frozen=True, slots=True)
class Tiling:
    """What decides how loops may be tiled: rules by loop and level, the array, and no room beyond.

    ``rules`` has for each memory level but the outermost the rule of this loop, ``room`` the most
    elements along it that the level can hold. ``axes`` are the PEs along each axis that may unroll
    the loop (1 where it may not), ``spread`` whether it is unrolled as far as they allow.
    """

    rules: tuple[Rule, ...]
    room: tuple[int, ...]
    above: int
    axes: tuple[int, ...]
    spread: bool

    @classmethod
    def of(cls, machine: Machine, space: Space, dim: str, room: tuple[int, ...]) -> "Tiling":
        return cls(
            tuple(rules.get(dim, "any") for rules in space.tiles),
            room,
            machine.array_at - 1,
            tuple(
                size if dim in loops else 1
                for size, loops in zip(machine.axes, machine.unrolls, strict=True)
            ),
            dim in space.spread,
        )


@lru_cache(maxsize=4096)
def shapes(extent: int, tiling: Tiling) -> dict[Shape, list[Sizes]]:
    """Return every shape of a loop with the sizes above the array that it may lie in.

    Not to be changed by who gets it.
    """
    found: dict[Shape, list[Sizes]] = {}
    for outer in _tiles((extent,), 0, tiling.above, tiling):
        for inner in _tiles((outer[-1],), tiling.above, len(tiling.rules), tiling):
            inside = (*inner[1:], 1)
            for factors in _unrolled(-(-outer[-1] // inside[0]), tiling):
                found.setdefault(Shape(inside, factors), []).append(outer)
    return found


def _tiles(sizes: Sizes, level: int, end: int, tiling: Tiling) -> Iterator[Sizes]:
    if level == end:
        yield sizes
        return
    for size in allowed(sizes[-1], tiling.rules[level]):
        if size <= tiling.room[level]:
            yield from _tiles((*sizes, size), level + 1, end, tiling)


def _unrolled(pieces: int, tiling: Tiling) -> Iterator[Sizes]:
    """Give the factors along each axis by which so many tiles of PEs may be unrolled."""
    partial: list[tuple[Sizes, int]] = [((), pieces)]
    for size in tiling.axes:
        grown = []
        for factors, left in partial:
            choices = [factor for factor in allowed(left, "any") if factor <= size]
            if tiling.spread and size > 1:
                choices = choices[:1]
            grown += [((*factors, factor), -(-left // factor)) for factor in choices]
        partial = grown
    for factors, _ in partial:
        yield factors


@lru_cache(maxsize=65536)
def allowed(around: int, rule: Rule) -> tuple[int, ...]:
    """Return the tiles of a loop within a tile around it, the largest first."""
    if rule == "whole":
        return (around,)
    if rule == "one":
        return (1,)
    found, size = [], around
    while size > 1:
        found.append(size)
        size = -(-around // -(-around // (size - 1)))
    return (*found, 1)
