"""Layers take turns: some are measured with their energy, the others for their runtime alone."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from py.measure.gpu.order import kind_of
from py.measure.meters.clock import Clock
from py.measure.meters.report import MeterReport
from py.measure.plans.shape import Shape
from py.measure.table.row import NETWORK

_LONG_S = 0.6
"""A window with energy that is no longer than this costs little more than one without."""
_MOST = 3
_NEEDED = frozenset({"conv", "dense", "pool", "depthwise", "grouped", "elementwise"})
"""Kinds of which image networks are made: their power is measured more often."""
_RARER = 2


class OutOfTimeError(Exception):
    """The time of a call is over; what was measured is on the disk."""


class Station(Protocol):
    """What measures a shape; ``py.measure.capture.station`` has it in a process of its own."""

    def measure(self, shape: Shape) -> Mapping[str, str]: ...

    def idle(self) -> Mapping[str, str]: ...


def every(meters: Sequence[MeterReport], updates: int) -> int:
    """Return of how many layers one is measured with its energy, so that windows stay affordable.

    All of them where no meter makes a window long.
    """
    periods = [meter.update_period_s or 0.0 for meter in meters if meter.works]
    window_s = updates * max(periods, default=0.0)
    return max(1, min(_MOST, round(window_s / _LONG_S)))


class Turns:
    """Measures by one of two stations: with energy, or for the runtime alone.

    Networks and idle windows always have their energy. After ``until_s`` of the clock nothing is
    begun.
    """

    def __init__(
        self, powered: Station, timed: Station, one_of: int, clock: Clock, until_s: float
    ) -> None:
        self._powered, self._timed, self._one_of = powered, timed, one_of
        self._clock, self._until_s = clock, until_s
        self._seen: dict[tuple[str, str], int] = {}

    def measure(self, shape: Shape) -> Mapping[str, str]:
        """Return the cells of a shape's row.

        Raises:
            OutOfTimeError: it is too late to begin.
        """
        if self._clock.now_s() >= self._until_s:
            raise OutOfTimeError
        return (self._powered if self._has_energy(shape) else self._timed).measure(shape)

    def idle(self) -> Mapping[str, str]:
        return self._powered.idle()

    def _has_energy(self, shape: Shape) -> bool:
        if shape.op == NETWORK:
            return True
        kind = kind_of(shape)
        before = self._seen.get((kind, shape.dtype), 0)
        self._seen[kind, shape.dtype] = before + 1
        apart = self._one_of if kind in _NEEDED or self._one_of == 1 else self._one_of + _RARER
        return before % apart == 0
