"""How large tiles are, given what each stage picked."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.picks import Pick
from py.platforms.accelerator.mapper.ask.places import Places
from py.platforms.accelerator.mapper.ask.spots import Sizes
from py.platforms.accelerator.mapper.stage.choices import Choice, Choices
from py.platforms.accelerator.mapper.stage.rooms import Room
from py.platforms.accelerator.nest.dims import WINDOWS
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.turns import turns

OF_ROOM = {"n": (0, 1, 1), "g": (1, 1, 1), "m": (1, 0, 1), "c": (1, 1, 0)}
"""Whether a loop makes weight, ifmap and ofmap tiles larger."""


class Tiled(NamedTuple):
    """Sizes of a loop's tiles: at the levels but the outermost, and the array's; and how often the
    busiest PE turns the loop.
    """

    tiles: Sizes
    array: int
    busy: int


class Sizing:
    """The rooms of a group's choices, worked out class by class when they are asked for.

    A choice has a room at each level that the stage answers for, and so many turns of the busiest
    PE. ``outside`` has for each loop what the stages outside picked: then rooms are those of all
    levels. Without it they are those of the ``stage``'s own level, if it has one, and turns are 1.
    """

    def __init__(
        self,
        problem: Problem,
        places: Places,
        stage: int,
        group: str,
        choices: Choices,
        outside: tuple[tuple[Pick | None, ...], ...] | None,
    ) -> None:
        self._problem, self._places, self._group = problem, places, group
        self._own = stage < places.levels
        self._choices, self._outside = choices, outside
        self._extents = tuple(problem.extent(dim) for dim in group)
        self._known: dict[int, tuple[list[tuple[Room, ...]], list[int]]] = {}

    @property
    def extent(self) -> int:
        """The elements along the first of the group's loops."""
        return self._extents[0]

    def of_class(self, number: int) -> tuple[list[tuple[Room, ...]], list[int]]:
        """Return the rooms of the choices of a class, and the turns of the busiest PE of each."""
        found = self._known.get(number)
        if found is None:
            _, start, end = self._choices.classes[number]
            own = self._choices.all[start:end]
            new = self._new_alone(own) if len(self._group) == 1 else self._new_window(own)
            found = self._known[number] = new
        return found

    def _new_alone(self, own: Sequence[Choice]) -> tuple[list[tuple[Room, ...]], list[int]]:
        w, i, o = OF_ROOM[self._group]
        tiled = self._tiled(0, [choice.picks[0] for choice in own])
        rooms = [tuple([(size**w, size**i, size**o) for size in tiles]) for tiles, _ in tiled]
        return rooms, [busy for _, busy in tiled]

    def _new_window(self, own: Sequence[Choice]) -> tuple[list[tuple[Room, ...]], list[int]]:
        axis, span = WINDOWS.index((self._group[0], self._group[1])), self._problem.span
        outs = self._tiled(0, [choice.picks[0] for choice in own])
        taps = self._tiled(1, [choice.picks[1] for choice in own])
        rooms, busy = list[tuple[Room, ...]](), []
        for (out_sizes, of_outs), (tap_sizes, of_taps) in zip(outs, taps, strict=True):
            sizes = zip(out_sizes, tap_sizes, strict=True)
            rooms.append(tuple([(tap, span(axis, out, tap), out) for out, tap in sizes]))
            busy.append(of_outs * of_taps)
        return rooms, busy

    def _tiled(self, place: int, picks: Sequence[Pick | None]) -> list[tuple[Sizes, int]]:
        """Return the sizes of tiles for each pick of a loop, and the turns of the busiest PE."""
        if self._outside is None:
            if not self._own:
                return [((), 1)] * len(picks)
            return [((1 if pick is None else pick.size,), 1) for pick in picks]
        outside, extent = self._outside[place], self._extents[place]
        levels, array = self._places.levels, self._places.array
        found = []
        for pick in picks:
            tiled = sizes_of(extent, (*outside, pick), levels, array)
            found.append((tiled.tiles, tiled.busy))
        return found


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
