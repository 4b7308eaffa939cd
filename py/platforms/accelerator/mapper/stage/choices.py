"""The choices of a loop or window at a stage, and what was worked out about them."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import count

from py.platforms.accelerator.mapper.ask.picks import Pick, Picks
from py.platforms.accelerator.mapper.ask.spots import Spots, Ways

_serials = count()


class Choice:
    """Picks of a group of loops, and the ways of each of them that goes over PEs."""

    __slots__ = ("picks", "ways")

    def __init__(self, picks: tuple[Pick | None, ...]) -> None:
        self.picks = picks
        self.ways = tuple(pick.ways for pick in picks if pick is not None and pick.ways is not None)


class Choices:
    """All choices of a group, those that go over PEs in the same ways next to each other.

    ``classes`` has for each of these ways where its choices begin and end. ``columns`` is for
    factors that were worked out once, ``by_pes``, ``up_to_pes`` and ``fronts`` for what loops reach
    on so many PEs, alone and side by side. No two have the same ``serial``.
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
        "serial",
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
        self.ways = list(by_ways)
        self.numbers = range(len(self.classes))
        self.serial = next(_serials)
        self.columns: dict[object, list[float]] = {}
        self.fronts: dict[object, list[tuple[float, ...]]] = {}
        self.by_pes: dict[object, list[tuple[int, tuple[float, ...]]]] = {}
        self.up_to_pes: dict[object, tuple[list[int], list[tuple[float, ...]]]] = {}
        self._least_of_classes: dict[int, list[float]] = {}
        self._left: dict[Spots, list[Spots | None]] = {}

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


@lru_cache(maxsize=1024)
def alone(picks: Picks | None) -> Choices:
    """Return the choices of a loop that is no window's; layers with the same bound share them."""
    return Choices([Choice((pick,)) for pick in ((None,) if picks is None else picks)])
