"""Telling how far a capture has come: plain lines here, a bar in ``rich_progress``."""

import sys
from collections.abc import Callable, Mapping
from typing import Protocol, TextIO

from py.columns import printable
from py.measure.capture.columns import FAILED
from py.measure.meters.clock import Clock, SteadyClock
from py.measure.plans.shape import Shape

_EVERY_S = 10.0


class Progress(Protocol):
    """Is told how a capture goes."""

    def began(self, total: int, done: int, seconds: float | None) -> None:
        """Tell how many rows a capture is to have and has, and how long the rest takes."""
        ...

    def row(self, done: int, shape: Shape, cells: Mapping[str, str]) -> None:
        """Tell that a row was added, the ``done``-th."""
        ...

    def note(self, text: str) -> None:
        """Tell something worth a line."""
        ...

    def ended(self) -> None:
        """Tell that no more will come."""
        ...


class PlainProgress:
    """A line now and then, for a file or a terminal without control sequences."""

    def __init__(self, stream: TextIO | None = None, clock: Clock | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._clock = SteadyClock() if clock is None else clock
        self._pace: Pace | None = None
        self._told_s = 0.0
        self._failed = 0

    def began(self, total: int, done: int, seconds: float | None) -> None:
        self._pace = Pace(total, done, seconds, self._clock.now_s)
        self._told_s = self._clock.now_s()

    def row(self, done: int, _shape: Shape, cells: Mapping[str, str]) -> None:
        self._failed += failed(cells)
        now_s = self._clock.now_s()
        if self._pace is not None and now_s - self._told_s >= _EVERY_S:
            self._told_s = now_s
            self.note(self._pace.told(done, self._failed))

    def note(self, text: str) -> None:
        self._stream.write(f"{printable(text)}\n")
        self._stream.flush()

    def ended(self) -> None:
        pass


class Pace:
    """How fast rows come, and so how long the rest takes."""

    def __init__(
        self, total: int, done: int, seconds: float | None, now_s: Callable[[], float]
    ) -> None:
        self._total, self._at_first, self._seconds = total, done, seconds
        self._now_s = now_s
        self._began_s = now_s()

    def left_s(self, done: int) -> float | None:
        """Return the seconds left, by the rows so far and not beyond what was said at first."""
        passed_s = self._now_s() - self._began_s
        rows = done - self._at_first
        by_rows = (self._total - done) * passed_s / rows if rows > 0 else None
        by_plan = None if self._seconds is None else max(0.0, self._seconds - passed_s)
        known = [left for left in (by_rows, by_plan) if left is not None]
        return min(known, default=None)

    def told(self, done: int, failures: int) -> str:
        """Return a line that says it all."""
        left = self.left_s(done)
        parts = [f"{done} of {self._total} rows"]
        if failures:
            parts.append(f"{failures} failed")
        if left is not None:
            parts.append(f"about {duration(left)} left")
        return ", ".join(parts)


def failed(cells: Mapping[str, str]) -> bool:
    """Return whether a row says that measuring went wrong."""
    return cells.get("note", "").startswith(FAILED)


def duration(seconds: float) -> str:
    """Return a length of time as people say it."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 99.5 else f"{minutes / 60:.1f} h"
