"""How large tiles are, given what each stage picked."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from py.platforms.accelerator.mapper.choices import Choice
from py.platforms.accelerator.mapper.picks import Pick
from py.platforms.accelerator.mapper.places import Places
from py.platforms.accelerator.mapper.spots import Sizes
from py.platforms.accelerator.nest.dims import WINDOWS
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.turns import turns

OF_ROOM = {"n": (0, 1, 1), "g": (1, 1, 1), "m": (1, 0, 1), "c": (1, 1, 0)}
"""Whether a loop makes weight, ifmap and ofmap tiles larger."""

Room = tuple[int, int, int]
"""What tiles of weight, ifmap and ofmap are multiplied by at a level."""

Rooms = tuple[tuple[Room, ...], int]
"""A room at each level that a stage answers for, and the turns of the busiest PE.

The latter is known at the last stage alone; else it is 1.
"""


class Tiled(NamedTuple):
    """Sizes of a loop's tiles: at the levels but the outermost, and the array's; and how often the
    busiest PE turns the loop.
    """

    tiles: Sizes
    array: int
    busy: int


class Sizing:
    """The rooms of a group's choices, worked out when they are asked for.

    ``outside`` has for each loop what the stages outside picked: then rooms are those of all
    levels. Without it they are those of the ``stage``'s own level, if it has one.
    """

    def __init__(
        self,
        problem: Problem,
        places: Places,
        stage: int,
        group: str,
        outside: tuple[tuple[Pick | None, ...], ...] | None,
    ) -> None:
        self._problem, self._places, self._group = problem, places, group
        self._own = stage < places.levels
        self._outside = outside
        self._extents = tuple(problem.extent(dim) for dim in group)
        self._known: dict[Choice, Rooms] = {}

    def of(self, choice: Choice) -> Rooms:
        """Return a choice's rooms, and the turns of its busiest PE."""
        found = self._known.get(choice)
        if found is None:
            found = self._known[choice] = self._new(choice)
        return found

    @property
    def extent(self) -> int:
        """The elements along the first of the group's loops."""
        return self._extents[0]

    def _new(self, choice: Choice) -> Rooms:
        if len(self._group) == 1:
            w, i, o = OF_ROOM[self._group]
            tiles, busy = self._tiles(0, choice.picks[0])
            return tuple((size**w, size**i, size**o) for size in tiles), busy
        axis = WINDOWS.index((self._group[0], self._group[1]))
        outs, busy_outs = self._tiles(0, choice.picks[0])
        taps, busy_taps = self._tiles(1, choice.picks[1])
        span = self._problem.span
        return (
            tuple((tap, span(axis, out, tap), out) for out, tap in zip(outs, taps, strict=True)),
            busy_outs * busy_taps,
        )

    def _tiles(self, place: int, pick: Pick | None) -> tuple[Sizes, int]:
        if self._outside is not None:
            picks = (*self._outside[place], pick)
            places = self._places
            tiled = sizes_of(self._extents[place], picks, places.levels, places.array)
            return tiled.tiles, tiled.busy
        if not self._own:
            return (), 1
        return (1 if pick is None else pick.size,), 1


@lru_cache(maxsize=1 << 14)
def sizes_of(extent: int, picks: Sequence[Pick | None], levels: int, array: int) -> Tiled:
    """Return the sizes of a loop's tiles, given what each stage picked, from the innermost out."""
    count, size, whole = extent, 1, 1
    tiles = []
    for stage in range(len(picks), 0, -1):
        pick = picks[stage - 1]
        if pick is not None:
            size = min(extent, size * -(-count // pick.tiles))
            count = pick.outer
        if stage < levels:
            tiles.append(size)
        if stage == array:
            whole = size = min(extent, size * (1 if pick is None else pick.pes))
    tiles.reverse()
    in_pe = (extent, whole, *tiles[array - 1 :], 1)
    return Tiled(
        tuple(tiles), whole, turns(in_pe, len(in_pe) - 1, array=1, inside=True, together=True)
    )
