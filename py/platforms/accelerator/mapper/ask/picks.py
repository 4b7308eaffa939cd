"""What one loop may do at one stage: into how many tiles it is cut, and over how many PEs it goes.

Tiles nest whole, so a loop's tiles are known by their numbers: t tiles of a level, gathered by k,
make ceil(t / k) tiles of the level outside. Sizes follow from the innermost level out.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.spots import Sizes, Ways, ways
from py.platforms.accelerator.nest.space import Rule

LONGEST = 1 << 16
"""The longest loop of which all tiles are looked at."""


class Pick(NamedTuple):
    """``tiles`` of the stage's level along a loop, of at least ``size`` elements; ``pes`` of them
    side by side make one of ``outer`` tiles around. ``ways`` to place them along the axes: None
    for a single PE.
    """

    tiles: int
    size: int
    outer: int
    pes: int
    ways: Ways | None


class Picks(tuple[Pick, ...]):
    """What a loop may do at a stage: made once for each question, and known by that."""

    __slots__ = ()
    __hash__ = object.__hash__
    __eq__ = object.__eq__


Picked = tuple[Pick | None, ...]
"""A pick for each loop, in the order of ``DIMS``; None where the next stage decides."""


@lru_cache(maxsize=1 << 13)
def quotients(whole: int) -> Sizes:
    """Return ceil(whole / k) for every k, each once, the largest first.

    Above ``LONGEST`` there would be ever more: then steps between them are at least a 64th.
    """
    found, size = [], whole
    while size > 1:
        found.append(size)
        below = size - 1 if whole <= LONGEST else min(size - 1, size * 63 // 64)
        size = -(-whole // -(-whole // below))
    return (*found, 1)


@lru_cache(maxsize=512)
def picks(extent: int, rule: Rule, most: int) -> Picks:
    """Return the picks of a loop at a level outside the array, or inside the PEs.

    ``most``: elements along the loop that the level can hold.
    """
    if rule == "one":
        return Picks((Pick(extent, 1, extent, 1, None),))
    return Picks(
        Pick(tiles, -(-extent // tiles), tiles, 1, None)
        for tiles in quotients(extent)
        if -(-extent // tiles) <= most
    )


@lru_cache(maxsize=512)
def unrolled(extent: int, rule: Rule, most: int, axes: Sizes, spread: tuple[bool, ...]) -> Picks:
    """Return the picks of a loop at the first level inside the array.

    ``axes``: the PEs along each axis that may unroll the loop, 1 where it may not. ``spread``:
    whether over as many of them as there are.
    """
    found = []
    for tiles, size, _, _, _ in picks(extent, rule, most):
        splits: dict[int, list[Sizes]] = {}
        for split in _splits(tiles, axes, spread):
            splits.setdefault(prod(split), []).append(split)
        for pes, placed in splits.items():
            own = None if pes == 1 else ways(tuple(placed))
            found.append(Pick(tiles, size, -(-tiles // pes), pes, own))
    return Picks(found)


@lru_cache(maxsize=512)
def best_of_same(extent: int, found: Picks) -> Picks:
    """Return picks without those that take more PEs to no avail.

    For a loop that is no window's, at the innermost level: picks with the same tiles and the same
    tiles around them cost the same words; more PEs are of use only if they take less time.
    """
    kept: dict[tuple[int, int], list[tuple[int, Pick]]] = {}
    for pick in sorted(found, key=lambda pick: pick.pes):
        rest = extent - (pick.outer - 1) * pick.size * pick.pes
        cycles = (pick.outer - 1) * pick.size + min(pick.size, rest)
        same = kept.setdefault((pick.tiles, pick.outer), [])
        if not same or cycles < same[-1][0]:
            same.append((cycles, pick))
    return Picks(pick for same in kept.values() for _, pick in same)


@lru_cache(maxsize=512)
def alone(found: Picks) -> Picks:
    """Return the picks that take a single PE."""
    return Picks(pick for pick in found if pick.pes == 1)


@lru_cache(maxsize=512)
def nesting(found: Picks, single: bool, around: tuple[int, bool] | None) -> Picks:
    """Return the picks whose tiles gather into so many around; ``single``: those of one element.

    ``around`` has the number of tiles, and whether this stage's must be these.
    """
    return Picks(
        pick
        for pick in found
        if (not single or pick.size == 1) and (around is None or _nests(pick.outer, *around))
    )


def _nests(count: int, outer: int, still: bool) -> bool:
    """Whether so many tiles can be gathered into those around; ``still``: are those around."""
    if still:
        return count == outer
    return outer <= count and -(-count // -(-count // outer)) == outer


def _splits(pieces: int, axes: Sizes, spread: tuple[bool, ...]) -> Iterator[Sizes]:
    """Give the factors along each axis by which so many tiles of PEs may be unrolled."""
    partial: list[tuple[Sizes, int]] = [((), pieces)]
    for size, far in zip(axes, spread, strict=True):
        grown = []
        for factors, left in partial:
            choices = [factor for factor in quotients(left) if factor <= size]
            if far and size > 1:
                choices = choices[:1]
            grown += [((*factors, factor), -(-left // factor)) for factor in choices]
        partial = grown
    for factors, _ in partial:
        yield factors
