"""What is told of many rows, in memory that does not grow with them: the first, and tallies."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
_FIRST = 1_000
_MOST_KEYS = 2_000
_LINES = 8


@dataclass(slots=True)
class Tally:
    """How many rows something holds for, and the first lines where they stand."""

    count: int = 0
    lines: list[int] = field(default_factory=list)


class Counted(Collection[T], ABC):
    """Things of which the first thousand are kept, and all are counted by what they are alike in.

    Its length is how many there were, which is more than it can be gone through. ``tallies`` are
    by key, in the order in which keys came; of those after the first two thousand there is no
    tally, and ``untallied`` says how many things they were.
    """

    def __init__(self, things: Iterable[T] = ()) -> None:
        self._first: list[T] = []
        self._count = 0
        self.tallies: dict[Hashable, Tally] = {}
        self.untallied = 0
        for thing in things:
            self.add(thing)

    @abstractmethod
    def key(self, thing: T) -> tuple[Hashable, int | None]:
        """Return what things are alike in, and the line of this one."""

    def add(self, thing: T) -> None:
        """Count a thing."""
        self._count += 1
        if len(self._first) < _FIRST:
            self._first.append(thing)
        key, line = self.key(thing)
        tally = self.tallies.get(key)
        if tally is None:
            if len(self.tallies) >= _MOST_KEYS:
                self.untallied += 1
                return
            tally = self.tallies[key] = Tally()
        tally.count += 1
        if line is not None and len(tally.lines) < _LINES:
            tally.lines.append(line)

    def extend(self, things: Iterable[T]) -> None:
        """Count things."""
        for thing in things:
            self.add(thing)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return iter(self._first)

    def __contains__(self, thing: object) -> bool:
        return thing in self._first
