"""From picks to a mapping: sizes, factors along the axes, and what it all costs in the end."""

from collections.abc import Sequence
from itertools import product
from math import prod

from py.platforms.accelerator.mapper.asked import Asked
from py.platforms.accelerator.mapper.picks import Pick, quotients
from py.platforms.accelerator.mapper.sizing import Tiled, sizes_of
from py.platforms.accelerator.mapper.spots import Sizes
from py.platforms.accelerator.nest.dims import DIMS, PLACE, sizes
from py.platforms.accelerator.nest.dims import Sizes as SizesOfAll
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.turns import turns

Chains = dict[str, Sizes]
"""For each loop its sizes at all boundaries, from the bound to a single MAC."""


def chains_of(asked: Asked, settled: Sequence[Sequence[Pick | None]]) -> Chains:
    """Return the sizes that follow from what all stages picked."""
    places = asked.places
    found = {}
    for dim in DIMS:
        extent = asked.problem.extent(dim)
        tiles, array, _ = _tiled(asked, settled, dim)
        outside, inside = tiles[: places.array - 1], tiles[places.array - 1 :]
        found[dim] = (extent, *outside, array, *inside, 1)
    return found


def cycles_of(asked: Asked, chains: Chains) -> int:
    """Return the cycles of compute: those of the busiest PE in every turn of the array."""
    last, array = asked.places.levels + 1, asked.places.array
    return prod(
        turns(chain, last, array=array, inside=True, together=True) for chain in chains.values()
    )


def mapping_of(
    asked: Asked,
    settled: Sequence[Sequence[Pick | None]],
    chains: Chains,
    orders: tuple[str, ...],
) -> Mapping | None:
    """Return the mapping, or None if its PEs can't be placed as the space wants them."""
    unrolled = _unrolled(asked, settled[asked.places.array - 1], chains)
    if unrolled is None:
        return None
    tiles = tuple(
        sizes(**{dim: chains[dim][asked.places.tile(level)] for dim in DIMS})
        for level in range(1, asked.places.levels)
    )
    return Mapping(tiles, unrolled, orders, asked.kept)


def _tiled(asked: Asked, settled: Sequence[Sequence[Pick | None]], dim: str) -> Tiled:
    picks = tuple(picked[PLACE[dim]] for picked in settled)
    places = asked.places
    return sizes_of(asked.problem.extent(dim), picks, places.levels, places.array)


def _unrolled(
    asked: Asked, picked: Sequence[Pick | None], chains: Chains
) -> tuple[SizesOfAll, ...] | None:
    """Return factors along each axis that give each loop its PEs."""
    axes = asked.machine.axes
    ways = {
        dim: pick.ways.splits
        for dim, pick in zip(DIMS, picked, strict=True)
        if pick is not None and pick.ways is not None
    }
    for splits in product(*ways.values()):
        if any(prod(split[axis] for split in splits) > size for axis, size in enumerate(axes)):
            continue
        chosen = dict(zip(ways, splits, strict=True))
        if _is_spread(asked, chosen, chains):
            return tuple(
                sizes(**{dim: split[axis] for dim, split in chosen.items()})
                for axis in range(len(axes))
            )
    return None


def _is_spread(asked: Asked, chosen: dict[str, Sizes], chains: Chains) -> bool:
    """Whether the loops that the space spreads go as far as the axes allow."""
    machine, spread = asked.machine, asked.space.spread
    piece = asked.places.array + 1
    left = {dim: -(-asked.problem.extent(dim) // chains[dim][piece]) for dim in spread}
    for axis, (size, loops) in enumerate(zip(machine.axes, machine.unrolls, strict=True)):
        for dim in dict.fromkeys(spread):
            factor = chosen[dim][axis] if dim in chosen else 1
            if dim in loops:
                if factor != max(most for most in quotients(left[dim]) if most <= size):
                    return False
                size //= factor
            left[dim] = -(-left[dim] // factor)
    return True
