"""Cutting a loop's bound into tiles, the last of them partial."""

from functools import lru_cache


def cut(tiles: dict[int, int], size: int) -> dict[int, int]:
    """Return how many tiles of each size there are after cutting tiles into pieces of ``size``."""
    pieces: dict[int, int] = {}
    for whole, times in tiles.items():
        full, rest = divmod(whole, size)
        if full:
            pieces[size] = pieces.get(size, 0) + full * times
        if rest:
            pieces[rest] = pieces.get(rest, 0) + times
    return pieces


@lru_cache(maxsize=1 << 14)
def tiles_of(sizes: tuple[int, ...]) -> dict[int, int]:
    """Return how many tiles of each size there are, given sizes from the bound in.

    Not to be changed by who gets it.
    """
    if len(sizes) == 1:
        return {sizes[0]: 1}
    outer = tiles_of(sizes[:-1])
    return outer if sizes[-1] == sizes[-2] else cut(outer, sizes[-1])


def count_of(sizes: tuple[int, ...]) -> int:
    """Return how many tiles there are, given sizes from the bound in."""
    return sum(tiles_of(sizes).values())
