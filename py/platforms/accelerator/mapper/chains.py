"""All ways to tile and unroll one loop, from its bound to the MAC, and how often it turns in each.

They depend on the loop's bound and on what the space allows, not on the layer, so layers share
them: chains of a bound are listed once, and so are their counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.space import Rule, Space
from py.platforms.accelerator.nest.turns import turns

Sizes = tuple[int, ...]


class Chain(NamedTuple):
    """``sizes`` of a loop's tiles at all boundaries, and what follows from them.

    ``factors`` are the PEs along each axis of the array, ``tiles`` the sizes at the memory levels
    but the outermost, ``cycles`` the turns of the busiest PEs.
    """

    sizes: Sizes
    factors: Sizes
    tiles: Sizes
    cycles: int


@dataclass(frozen=True, slots=True)
class Tiling:
    """What decides how a loop may be tiled.

    ``rules`` has for each memory level but the outermost the rule of this loop, ``room`` the most
    elements along it that the level can hold; ``array`` is the boundary of the array's tile.
    ``axes`` are the PEs along each axis that may unroll the loop (1 where it may not), ``spread``
    says whether it is unrolled as far as they allow. ``still`` says for each stage whether it must
    not have the loop.
    """

    rules: tuple[Rule, ...]
    room: Sizes
    array: int
    axes: Sizes
    spread: bool
    still: tuple[bool, ...] = ()

    @classmethod
    def of(cls, machine: Machine, space: Space, dim: str, room: Sizes) -> "Tiling":
        return cls(
            tuple(rules.get(dim, "any") for rules in space.tiles),
            room,
            machine.array_at,
            tuple(
                size if dim in loops else 1
                for size, loops in zip(machine.axes, machine.unrolls, strict=True)
            ),
            dim in space.spread,
        )

    def stays(self, stage: int) -> bool:
        return stage <= len(self.still) and self.still[stage - 1]


@lru_cache(maxsize=4096)
def chains(extent: int, tiling: Tiling) -> tuple[Chain, ...]:
    """Return all chains of a loop."""
    array, last = tiling.array, len(tiling.rules) + 2
    return tuple(
        Chain(
            sizes,
            factors,
            (*sizes[1:array], *sizes[array + 1 : last]),
            turns(sizes, last, array=array, inside=True, together=True),
        )
        for sizes, factors in _deeper((extent,), (1,) * len(tiling.axes), 1, tiling)
    )


@lru_cache(maxsize=16384)
def counts(
    extent: int, tiling: Tiling, end: int, counted: int, inside: bool, together: bool
) -> tuple[int, ...]:
    """Return for each chain how often a tile at boundary ``end`` is filled along the loop."""
    return tuple(
        turns(chain.sizes[: end + 1], counted, array=tiling.array, inside=inside, together=together)
        for chain in chains(extent, tiling)
    )


def _deeper(
    sizes: Sizes, factors: Sizes, stage: int, tiling: Tiling
) -> Iterator[tuple[Sizes, Sizes]]:
    if stage > len(tiling.rules) + 1:
        yield sizes, factors
        return
    around, stays = sizes[-1], tiling.stays(stage)
    last = stage > len(tiling.rules)
    for size in (1,) if last else allowed(around, tiling.rules[stage - 1]):
        if not last and size > tiling.room[stage - 1]:
            continue
        if stage != tiling.array:
            if not stays or size == around:
                yield from _deeper((*sizes, size), factors, stage + 1, tiling)
            continue
        for along in _unrolled(-(-around // size), tiling):
            whole = min(around, size * prod(along))
            if not stays or whole == around:
                yield from _deeper((*sizes, whole, size), along, stage + 1, tiling)


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
def allowed(around: int, rule: Rule) -> Sizes:
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
