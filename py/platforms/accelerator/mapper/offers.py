"""What a stage may choose for each loop or window, given what the stages outside it chose."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Any, Literal, NamedTuple

from py.platforms.accelerator.mapper.asked import Asked
from py.platforms.accelerator.mapper.picks import Pick, Picks, nesting
from py.platforms.accelerator.mapper.spots import Sizes, Spots, Ways
from py.platforms.accelerator.nest.dims import WINDOWS
from py.platforms.accelerator.nest.turns import turns

TAIL = ("n", "m", "c", "g")
GROUPS = (*TAIL, *("".join(window) for window in WINDOWS))
"""Loops that are chosen together: outputs and taps of a window, the others alone."""

GROUP_OF = {dim: group for group in GROUPS for dim in group}

OF_ROOM = {"n": (0, 1, 1), "g": (1, 1, 1), "m": (1, 0, 1), "c": (1, 1, 0)}
"""Whether a loop makes weight, ifmap and ofmap tiles larger."""

Room = tuple[int, int, int]


class Choice(NamedTuple):
    """Picks of a group. ``rooms``: what tiles of weight, ifmap and ofmap are multiplied by, at each
    level that the stage has to answer for. ``ways``: those of each pick that goes over PEs.
    ``busy``: the turns of the busiest PE, known at the last stage alone; else 1.
    """

    picks: tuple[Pick | None, ...]
    rooms: tuple[Room, ...]
    ways: tuple[Ways, ...]
    busy: int = 1


class Choices:
    """All choices of a group, those that go over PEs in the same ways next to each other.

    ``classes`` has for each of these ways where its choices begin and end. ``columns`` is for
    factors that were worked out once, ``by_pes`` and ``fronts``
    for what loops reach on so many PEs, alone and side by side. ``sizes``
    has for each level that is answered for the sizes of the weight tile, rising.
    """

    __slots__ = (
        "_least_of_classes",
        "_left",
        "all",
        "by_pes",
        "classes",
        "columns",
        "fronts",
        "numbers",
        "sizes",
        "up_to_pes",
        "ways",
    )

    def __init__(self, choices: Sequence[Choice]) -> None:
        by_ways: dict[tuple[Ways, ...], list[Choice]] = {}
        for choice in choices:
            by_ways.setdefault(choice.ways, []).append(choice)
        self.all = tuple(choice for own in by_ways.values() for choice in own)
        self.classes: list[tuple[tuple[Ways, ...], int, int]] = []
        end = 0
        for ways, own in by_ways.items():
            self.classes.append((ways, end, end + len(own)))
            end += len(own)
        self.sizes = [
            sorted({room[0] for room in of_level})
            for of_level in zip(*(choice.rooms for choice in self.all), strict=True)
        ]
        self.columns: dict[object, list[float]] = {}
        self.fronts: dict[object, list[tuple[float, ...]]] = {}
        self.ways = [ways for ways, _, _ in self.classes]
        self.numbers = range(len(self.classes))
        self._least_of_classes: dict[int, list[float]] = {}
        self._left: dict[Spots, list[Spots | None]] = {}
        self.by_pes: dict[object, list[tuple[int, tuple[float, ...]]]] = {}
        self.up_to_pes: dict[object, tuple[list[int], list[tuple[float, ...]]]] = {}

    def left(self, free: Spots) -> list[Spots | None]:
        """Return for each class the PEs left after it; None where it does not find its own."""
        found = self._left.get(free)
        if found is None:
            most = free.pes
            found = self._left[free] = [
                None if ways and ways[0].pes > most else free.after_all(ways) for ways in self.ways
            ]
        return found

    def least_of_classes(self, column: list[float]) -> list[float]:
        """Return the least factor of each class, of one of the columns that are kept."""
        found = self._least_of_classes.get(id(column))
        if found is None:
            found = [min(column[start:end]) for _, start, end in self.classes]
            self._least_of_classes[id(column)] = found
        return found


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


_NO_PICK = (None,)

How = Literal["left", "single", "free"]
"""A stage leaves a loop to the next one, must cut it into single elements, or may choose."""

Given = tuple[tuple[str, How, Around | None], ...]
"""For each loop of a group: how free the stage is, and what is around it."""


class Offers:
    """The choices of all stages; those asked for once are kept."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._choices: dict[tuple[int, Given, bool], Choices] = {}
        self.unrestricted: dict[object, Any] = {}
        """Stages that nothing outside restricts; plans that ask the same share them."""

    def choices(self, stage: int, given: Given, *, all_levels: bool) -> Choices:
        """Return what a stage may choose for a group.

        ``all_levels``: rooms are those of all levels, as this is the last stage and those around it
        are given; else that of its own level.
        """
        key = (stage, given, all_levels)
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = self._new(stage, given, all_levels)
        return found

    def _new(self, stage: int, given: Given, all_levels: bool) -> Choices:
        asked, places = self.asked, self.asked.places
        own = stage if stage < places.levels else None
        shown = _Shown(places.levels, places.array, None if all_levels else own, all_levels)
        picks = tuple(self.picks(stage, dim, how, around) for dim, how, around in given)
        if len(given) == 1:
            ((dim, _, around),) = given
            outside = around.picks if around is not None and all_levels else ()
            return _alone(asked.problem.extent(dim), OF_ROOM[dim], picks[0], outside, shown)
        found = []
        axis = WINDOWS.index((given[0][0], given[1][0]))
        for chosen in product(*(_NO_PICK if own is None else own for own in picks)):
            outs, taps = (
                _sizes(
                    asked.problem.extent(dim),
                    pick,
                    around.picks if around is not None and all_levels else (),
                    shown,
                )
                for (dim, _, around), pick in zip(given, chosen, strict=True)
            )
            rooms = tuple(
                (tap, asked.problem.span(axis, out, tap), out)
                for out, tap in zip(outs.tiles, taps.tiles, strict=True)
            )
            found.append(Choice(chosen, rooms, _ways(chosen), outs.busy * taps.busy))
        return Choices(found)

    def picks(self, stage: int, dim: str, how: How, around: Around | None) -> Picks | None:
        """Return what a stage may pick for a loop; None where the next one decides."""
        if how == "left" or self.asked.problem.extent(dim) == 1:
            return None
        found = self.asked.picks(stage, dim)
        if how == "free" and around is None:
            return found
        return nesting(found, how == "single", around and (around.tiles, around.still))


