"""A few of many: at even distances, however many come."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
_MOST = 1_500


@dataclass(slots=True)
class Thinned(Generic[T]):
    """Keeps every one of the first, then every second, every fourth, and so on."""

    kept: list[T] = field(default_factory=list)
    seen: int = 0
    _step: int = 1

    def add(self, value: T) -> None:
        """Take a value, and keep it if it is its turn."""
        if self.seen % self._step == 0:
            self.kept.append(value)
            if len(self.kept) > _MOST:
                del self.kept[1::2]
                self._step *= 2
        self.seen += 1

    def __iter__(self) -> Iterator[T]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)
