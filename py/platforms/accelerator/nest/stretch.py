"""How many ifmap rows (or columns, or planes) tiles take: stretches that overlap and leave gaps.

Along one window, a tile of outputs and taps takes a stretch of the ifmap. Here the stretches of all
tiles at a boundary are added up, as they are, or as the PEs of the array take them together, or as
they follow one another where what a tile shares with the one before is kept.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from py.platforms.accelerator.nest.cut import count_of, tiles_of

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


@lru_cache(maxsize=1 << 14)
def stretches(
    window: Window,
    outs: Sizes,
    taps: Sizes,
    *,
    array: int | None = None,
    slide: Slide | None = None,
) -> int:
    """Return the total length of the stretches of all tiles along one window.

    With ``array``, the place of the array's tile among the sizes, PEs work in step: what several of
    them take in the same turn counts once.
    """
    if array is not None and outs[array] == outs[array + 1] and taps[array] == taps[array + 1]:
        array = None  # a single PE is in step with itself
    if slide is not None and array is not None and _forgets(window, outs, taps, array, slide):
        slide = None
    if window.image is None:
        if slide is None and array is None:
            return _apart(window, outs, taps)
        if slide is None and array is not None and _joins(window, outs, taps, array):
            return _in_step(window, outs, taps, array)
        if slide is not None and array is None:
            loop = (outs, taps)[slide.loop]
            if slide.boundary == len(loop) - 1:
                return _sliding(window, outs, taps, slide.loop)
    out_groups = _groups(outs, array, slide.boundary if slide and not slide.loop else None)
    tap_groups = _groups(taps, array, slide.boundary if slide and slide.loop else None)
    if window.image is None:  # wherever they lie, alike ones cover as much
        out_groups, tap_groups = map(_from_zero, out_groups), map(_from_zero, tap_groups)
    alike = Counter(tap_groups).items()
    return sum(
        a_times * b_times * _cover(window, a, b)
        for a, a_times in Counter(out_groups).items()
        for b, b_times in alike
    )


def _apart(window: Window, outs: Sizes, taps: Sizes) -> int:
    """Return the total of all tiles' stretches, each by itself."""
    out_tiles, tap_tiles = count_of(outs), count_of(taps)
    return (
        tap_tiles * window.stride * (outs[0] - out_tiles)
        + out_tiles * window.dilation * (taps[0] - tap_tiles)
        + out_tiles * tap_tiles
    )


def _forgets(window: Window, outs: Sizes, taps: Sizes, array: int, slide: Slide) -> bool:
    """Return whether PEs share nothing with their turn before, as they went on too far."""
    moved, other = (outs, taps) if slide.loop == 0 else (taps, outs)
    step, other_step = window.stride, window.dilation
    if slide.loop:
        step, other_step = other_step, step
    if slide.boundary != array or len(moved) != array + 2:
        return False
    return (moved[array] - moved[-1] + 1) * step > (other[-1] - 1) * other_step


def _joins(window: Window, outs: Sizes, taps: Sizes, array: int) -> bool:
    """Return whether taps side by side leave no gaps between their stretches."""
    if len(taps) != array + 2:
        return False
    least = min(tiles_of(outs))
    return taps[array] == taps[-1] or (least - 1) * window.stride + 1 >= window.dilation


def _in_step(window: Window, outs: Sizes, taps: Sizes, array: int) -> int:
    """Return the total of what PEs take in step, what several of them take counting once.

    The stretches of outputs side by side join, unless the taps leave gaps between them.
    """
    total = 0
    for size, times in tiles_of(taps[: array + 1]).items():
        across = (size - 1) * window.dilation + 1
        joined = across >= window.stride or outs[array] == outs[-1]
        tiles = count_of(outs[: array + 1] if joined else outs)
        total += times * (window.stride * (outs[0] - tiles) + tiles * across)
    return total


def _sliding(window: Window, outs: Sizes, taps: Sizes, loop: int) -> int:
    """Return the total where all turns but the first of the innermost loop keep what they share."""
    moved, other = (outs, taps) if loop == 0 else (taps, outs)
    step, other_step = window.stride, window.dilation
    if loop:
        step, other_step = other_step, step
    total = 0
    for size, times in tiles_of(other).items():
        across = (size - 1) * other_step + 1
        for run, runs in tiles_of(moved[:-1]).items():
            turns = 1 if across >= step else -(-run // moved[-1])
            total += times * runs * (step * (run - turns) + turns * across)
    return total


class _Piece(NamedTuple):
    """Elements ``first`` to ``last`` of a loop; ``held``: the last of the turn before."""

    first: int
    last: int
    held: int | None


def _from_zero(group: tuple[_Piece, ...]) -> tuple[_Piece, ...]:
    """Return the same pieces from the start of the loop on."""
    start = group[0].first
    return tuple(
        [
            _Piece(first - start, last - start, None if held is None else held - start)
            for first, last, held in group
        ]
    )


def _groups(sizes: Sizes, array: int | None, slide: int | None) -> Iterator[tuple[_Piece, ...]]:
    """Give the tiles of the last boundary; with ``array``, those of one turn of the PEs together.

    The tile of the turn before, along the loop over tiles of boundary ``slide``, was a full one.
    """
    ends = len(sizes) - 1 if array is None else array
    turn = 0 if slide is None else sizes[slide]
    full = sizes[-1]
    for first, size, after in _tiles(sizes[: ends + 1], slide):
        if array is None:
            held = first - turn + full - 1 if after else None
            yield (_Piece(first, first + size - 1, held),)
            continue
        pe = sizes[array + 1]
        inner = None if slide is None else slide - array - 1
        for at, part, again in _tiles((min(pe, size), *sizes[array + 2 :]), inner):
            yield tuple(
                [
                    _Piece(
                        begin + at,
                        min(begin + at + part, first + size) - 1,
                        begin + at - turn + full - 1 if after or again else None,
                    )
                    for begin in range(first, first + size, pe)
                    if begin + at < first + size
                ]
            )


def _tiles(sizes: Sizes, slide: int | None) -> list[tuple[int, int, bool]]:
    """Return first element and size of the tiles within the first size, and whether a turn of the
    loop over the tiles of boundary ``slide`` went before.
    """
    tiles = [(0, sizes[0], False)]
    for boundary, step in enumerate(sizes[1:], 1):
        tiles = [
            (first + at, min(step, size - at), at > 0 if boundary == slide else after)
            for first, size, after in tiles
            for at in range(0, size, step)
        ]
    return tiles


def _cover(window: Window, outs: Sequence[_Piece], taps: Sequence[_Piece]) -> int:
    """Return how much the stretches of all pairs of outputs and taps cover."""
    stride, dilation = window.stride, window.dilation
    found = []
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
                found.append((start, end))
    total, reached = 0, -1
    for start, end in sorted(found):
        if end > reached:
            total += end - max(start, reached)
            reached = end
    return total
