"""A clock that only moves when someone waits, and tells others that it has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class FakeClock:
    """Starts at ``now_s``; ``watchers`` are called with the time whenever it has moved."""

    def __init__(self, now_s: float = 100.0) -> None:
        self._now_s = now_s
        self.watchers: list[Callable[[float], None]] = []
        self._beside: Callable[[], None] | None = None
        self._acting = False
        self._due_s = self._period_s = 0.0

    def now_s(self) -> float:
        return self._now_s

    def sleep_s(self, seconds: float) -> None:
        end_s = self._now_s + seconds
        while self._beside is not None and self._due_s <= end_s and not self._acting:
            self._move(self._due_s)
            self._acting = True
            self._beside()
            self._acting = False
            self._due_s += self._period_s
        self._move(end_s)

    @contextmanager
    def beside(self, action: Callable[[], None], period_s: float, name: str) -> Iterator[None]:
        """Stand for a thread: while a block runs, the action is done whenever it is time."""
        self._beside, self._period_s = action, period_s
        self._due_s = self._now_s + period_s
        try:
            yield
        finally:
            self._beside = None

    def _move(self, now_s: float) -> None:
        self._now_s = now_s
        for watcher in self.watchers:
            watcher(self._now_s)
