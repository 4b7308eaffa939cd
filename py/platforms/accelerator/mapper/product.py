"""Choices of one option for each axis whose tiles fit, in the order of a bound below their cost."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from py.platforms.accelerator.mapper.options import Option

Room = tuple[int, int, int]
"""Elements of weight, ifmap and ofmap tile."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option for each axis, with what it costs and the cycles that it computes for."""

    cost: float
    cycles: int
    options: tuple[Option, ...]


class Product:
    """All choices of one option for each axis.

    ``prices`` has what each product of factors costs, ``fits`` says whether tiles of so many
    elements do, ``pes`` how many there are along each axis of the array.
    """

    def __init__(
        self,
        axes: Sequence[Sequence[Option]],
        prices: Sequence[float],
        fits: Callable[[Room], bool],
        pes: tuple[int, ...],
    ) -> None:
        self._prices, self._fits, self._pes = prices, fits, pes
        self._places = sorted(range(len(axes)), key=lambda place: (len(axes[place]) > 1, place))
        self._axes = [self._sorted(axes[place]) for place in self._places]
        self._suffixes()
        self.looked_at = 0

    @property
    def empty(self) -> bool:
        return not all(self._axes)

    def choices(self, good: Callable[[float, int], bool]) -> Iterator[Choice]:
        """Give the choices that fit and of which ``good`` says that their cost and cycles are.

        ``good`` is asked with bounds below cost and cycles on the way, so it must hold for what
        is less wherever it holds for more. It may become stricter from choice to choice.
        """
        if self.empty:
            return
        yield from self._deeper(0, [1] * len(self._prices), (1, 1, 1), self._pes, 1, [], good)

    def least(self, good: Callable[[float, int], bool]) -> Choice | None:
        """Return the choice of least cost among the good ones, the first of several."""
        found: list[Choice] = []

        def better(cost: float, cycles: int) -> bool:
            return good(cost, cycles) and (not found or cost < found[-1].cost)

        for choice in self.choices(better):
            found.append(choice)
        return found[-1] if found else None

    def fewest_cycles(self) -> int:
        """Return the fewest cycles of any choice that fits; 1 if none does."""
        found: list[int] = []
        for choice in self.choices(lambda _, cycles: not found or cycles < found[-1]):
            found.append(choice.cycles)
        return found[-1] if found else 1

    def _sorted(self, options: Sequence[Option]) -> list[Option]:
        return sorted(
            options,
            key=lambda option: (self._cost(option.factors), option.cycles),
        )

    def _cost(self, factors: Sequence[int]) -> float:
        cost = 0.0
        for price, factor in zip(self._prices, factors, strict=True):
            cost += price * factor
        return cost

    def _suffixes(self) -> None:
        """Work out the least that the axes still to come contribute to each product."""
        terms = range(len(self._prices))
        best = [1] * len(self._prices)
        self._bounds = [list(self._prices)]
        self._least_room: list[Room] = [(1, 1, 1)]
        self._least_cycles = [1]
        for options in reversed(self._axes):
            if not options:
                return
            for term in terms:
                values = [option.factors[term] for option in options]
                best[term] *= min(values) if self._prices[term] >= 0 else max(values)
            self._bounds.append([self._prices[term] * best[term] for term in terms])
            room, before = [min(o.room[i] for o in options) for i in range(3)], self._least_room[-1]
            self._least_room.append((room[0] * before[0], room[1] * before[1], room[2] * before[2]))
            self._least_cycles.append(
                self._least_cycles[-1] * min(option.cycles for option in options)
            )
        self._bounds.reverse()
        self._least_room.reverse()
        self._least_cycles.reverse()

    def _deeper(
        self,
        depth: int,
        products: list[int],
        room: Room,
        pes: tuple[int, ...],
        cycles: int,
        chosen: list[Option],
        good: Callable[[float, int], bool],
    ) -> Iterator[Choice]:
        bounds, least = self._bounds[depth + 1], self._least_room[depth + 1]
        last = depth + 1 == len(self._axes)
        for option in self._axes[depth]:
            grown = [a * b for a, b in zip(products, option.factors, strict=True)]
            cost = 0.0
            for bound, factor in zip(bounds, grown, strict=True):
                cost += bound * factor
            turns = cycles * option.cycles
            if not good(cost, turns * self._least_cycles[depth + 1]):
                continue
            need = option.room
            needed = (room[0] * need[0], room[1] * need[1], room[2] * need[2])
            if not self._fits((needed[0] * least[0], needed[1] * least[1], needed[2] * least[2])):
                continue
            left = tuple(a // b for a, b in zip(pes, option.pes, strict=True))
            if not all(left):
                continue
            self.looked_at += 1
            if last:
                yield Choice(cost, turns, self._in_place([*chosen, option]))
            else:
                yield from self._deeper(
                    depth + 1, grown, needed, left, turns, [*chosen, option], good
                )

    def _in_place(self, chosen: list[Option]) -> tuple[Option, ...]:
        by_place = dict(zip(self._places, chosen, strict=True))
        return tuple(by_place[place] for place in range(len(chosen)))

    @property
    def size(self) -> int:
        """Number of choices, whether they fit or not."""
        return prod(len(options) for options in self._axes)
