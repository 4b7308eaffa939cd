"""Layers take turns: some are measured with their energy, the others for their runtime alone.

A GPU's energy counter steps about ten times a second, so a window with energy lasts two seconds,
and one with runtime alone a tenth of that: every row with energy stands in the way of several
without. First every kind of which image networks are made gets as many rows with energy as a fit of
its power needs, then the other kinds; from then on one row in a few has its energy.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from py.measure.capture.columns import IDLE
from py.measure.capture.order import NEEDED, kind_of, shape_of
from py.measure.capture.reading import open_capture
from py.measure.capture.run import Measuring
from py.measure.capture.time_budget import took_s
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


def every(window_s: float) -> int:
    """Return of how many layers one is measured with its energy once each kind has enough.

    All of them where no meter makes the window of a row with energy long.
    """
    return max(1, min(_MOST, round(window_s / _LONG_S)))


def window_s(meters: Sequence[MeterReport], updates: int) -> float:
    """Return how long a window with energy lasts: so many steps of the slowest meter."""
    periods = [meter.update_period_s or 0.0 for meter in meters if meter.works]
    return updates * max(periods, default=0.0)


def wanted(shapes: Sequence[Shape]) -> Mapping[Group, int]:
    """Return how many rows with energy each kind and precision gets first, of those in a plan."""
    there = Counter((kind_of(shape), shape.dtype) for shape in shapes if shape.op != NETWORK)
    return {group: min(_ENOUGH, count) for group, count in there.items() if group[0] in NEEDED}


@dataclass(frozen=True, slots=True)
class Powered:
    """The layers that a capture has with their energy, by kind and precision, and their time."""

    layers: Mapping[Group, int] = field(default_factory=dict)
    seconds: float = 0.0


def powered_in(capture: Path) -> Powered:
    """Return what a capture has with its energy."""
    layers: Counter[Group] = Counter()
    seconds = 0.0
    with open_capture(capture) as had:
        for cells in had.rows():
            if cells["power_w"] and cells["op"] not in (NETWORK, IDLE):
                layers[kind_of(shape_of(cells)), cells["dtype"]] += 1
                seconds += took_s(cells)
    return Powered(layers, seconds)


class Turns:
    """Measures by one of two stations: with energy, or for the runtime alone.

    Networks and idle windows always have their energy. ``had`` is what the capture has already, and
    ``energy_s`` how long layers with energy may take in all, so that time for others is left.
    """

    def __init__(
        self,
        powered: Measuring,
        timed: Measuring,
        wanted: Mapping[Group, int],
        clock: Clock,
        one_of: int = _MOST,
        had: Powered | None = None,
        energy_s: float = math.inf,
    ) -> None:
        had = Powered() if had is None else had
        self._powered, self._timed, self._one_of = powered, timed, one_of
        self._clock, self._wanted = clock, wanted
        self._have = dict(had.layers)
        self._left_s = energy_s - had.seconds
        self._seen: dict[Group, int] = {}

    def measure(self, shape: Shape) -> Mapping[str, str]:
        """Return the cells of a shape's row."""
        if shape.op == NETWORK:
            return self._powered.measure(shape)
        group = kind_of(shape), shape.dtype
        if not self._has_energy(group):
            return self._timed.measure(shape)
        began_s = self._clock.now_s()
        cells = self._powered.measure(shape)
        self._left_s -= self._clock.now_s() - began_s
        if cells.get("power_w"):
            self._have[group] = self._have.get(group, 0) + 1
        return cells

    def idle(self) -> Mapping[str, str]:
        return self._powered.idle()

    def _has_energy(self, group: Group) -> bool:
        if self._left_s <= 0:
            return False
        if not self._enough(group, self._wanted.get(group, _ENOUGH)):
            return group in self._wanted or all(
                self._enough(one, count) for one, count in self._wanted.items()
            )
        before = self._seen.get(group, 0)
        self._seen[group] = before + 1
        return before % self._one_of == self._one_of - 1

    def _enough(self, group: Group, count: int) -> bool:
        return self._have.get(group, 0) >= count
