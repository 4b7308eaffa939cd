"""How many ifmap rows (or columns, or planes) tiles take: stretches that overlap and leave gaps.

Along one window, a tile of outputs and taps takes a stretch of the ifmap. Here the stretches of all
tiles at a boundary are added up, as they are, or as the PEs of the array take them together, or as
they follow one another where what a tile shares with the one before is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from py.platforms.accelerator.nest.chain import cut

Sizes = tuple[int, ...]
"""Sizes of tiles within one another, from the bound of a loop in."""


@dataclass(frozen=True, slots=True)
class Window:
    """How outputs and taps reach over the ifmap; ``image`` is (padding before, size) where only
    what lies in the image counts.
    """

    stride: int
    dilation: int
    image: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Slide:
    """A loop over outputs (0) or taps (1), over the tiles of a boundary, in whose turns but the
    first a tile keeps what it shares with the turn before.
    """

    loop: int
    boundary: int


@lru_cache(maxsize=65536)
def stretches(
    window: Window, outs: Sizes, taps: Sizes, *, together: bool = False, slide: Slide | None = None
) -> int:
    """Return the total length of the stretches of all tiles along one window.

    ``together``: the last sizes are those of the PEs' tiles within the tile before; where several
    PEs take the same, it counts once.
    """
    if slide is None and window.image is None and not together:
        out_tiles, tap_tiles = _count(outs), _count(taps)
        return (
            tap_tiles * window.stride * (outs[0] - out_tiles)
            + out_tiles * window.dilation * (taps[0] - tap_tiles)
            + out_tiles * tap_tiles
        )
    out_groups = list(_groups(outs, together, slide.boundary if slide and not slide.loop else None))
    tap_groups = list(_groups(taps, together, slide.boundary if slide and slide.loop else None))
    return sum(_cover(window, a, b) for a in out_groups for b in tap_groups)


@lru_cache(maxsize=65536)
def lockstep(window: Window, outs: Sizes, taps: Sizes) -> int:
    """Return what single outputs and taps take in all turns of the PEs, each turn anew.

    The last sizes are those of the PEs' tiles within the tile before; in a turn every PE is at the
    same place of its own tile, and what several take counts once.
    """
    out_groups = [turn for group in _groups(outs, True, None) for turn in _turns(group)]
    tap_groups = [turn for group in _groups(taps, True, None) for turn in _turns(group)]
    return sum(_cover(window, a, b) for a in out_groups for b in tap_groups)


def _turns(group: Sequence["_Piece"]) -> Iterator[list["_Piece"]]:
    for at in range(max(piece.last - piece.first for piece in group) + 1):
        yield [
            _Piece(piece.first + at, piece.first + at, None)
            for piece in group
            if piece.first + at <= piece.last
        ]


def _count(sizes: Sizes) -> int:
    tiles = {sizes[0]: 1}
    for size in sizes[1:]:
        tiles = cut(tiles, size)
    return sum(tiles.values())


@dataclass(frozen=True, slots=True)
class _Piece:
    """Elements ``first`` to ``last`` of a loop; ``held``: the last of the turn before."""

    first: int
    last: int
    held: int | None


def _groups(sizes: Sizes, together: bool, slide: int | None) -> Iterator[list[_Piece]]:
    """Give the tiles of the last boundary, those of PEs that work together in one group."""
    tiles = [(0, sizes[0], False)]  # first element, size, whether a turn went before
    inner = sizes[1:-1] if together else sizes[1:]
    for boundary, step in enumerate(inner, 1):
        tiles = [
            (first + at, min(step, size - at), at > 0 if boundary == slide else after)
            for first, size, after in tiles
            for at in range(0, size, step)
        ]
    turn = None if slide is None else sizes[slide]
    piece = sizes[-1]
    for first, size, after in tiles:
        yield [
            _Piece(
                first + at,
                first + min(at + piece, size) - 1,
                first + at - turn + piece - 1 if after and turn is not None else None,
            )
            for at in range(0, size, piece)
        ]


def _cover(window: Window, outs: Sequence[_Piece], taps: Sequence[_Piece]) -> int:
    """Return how much the stretches of all pairs of outputs and taps cover."""
    stride, dilation = window.stride, window.dilation
    stretches = []
    for out in outs:
        for tap in taps:
            start = out.first * stride + tap.first * dilation
            end = out.last * stride + tap.last * dilation + 1
            if out.held is not None:
                start = max(start, out.held * stride + tap.last * dilation + 1)
            if tap.held is not None:
                start = max(start, out.last * stride + tap.held * dilation + 1)
            if window.image is not None:
                before, size = window.image
                start, end = max(start, before), min(end, before + size)
            if start < end:
                stretches.append((start, end))
    total, reached = 0, -1
    for start, end in sorted(stretches):
        if end > reached:
            total += end - max(start, reached)
            reached = end
    return total
