"""Layers take turns: some are measured with their energy, the others for their runtime alone.

First every kind of which image networks are made gets as many rows with energy as a fit of its
power needs, then the other kinds; from then on one row in a few has its energy.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from py.measure.gpu.order import NEEDED, kind_of
from py.measure.meters.clock import Clock
from py.measure.meters.report import MeterReport
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

_LONG_S = 0.6
"""A window with energy that is no longer than this costs little more than one without."""
_MOST = 3
_ENOUGH = 24
"""Rows with energy: a fit of a power needs twenty, and some rows are skipped."""

Group = tuple[str, str]
"""A kind of layer and a precision."""


class OutOfTimeError(Exception):
    """The time of a call is over; what was measured is on the disk."""


class Station(Protocol):
    """What measures a shape; ``py.measure.capture.station`` has it in a process of its own."""

    def measure(self, shape: Shape) -> Mapping[str, str]: ...

    def idle(self) -> Mapping[str, str]: ...


def every(meters: Sequence[MeterReport], updates: int) -> int:
    """Return of how many layers one is measured with its energy once each kind has enough.

    All of them where no meter makes a window long.
    """
    return max(1, min(_MOST, round(window_s(meters, updates) / _LONG_S)))


def window_s(meters: Sequence[MeterReport], updates: int) -> float:
    """Return how long a window with energy lasts: so many steps of the slowest meter."""
    periods = [meter.update_period_s or 0.0 for meter in meters if meter.works]
    return updates * max(periods, default=0.0)


class Turns:
    """Measures by one of two stations: with energy, or for the runtime alone.

    Networks and idle windows always have their energy. ``had`` are the rows with energy that an
    earlier call left, by kind and precision. After ``until_s`` of the clock nothing is begun.
    """

    def __init__(
        self,
        powered: Station,
        timed: Station,
        one_of: int,
        clock: Clock,
        until_s: float,
        dtypes: Sequence[str],
        had: Mapping[Group, int] | None = None,
    ) -> None:
        self._powered, self._timed, self._one_of = powered, timed, one_of
        self._clock, self._until_s = clock, until_s
        self._wanted = [(kind, dtype) for kind in NEEDED for dtype in dtypes]
        self._have = dict(had or {})
        self._seen: dict[Group, int] = {}

    def measure(self, shape: Shape) -> Mapping[str, str]:
        """Return the cells of a shape's row.

        Raises:
            OutOfTimeError: it is too late to begin.
        """
        if self._clock.now_s() >= self._until_s:
            raise OutOfTimeError
        group = kind_of(shape), shape.dtype
        if shape.op != NETWORK and not self._has_energy(group):
            return self._timed.measure(shape)
        cells = self._powered.measure(shape)
        if cells.get("power_w"):
            self._have[group] = self._have.get(group, 0) + 1
        return cells

    def idle(self) -> Mapping[str, str]:
        return self._powered.idle()

    def _has_energy(self, group: Group) -> bool:
        if self._one_of == 1:
            return True
        if not self._enough(group):
            return group in self._wanted or all(self._enough(one) for one in self._wanted)
        before = self._seen.get(group, 0)
        self._seen[group] = before + 1
        return before % self._one_of == self._one_of - 1

    def _enough(self, group: Group) -> bool:
        return self._have.get(group, 0) >= _ENOUGH
