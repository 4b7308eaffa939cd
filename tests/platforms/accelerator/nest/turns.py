"""The loops of a nest in order, walked, and the words that each stop of the walk takes.

Words are tuples of coordinates and tiles are sets of them; unions over PEs and kept halos are
unions and differences of sets. What is cached is cached by everything that it depends on.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from py.platforms.accelerator.nest.dims import DEPENDS, PLACE, WINDOWS
from py.platforms.accelerator.nest.problem import Problem

Piece = tuple[int, int]
"""First index of a loop and how many follow, itself included."""

Tile = tuple[Piece, ...]
"""A piece of every loop, in the order of ``DIMS``."""

Words = frozenset[tuple[int, ...]]


class Turn(NamedTuple):
    """A loop of the nest over tiles of ``step``: in time, or over the PEs of the array."""

    dim: str
    step: int
    over: str = "time"


Nest = tuple[Turn, ...]


class Now(NamedTuple):
    """A PE's tile, and its tile one turn of the halo's loop ago (None: there was none)."""

    tile: Tile
    former: Tile | None = None


class Moved(NamedTuple):
    """Words of all fills of a boundary together.

    ``each`` adds up the PEs; ``union`` counts a word once that several PEs take at a time.
    ``fresh`` are those of the union that never came by before. ``stops`` adds up the PEs that take
    part in each fill.
    """

    stops: int
    each: int
    union: int
    fresh: int


def whole(problem: Problem) -> Tile:
    """Return all turns of all loops."""
    return tuple((0, extent) for extent in problem.extents)


def cut(tile: Tile, turn: Turn, j: int) -> Tile | None:
    """Return the j-th piece of a tile along a loop; None past the end."""
    place = PLACE[turn.dim]
    start, size = tile[place]
    left = size - j * turn.step
    if left <= 0:
        return None
    return (*tile[:place], (start + j * turn.step, min(turn.step, left)), *tile[place + 1 :])


def stretch(problem: Problem, padding: str, axis: int, out: Piece, tap: Piece) -> list[int]:
    """Return the coordinates of an ifmap tile along a window; those before the image are < 0."""
    stride, dilation = problem.stride[axis], problem.dilation[axis]
    first = out[0] * stride + tap[0] * dilation - problem.padding[axis]
    length = (out[1] - 1) * stride + (tap[1] - 1) * dilation + 1
    reached = range(first, first + length)
    return [x for x in reached if padding == "fetched" or 0 <= x < problem.image[axis]]


@lru_cache(maxsize=1 << 16)
def words_of(problem: Problem, padding: str, tensor: str, relevant: Tile) -> Words:
    """Return the words of a tensor's tile, given the pieces of the loops it depends on."""
    pieces = dict(zip(DEPENDS[tensor], relevant, strict=True))
    if tensor != "ifmap":
        return frozenset(product(*(range(first, first + size) for first, size in relevant)))
    plain = [range(pieces[dim][0], pieces[dim][0] + pieces[dim][1]) for dim in "ngc"]
    slid = [
        stretch(problem, padding, axis, pieces[out], pieces[tap])
        for axis, (out, tap) in enumerate(WINDOWS)
    ]
    return frozenset(product(*plain, *slid))


def words(problem: Problem, padding: str, tensor: str, tile: Tile) -> Words:
    """Return the words of a tensor's tile."""
    relevant = tuple(tile[PLACE[dim]] for dim in DEPENDS[tensor])
    return words_of(problem, padding, tensor, relevant)


def steps(pes: list[Now], nest: Nest, at: int, innermost: int, halo: int) -> Iterator[list[Now]]:
    """Walk the loops from the ``at``-th, all PEs in step; yield the active ones at each stop.

    A stop is just inside the loop ``innermost``: later loops in time are at their first turn. The
    loop ``halo`` is that along which a PE remembers the tile of the turn before.
    """
    if at == len(nest):
        yield pes
        return
    turn = nest[at]
    if turn.over == "array":
        split: list[Now] = []
        for pe in pes:
            j = 0
            while (piece := cut(pe.tile, turn, j)) is not None:
                split.append(Now(piece, pe.former and cut(pe.former, turn, j)))
                j += 1
        yield from steps(split, nest, at + 1, innermost, halo)
        return
    j = 0
    while True:
        active: list[Now] = []
        for pe in pes:
            if (piece := cut(pe.tile, turn, j)) is None:
                continue
            if at == halo:
                former = cut(pe.tile, turn, j - 1) if j else None
            else:
                former = pe.former and cut(pe.former, turn, j)
            active.append(Now(piece, former))
        if not active:
            return
        yield from steps(active, nest, at + 1, innermost, halo)
        if at > innermost:
            return
        j += 1


@lru_cache(maxsize=1 << 16)
def moved(
    problem: Problem,
    padding: str,
    tensor: str,
    nest: Nest,
    *,
    halo_kept: bool = False,
    every_turn: bool = False,
) -> Moved:
    """Walk the loops outside a boundary and fill the tensor's tile there each time.

    The fill is just inside the innermost loop that the tensor depends on, or in every turn.
    """
    in_time = [at for at, turn in enumerate(nest) if turn.over == "time"]
    relevant = [at for at in in_time if nest[at].dim in DEPENDS[tensor]]
    innermost = max(in_time if every_turn else relevant, default=-1)
    halo = -1
    if halo_kept and tensor == "ifmap" and relevant and nest[max(relevant)].dim in "opqtrs":
        halo = max(relevant)
    stops = each = union = 0
    seen: set[tuple[int, ...]] = set()
    for pes in steps([Now(whole(problem))], nest, 0, innermost, halo):
        together: set[tuple[int, ...]] = set()
        stops += len(pes)
        for pe in pes:
            need = words(problem, padding, tensor, pe.tile)
            if pe.former is not None:
                need -= words(problem, padding, tensor, pe.former)
            each += len(need)
            together |= need
        union += len(together)
        seen |= together
    return Moved(stops, each, union, len(seen))
