"""The chunks of a tensor at a boundary of the nest: which elements each fill takes.

Along every axis of a tensor the tiles are sets of places; a chunk is one set of each axis. Along a
window, outputs and taps together take stretches of the ifmap, in places of the padded image.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from py.platforms.accelerator.nest.stretch import Slide, Window
from py.simulate.coding import Chunks

Places = NDArray[np.intp]
Sizes = tuple[int, ...]

_MOST_WORDS = 1 << 24
"""Words that are looked at in one go."""


class Piece(NamedTuple):
    """Elements ``first`` up to but without ``end`` of a loop; ``before`` starts the former tile.

    The former tile, that of the turn before, is a full one; None: there was none, or it shares
    nothing.
    """

    first: int
    end: int
    before: int | None = None


def turns_of(sizes: Sizes, array: int | None, slide: int | None = None) -> list[list[Piece]]:
    """Return the tiles of the last boundary, one loop alone: for each turn, those of the PEs.

    ``sizes`` are the loop's tiles from its bound in, ``array`` the place of the array's tile among
    them where PEs are taken together; else each tile is a turn of its own. ``slide`` is the
    boundary over whose tiles the loop runs that a halo is kept along.
    """
    turns = [[Piece(0, sizes[0])]]
    for place, step in enumerate(sizes[1:], 1):
        over_pes = array is not None and place == array + 1
        if over_pes:
            turns = [[part for piece in turn for part in _cut(piece, step)] for turn in turns]
            continue
        turns = [
            side_by_side
            for turn in turns
            for side_by_side in _in_step(
                [list(_cut(piece, step, moves=place == slide)) for piece in turn]
            )
        ]
    return turns


def _cut(piece: Piece, step: int, *, moves: bool = False) -> Iterator[Piece]:
    for first in range(piece.first, piece.end, step):
        before = None if piece.before is None else piece.before + first - piece.first
        if moves and first > piece.first:
            before = first - step
        yield Piece(first, min(first + step, piece.end), before)


def _in_step(cuts: list[list[Piece]]) -> Iterator[list[Piece]]:
    """Yield the j-th piece of every PE, of those that still have one."""
    for turn in range(max(len(pieces) for pieces in cuts)):
        yield [pieces[turn] for pieces in cuts if turn < len(pieces)]


def plain_places(sizes: Sizes, array: int | None) -> list[Places]:
    """Return the places that each turn takes along a loop of its own axis."""
    return [
        np.concatenate([np.arange(piece.first, piece.end) for piece in turn])
        for turn in turns_of(sizes, array)
    ]


def window_places(
    window: Window, outs: Sizes, taps: Sizes, array: int | None, slide: Slide | None
) -> list[Places]:
    """Return the places of the padded image that each turn takes along a window."""
    out_turns = turns_of(outs, array, slide.boundary if slide and slide.loop == 0 else None)
    tap_turns = turns_of(taps, array, slide.boundary if slide and slide.loop == 1 else None)
    reach = (outs[0] - 1) * window.stride + (taps[0] - 1) * window.dilation + 1
    found = []
    for out_turn, tap_turn in product(out_turns, tap_turns):
        taken = np.zeros(reach, bool)
        for out, tap in product(out_turn, tap_turn):
            new = np.zeros(reach, bool)
            new[_stretch(window, out, tap)] = True
            if out.before is not None:
                former = Piece(out.before, out.before + outs[-1])
                new[_stretch(window, former, tap)] = False
            if tap.before is not None:
                former = Piece(tap.before, tap.before + taps[-1])
                new[_stretch(window, out, former)] = False
            taken |= new
        if window.image is not None:
            before, size = window.image
            taken[:before] = False
            taken[before + size :] = False
        found.append(np.flatnonzero(taken))
    return found


def _stretch(window: Window, out: Piece, tap: Piece) -> slice:
    start = out.first * window.stride + tap.first * window.dilation
    last = (out.end - 1) * window.stride + (tap.end - 1) * window.dilation
    return slice(start, last + 1)


def chunks(nonzero: NDArray[np.bool_], axes: Sequence[Sequence[Places]]) -> Iterator[Chunks]:
    """Yield all chunks of a tensor, those of one shape together; the words in its own order."""
    for sets in product(*[_by_length(groups) for groups in axes]):
        if all(group.shape[1] for group in sets):
            yield from _taken(nonzero, list(sets))


def _by_length(groups: Sequence[Places]) -> list[NDArray[np.intp]]:
    """Return sets of places of one length as the rows of an array, for each length."""
    by_length: dict[int, list[Places]] = {}
    for places in groups:
        by_length.setdefault(len(places), []).append(places)
    return [np.stack(same) for same in by_length.values()]


def _taken(nonzero: NDArray[np.bool_], sets: list[NDArray[np.intp]]) -> Iterator[Chunks]:
    if prod(group.size for group in sets) > _MOST_WORDS:
        longest = max(range(len(sets)), key=lambda axis: len(sets[axis]))
        rows = sets[longest]
        if len(rows) > 1:
            for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
                yield from _taken(nonzero, [*sets[:longest], half, *sets[longest + 1 :]])
            return
    taken = nonzero[np.ix_(*[group.ravel() for group in sets])]
    split = taken.reshape([size for group in sets for size in group.shape])
    axes = 2 * len(sets)
    apart = split.transpose([*range(0, axes, 2), *range(1, axes, 2)])
    yield apart.reshape(prod(len(group) for group in sets), -1)
