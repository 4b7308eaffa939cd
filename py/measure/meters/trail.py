"""The steps of one meter in one window, and the energy between the first and the last of them."""

import math
from dataclasses import dataclass, field

from py.measure.meters.clock import Clock
from py.measure.meters.meter import Meter, MeterError, MeterFacts

PATIENCE_S = 10.0
"""A meter that doesn't step for so long is given up for this window."""

RESTS = 0.7
"""The part of its update period for which a meter is left alone after a step. Asking a driver may
take a millisecond, in which the device idles if the one who asks is the one who gives it work.
"""


@dataclass(frozen=True, slots=True)
class WindowEnergy:
    """What one meter counted over its window; nothing is known where there is a ``reason``.

    ``from_s`` and ``to_s`` are times of the clock, ``energy_se_j`` is the standard error that comes
    from not knowing exactly when the counter stepped and from its unit, and ``steps`` is how many
    steps were seen.
    """

    facts: MeterFacts
    from_s: float | None = None
    to_s: float | None = None
    energy_j: float | None = None
    energy_se_j: float | None = None
    steps: int = 0
    reason: str = ""

    @property
    def length_s(self) -> float | None:
        if self.from_s is None or self.to_s is None:
            return None
        return self.to_s - self.from_s

    @property
    def power_w(self) -> float | None:
        """Mean power over the window."""
        length_s = self.length_s
        return None if length_s is None or self.energy_j is None else self.energy_j / length_s


@dataclass(frozen=True, slots=True)
class Edge:
    """A step: the energy after it, and the stretch of time in which it happened."""

    energy_j: float
    seen_s: float
    width_s: float

    @property
    def time_s(self) -> float:
        return self.seen_s - self.width_s / 2


@dataclass(slots=True)
class Trail:
    """One meter's steps."""

    meter: Meter
    energy_j: float | None = None
    looked_s: float = 0.0
    edges: list[Edge] = field(default_factory=list)
    steps: int = 0
    rested: bool = False
    restless: bool = False
    reason: str = ""

    def look(self, clock: Clock) -> None:
        if self.reason:
            return
        if self._rests(clock.now_s()):
            self.rested = True
            return
        try:
            energy_j = self.meter.energy_j()
        except MeterError as error:
            self.reason = str(error)
            return
        now_s = clock.now_s()
        if self.energy_j is not None and energy_j != self.energy_j:
            self.steps += 1
            if self.rested:
                # It steps more often than it was found to: when it did so is not known.
                self.restless = True
            else:
                self._step(energy_j, now_s)
        self.energy_j, self.looked_s, self.rested = energy_j, now_s, False

    def _step(self, energy_j: float, now_s: float) -> None:
        width_s = now_s - self.looked_s
        if self.meter.facts.update_period_s is not None:
            width_s = min(width_s, self.meter.facts.update_period_s)
        # The first edge stays, the last one moves on.
        self.edges[1:] = [Edge(energy_j, now_s, width_s)]

    def _rests(self, now_s: float) -> bool:
        """Whether it has stepped so lately that it can't step yet: reading it takes time too."""
        period_s = self.meter.facts.update_period_s
        if period_s is None or self.restless or not self.edges:
            return False
        return now_s < self.edges[-1].seen_s + RESTS * period_s

    def spans(self, window_s: float, updates: int, begun_s: float) -> bool:
        """Whether the window is long enough, or the meter is given up."""
        if self.reason:
            return True
        stepped_s = self.edges[-1].seen_s if self.edges else begun_s
        if self.looked_s - stepped_s > PATIENCE_S:
            self.reason = f"{self.meter.facts.name} did not step for {PATIENCE_S:g} s"
            return True
        if len(self.edges) < 2:
            return False
        length_s = self.edges[-1].time_s - self.edges[0].time_s
        period_s = self.meter.facts.update_period_s
        seen = self.steps - 1 if period_s is None else max(self.steps - 1, length_s / period_s)
        return length_s >= window_s and seen >= updates

    def result(self) -> WindowEnergy:
        facts = self.meter.facts
        if not self.reason and len(self.edges) < 2:
            return WindowEnergy(
                facts, reason=f"{facts.name} did not step often enough in the window"
            )
        if self.reason:
            return WindowEnergy(facts, reason=self.reason)
        first, last = self.edges
        energy_j = last.energy_j - first.energy_j
        if not (last.time_s > first.time_s and energy_j >= 0):
            return WindowEnergy(
                facts, reason=f"{facts.name} counted {energy_j:g} J between its first and last step"
            )
        # Each edge lies anywhere in its stretch, so its standard error is width / sqrt(12).
        error_s = math.hypot(first.width_s, last.width_s) / math.sqrt(12)
        when_j = energy_j / (last.time_s - first.time_s) * error_s
        # And each reading is cut to the unit below.
        unit_j = (facts.resolution_j or 0.0) * math.sqrt(2 / 12)
        energy_se_j = math.hypot(when_j, unit_j)
        return WindowEnergy(facts, first.time_s, last.time_s, energy_j, energy_se_j, self.steps)
