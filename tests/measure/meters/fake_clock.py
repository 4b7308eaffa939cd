"""A clock that only moves when someone waits, and tells others that it has."""

from collections.abc import Callable


class FakeClock:
    """Starts at ``now_s``; ``watchers`` are called with the time whenever it has moved."""

    def __init__(self, now_s: float = 100.0) -> None:
        self._now_s = now_s
        self.watchers: list[Callable[[float], None]] = []

    def now_s(self) -> float:
        return self._now_s

    def sleep_s(self, seconds: float) -> None:
        self._now_s += seconds
        for watcher in self.watchers:
            watcher(self._now_s)
