"""What a stage may choose for each loop or window, given what the stages outside it chose."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple

from py.platforms.accelerator.mapper.asked import Asked
from py.platforms.accelerator.mapper.picks import Pick, Sizes, Splits
from py.platforms.accelerator.nest.dims import WINDOWS

TAIL = ("n", "m", "c", "g")
GROUPS = (*TAIL, *("".join(window) for window in WINDOWS))
"""Loops that are chosen together: outputs and taps of a window, the others alone."""

GROUP_OF = {dim: group for group in GROUPS for dim in group}

OF_ROOM = {"n": (0, 1, 1), "g": (1, 1, 1), "m": (1, 0, 1), "c": (1, 1, 0)}
"""Whether a loop makes weight, ifmap and ofmap tiles larger."""

Room = tuple[int, int, int]


class Choice(NamedTuple):
    """Picks of a group. ``rooms``: what tiles of weight, ifmap and ofmap are multiplied by, at each
    level that the stage has to answer for. ``splits``: for each pick that goes over PEs the ways to
    place them.
    """

    picks: tuple[Pick | None, ...]
    rooms: tuple[Room, ...]
    splits: tuple[Splits, ...]


class Around(NamedTuple):
    """What the stages outside chose for a loop, outermost first (None: as the next one), and
    whether this stage must not turn it.
    """

    picks: tuple[Pick | None, ...]
    still: bool

    @property
    def tiles(self) -> int:
        """The tiles that the last of them made."""
        return next((pick.tiles for pick in reversed(self.picks) if pick is not None), 1)


How = Literal["left", "single", "free"]
"""A stage leaves a loop to the next one, must cut it into single elements, or may choose."""

Given = tuple[tuple[str, How, Around | None], ...]
"""For each loop of a group: how free the stage is, and what is around it."""


class Offers:
    """The choices of all stages; those asked for once are kept."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._choices: dict[tuple[int, Given, bool], tuple[Choice, ...]] = {}
        self._picks: dict[tuple[int, str, How, Around | None], tuple[Pick | None, ...]] = {}

    def choices(self, stage: int, given: Given, *, all_levels: bool) -> tuple[Choice, ...]:
        """Return what a stage may choose for a group.

        ``all_levels``: rooms are those of all levels, as this is the last stage and those around it
        are given; else that of its own level.
        """
        key = (stage, given, all_levels)
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = tuple(self._new(stage, given, all_levels))
        return found

    def picks(
        self, stage: int, dim: str, how: How, around: Around | None
    ) -> tuple[Pick | None, ...]:
        """Return what a stage may pick for a loop."""
        extent = self.asked.problem.extent(dim)
        if how == "left" or extent == 1:
            return (None,)
        key = (stage, dim, how, around)
        found = self._picks.get(key)
        if found is None:
            picks = self.asked.picks(stage, dim)
            if how == "single":
                picks = tuple(pick for pick in picks if pick.tiles == extent)
            if around is not None:
                picks = tuple(pick for pick in picks if _nests(pick.outer, around))
            found = self._picks[key] = picks
        return found

    def _new(self, stage: int, given: Given, all_levels: bool) -> list[Choice]:
        asked = self.asked
        own = stage < asked.places.levels
        found = []
        for picks in product(*(self.picks(stage, dim, how, around) for dim, how, around in given)):
            if all_levels:
                tiles = [
                    sizes_of(
                        asked.problem.extent(dim),
                        (*(around.picks if around else ()), pick),
                        asked.places.levels,
                        asked.places.array,
                    ).tiles
                    for (dim, _, around), pick in zip(given, picks, strict=True)
                ]
                levels = list(zip(*tiles, strict=True))
            else:
                levels = [tuple(1 if pick is None else pick.size for pick in picks)] if own else []
            rooms = tuple(self._room(given, sizes) for sizes in levels)
            splits = tuple(pick.splits for pick in picks if pick is not None and pick.pes > 1)
            found.append(Choice(picks, rooms, splits))
        return found

    def _room(self, given: Given, sizes: Sequence[int]) -> Room:
        if len(given) == 1:
            w, i, o = OF_ROOM[given[0][0]]
            return sizes[0] ** w, sizes[0] ** i, sizes[0] ** o
        axis = WINDOWS.index((given[0][0], given[1][0]))
        return sizes[1], self.asked.problem.span(axis, sizes[0], sizes[1]), sizes[0]


class Tiled(NamedTuple):
    """Sizes of a loop's tiles: at the levels but the outermost, and the array's."""

    tiles: Sizes
    array: int


@lru_cache(maxsize=1 << 17)
def sizes_of(extent: int, picks: tuple[Pick | None, ...], levels: int, array: int) -> Tiled:
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
    return Tiled(tuple(reversed(tiles)), whole)


def _nests(count: int, around: Around) -> bool:
    """Whether so many tiles can be gathered into those around."""
    outer = around.tiles
    if around.still:
        return count == outer
    return outer <= count and -(-count // -(-count // outer)) == outer
