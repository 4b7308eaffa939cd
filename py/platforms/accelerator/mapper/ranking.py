"""The choices of a loop by what they cost."""

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush

from py.platforms.accelerator.mapper.offers import Choice, Choices
from py.platforms.accelerator.mapper.spots import Spots, Ways

Priced = tuple[float, Choice]


class Ranking:
    """Choices by cost; those over PEs in the same ways are a class.

    A choice costs the sum over ``terms`` of weight times factor. ``classes`` has (a bound that none
    of its members falls below, ways, its members by cost), by their bounds; ``least`` is the least
    of these.
    """

    def __init__(self, choices: Choices, terms: Sequence[tuple[float, list[float]]]) -> None:
        self.choices, self.terms = choices.all, terms
        bounds = [0.0] * len(choices.classes)
        for weight, column in terms:
            least = choices.least_of_classes(column)
            bounds = [bound + weight * factor for bound, factor in zip(bounds, least, strict=True)]
        found: list[tuple[float, tuple[Ways, ...], Callable[[], list[Priced]]]] = [
            (bound, ways, _Members(self, start, end))
            for bound, (ways, start, end) in zip(bounds, choices.classes, strict=True)
        ]
        found.sort(key=_by_cost)
        self.classes = found
        self.least = found[0][0]
        self._least_in: dict[Spots, float] = {}

    def least_in(self, free: Spots) -> float:
        """Return a bound below all choices that find their PEs; infinity if none does."""
        found = self._least_in.get(free)
        if found is None:
            found = next(
                (least for least, ways, _ in self.classes if after(free, ways) is not None),
                float("inf"),
            )
            self._least_in[free] = found
        return found

    def placed(self, free: Spots, most: float) -> Iterator[tuple[float, Choice, Spots]]:
        """Give the choices that find their PEs, the cheapest first, with what is left.

        Those that cost more than ``most`` may be left out.
        """
        waiting: list[tuple[float, int, int, list[Priced], Spots]] = []
        for number, (least, ways, members) in enumerate(self.classes):
            if least > most:
                break
            left = after(free, ways)
            if left is None:
                continue
            while waiting and waiting[0][0] < least:
                yield from _next(waiting)
            own = members()
            heappush(waiting, (own[0][0], number, 0, own, left))
        while waiting:
            yield from _next(waiting)


class _Members:
    """The choices of a class, by cost; worked out when asked for."""

    __slots__ = ("_end", "_found", "_of", "_start")

    def __init__(self, of: Ranking, start: int, end: int) -> None:
        self._of, self._start, self._end = of, start, end
        self._found: list[Priced] | None = None

    def __call__(self) -> list[Priced]:
        if self._found is None:
            start, end = self._start, self._end
            costs = [0.0] * (end - start)
            for weight, column in self._of.terms:
                costs = [
                    cost + weight * factor
                    for cost, factor in zip(costs, column[start:end], strict=True)
                ]
            self._found = sorted(zip(costs, self._of.choices[start:end], strict=True), key=_cost)
        return self._found


def _next(
    waiting: list[tuple[float, int, int, list[Priced], Spots]],
) -> Iterator[tuple[float, Choice, Spots]]:
    cost, number, place, members, left = heappop(waiting)
    yield cost, members[place][1], left
    if place + 1 < len(members):
        heappush(waiting, (members[place + 1][0], number, place + 1, members, left))


def after(free: Spots, ways: Sequence[Ways]) -> Spots | None:
    """Return the PEs left after placing picks among them."""
    for own in ways:
        left = free.after(own)
        if left is None:
            return None
        free = left
    return free


def _by_cost(entry: tuple[float, tuple[Ways, ...], Callable[[], list[Priced]]]) -> float:
    return entry[0]


def _cost(entry: Priced) -> float:
    return entry[0]
