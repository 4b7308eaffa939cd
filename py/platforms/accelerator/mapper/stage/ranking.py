"""The choices of a loop by what they cost."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import accumulate

from py.platforms.accelerator.mapper.ask.spots import Spots
from py.platforms.accelerator.mapper.stage.choices import Choice, Choices
from py.platforms.accelerator.mapper.stage.rooms import Room
from py.platforms.accelerator.mapper.stage.sizing import Sizing

Priced = tuple[float, Choice, tuple[Room, ...], int]
"""What a choice costs, its rooms, and the turns of its busiest PE."""

_Waiting = list[tuple[float, int, int, list[Priced], Spots]]


class Ranking:
    """Choices by cost; those over PEs in the same ways are a class.

    A choice costs the sum over ``terms`` of weight times factor. ``classes`` has (a bound that none
    of its members falls below, its number), by their bounds; ``least`` is the least of these.
    """

    def __init__(
        self, choices: Choices, terms: Sequence[tuple[float, list[float]]], sizing: Sizing
    ) -> None:
        self._choices, self._terms, self._sizing = choices, terms, sizing
        bounds = [0.0] * len(choices.classes)
        for weight, column in terms:
            least = choices.least_of_classes(column)
            bounds = [bound + weight * factor for bound, factor in zip(bounds, least, strict=True)]
        self.classes = sorted(zip(bounds, choices.numbers, strict=True))
        self.least = self.classes[0][0]
        self._least_in: dict[Spots, float] = {}
        self._members: dict[int, list[Priced]] = {}
        self._least_tiles: dict[int, list[list[int]]] = {}
        """For each class and level the least weight tile up to each member, as its negative."""

    def least_in(self, free: Spots) -> float:
        """Return a bound below all choices that find their PEs; infinity if none does."""
        found = self._least_in.get(free)
        if found is None:
            left = self._choices.left(free)
            found = next(
                (least for least, number in self.classes if left[number] is not None), float("inf")
            )
            self._least_in[free] = found
        return found

    def members(self, number: int) -> list[Priced]:
        """Return the choices of a class by their cost."""
        found = self._members.get(number)
        if found is None:
            _, start, end = self._choices.classes[number]
            costs = [0.0] * (end - start)
            for weight, column in self._terms:
                costs = [
                    cost + weight * factor
                    for cost, factor in zip(costs, column[start:end], strict=True)
                ]
            rooms, busy = self._sizing.of_class(number)
            found = sorted(
                zip(costs, self._choices.all[start:end], rooms, busy, strict=True), key=_cost
            )
            self._members[number] = found
        return found

    def _first_fitting(self, number: int, own: list[Priced], largest: tuple[int, ...]) -> int:
        """Return the place of the first in a class whose weight tiles are nowhere larger."""
        least = self._least_tiles.get(number)
        if least is None:
            of_levels = zip(*(rooms for _, _, rooms, _ in own), strict=True)
            least = self._least_tiles[number] = [
                [-size for size in accumulate((room[0] for room in rooms), min)]
                for rooms in of_levels
            ]
        places = [bisect_left(sizes, -most) for sizes, most in zip(least, largest, strict=True)]
        return _fitting(own, max(places), largest)

    def placed(
        self, free: Spots, most: float, largest: tuple[int, ...] | None = None
    ) -> Iterator[tuple[Priced, Spots]]:
        """Give the choices that find their PEs, the cheapest first, with what is left.

        Those that cost more than ``most`` may be left out. ``largest``: only those whose weight
        tiles are at each level no larger.
        """
        if largest is None and len(self._choices.all) == 1 and not self._choices.ways[0]:
            yield self.members(0)[0], free
            return
        waiting: _Waiting = []
        all_left = self._choices.left(free)
        for least, number in self.classes:
            if least > most:
                break
            left = all_left[number]
            if left is None:
                continue
            while waiting and waiting[0][0] < least:
                yield _next(waiting, largest)
            own = self.members(number)
            first = 0 if largest is None else self._first_fitting(number, own, largest)
            if first < len(own) and own[first][0] <= most:
                heappush(waiting, (own[first][0], number, first, own, left))
        while waiting:
            yield _next(waiting, largest)


def _next(waiting: _Waiting, largest: tuple[int, ...] | None) -> tuple[Priced, Spots]:
    _, number, place, members, left = heappop(waiting)
    found = members[place]
    place += 1
    if largest is not None:
        place = _fitting(members, place, largest)
    if place < len(members):
        heappush(waiting, (members[place][0], number, place, members, left))
    return found, left


def _fitting(members: list[Priced], place: int, largest: tuple[int, ...]) -> int:
    """Return the place of the next whose weight tiles are at each level no larger."""
    for at in range(place, len(members)):
        for room, most in zip(members[at][2], largest, strict=True):
            if room[0] > most:
                break
        else:
            return at
    return len(members)


def _cost(entry: Priced) -> float:
    return entry[0]
