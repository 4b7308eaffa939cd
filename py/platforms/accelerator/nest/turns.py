"""How often one loop turns: over its tiles in time, over PEs at once, over PEs in step."""

from functools import lru_cache

from py.platforms.accelerator.nest.cut import cut, tiles_of

Chain1 = tuple[int, ...]
"""Sizes of one loop's tiles at the boundaries, from its bound in."""


@lru_cache(maxsize=1 << 14)
def turns(sizes: Chain1, counted: int, *, array: int, inside: bool, together: bool) -> int:
    """Return how often a tile is filled along a loop that it does not depend on.

    ``counted`` is the boundary down to which the loop turns outside of the fill. The PEs' tiles are
    those of the boundary after ``array``. A tile ``inside`` the array is filled in each PE;
    ``together``: in step, which counts once.
    """
    if together and counted > array:
        return _of_busiest(sizes, counted, array)
    tiles = tiles_of(sizes[: counted + 1])
    if together or not inside or counted > array:
        return sum(tiles.values())
    whole, piece = sizes[array], sizes[array + 1]
    return sum(times * -(-min(size, whole) // piece) for size, times in tiles.items())


@lru_cache(maxsize=1 << 14)
def _of_busiest(sizes: Chain1, counted: int, array: int) -> int:
    piece = sizes[array + 1]
    tiles: dict[int, int] = {}
    for size, times in tiles_of(sizes[: array + 1]).items():
        tiles[min(piece, size)] = tiles.get(min(piece, size), 0) + times
    for size in sizes[array + 2 : counted + 1]:
        tiles = cut(tiles, size)
    return sum(tiles.values())
