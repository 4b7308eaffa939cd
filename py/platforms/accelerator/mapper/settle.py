"""From picks to a mapping: sizes, factors along the axes, and what it all costs in the end."""

from collections.abc import Sequence
from math import prod

from py.platforms.accelerator.mapper.ask.asked import Asked
from py.platforms.accelerator.mapper.ask.picks import Pick
from py.platforms.accelerator.mapper.ask.spots import Sizes
from py.platforms.accelerator.mapper.stage.sizing import Tiled, sizes_of
from py.platforms.accelerator.nest.dims import DIMS, PLACE, sizes
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
    unrolled = asked.placing.find(settled[asked.places.array - 1])
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