class _Shown(NamedTuple):
    """At which levels sizes are wanted: all, a stage's ``own``, or none."""

    levels: int
    array: int
    own: int | None
    all_levels: bool


@lru_cache(maxsize=512)
def _alone(
    extent: int,
    of_room: Room,
    picks: Picks | None,
    outside: tuple[Pick | None, ...],
    shown: _Shown,
) -> Choices:
    """Return the choices of a loop that is no window's; layers with the same bound share them."""
    w, i, o = of_room
    found = []
    for pick in _NO_PICK if picks is None else picks:
        sizes, _, busy = _sizes(extent, pick, outside, shown)
        rooms = tuple((size**w, size**i, size**o) for size in sizes)
        found.append(Choice((pick,), rooms, _ways((pick,)), busy))
    return Choices(found)


def _sizes(
    extent: int, pick: Pick | None, outside: tuple[Pick | None, ...], shown: _Shown
) -> "Tiled":
    if shown.all_levels:
        return sizes_of(extent, (*outside, pick), shown.levels, shown.array)
    if shown.own is None:
        return Tiled((), 1, 1)
    return Tiled((1 if pick is None else pick.size,), 1, 1)


def _ways(picks: Sequence[Pick | None]) -> tuple[Ways, ...]:
    return tuple(pick.ways for pick in picks if pick is not None and pick.ways is not None)


class Tiled(NamedTuple):
    """Sizes of a loop's tiles: at the levels but the outermost, and the array's; and how often the
    busiest PE turns the loop.
    """

    tiles: Sizes
    array: int
    busy: int


@lru_cache(maxsize=1 << 14)
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
    tiles.reverse()
    in_pe = (extent, whole, *tiles[array - 1 :], 1)
    return Tiled(
        tuple(tiles), whole, turns(in_pe, len(in_pe) - 1, array=1, inside=True, together=True)
    )
