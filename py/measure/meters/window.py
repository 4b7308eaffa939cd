"""How much energy is drawn while work goes on, from counters that step only now and then.

A counter is right at the moment it steps and out of date until the next: one that steps every
100 ms and is read whenever a window of 2 s happens to begin and end is wrong by up to a tenth of a
second of power, 5 % of the window. So a window here has edges of its own for each meter: it begins
at the first step seen after work began and ends at the last step seen before work ended, with work
under way at both. What remains uncertain is when, between two looks, the counter stepped. Mean
power over that window, times the time of the work, is the energy of the work.

Three other ways were weighed. Waiting for a step before work begins makes the start exact, but the
device is idle at it and takes milliseconds to come to its power. Reading on after work has ended
until the next step adds an unknown stretch of idling, as does interpolating between the last step
in the window and the first one after it. And extrapolating from the last step to the end assumes
that power is steady, which needs no assuming when work can simply go on until the counter steps.
"""

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from py.measure.meters.clock import Clock
from py.measure.meters.meter import Meter, MeterError, MeterFacts

PATIENCE_S = 10.0
"""A meter that doesn't step for so long is given up for this window."""


@dataclass(frozen=True, slots=True)
class WindowEnergy:
    """What one meter counted over its window; nothing is known where there is a ``reason``.

    ``from_s`` and ``to_s`` are times of the clock, ``energy_se_j`` is the standard error that comes
    from not knowing exactly when the counter stepped, and ``steps`` is how many steps were seen.
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
class _Edge:
    """A step: the energy after it, and the stretch of time in which it happened."""

    energy_j: float
    seen_s: float
    width_s: float

    @property
    def time_s(self) -> float:
        return self.seen_s - self.width_s / 2


@dataclass(slots=True)
class _Trail:
    """One meter's steps."""

    meter: Meter
    energy_j: float | None = None
    looked_s: float = 0.0
    edges: list[_Edge] = field(default_factory=list)
    steps: int = 0
    reason: str = ""

    def look(self, clock: Clock) -> None:
        if self.reason:
            return
        try:
            energy_j = self.meter.energy_j()
        except MeterError as error:
            self.reason = str(error)
            return
        now_s = clock.now_s()
        if self.energy_j is not None and energy_j != self.energy_j:
            width_s = now_s - self.looked_s
            if self.meter.facts.update_period_s is not None:
                width_s = min(width_s, self.meter.facts.update_period_s)
            # The first edge stays, the last one moves on.
            self.edges[1:] = [_Edge(energy_j, now_s, width_s)]
            self.steps += 1
        self.energy_j, self.looked_s = energy_j, now_s

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
        energy_se_j = energy_j / (last.time_s - first.time_s) * error_s
        return WindowEnergy(facts, first.time_s, last.time_s, energy_j, energy_se_j, self.steps)


class EnergyWindow:
    """One window over some meters. Look often while work goes on: between its parts, or from a
    thread beside it (``Background(window.look, …)``).
    """

    def __init__(self, meters: Sequence[Meter], clock: Clock) -> None:
        self._trails = [_Trail(meter) for meter in meters]
        self._clock = clock
        self._lock = threading.Lock()
        self._begun_s = clock.now_s()

    def look(self) -> None:
        """Read every meter once. One that fails is marked and not read again."""
        with self._lock:
            for trail in self._trails:
                trail.look(self._clock)

    def enough(self, window_s: float, updates: int = 20) -> bool:
        """Whether each meter's window is so long and has so many updates, or is given up.

        Without a meter, or when all have failed, the clock alone decides.
        """
        with self._lock:
            spanned = [trail.spans(window_s, updates, self._begun_s) for trail in self._trails]
            working = any(not trail.reason for trail in self._trails)
        return all(spanned) and (working or self._clock.now_s() - self._begun_s >= window_s)

    def results(self) -> tuple[WindowEnergy, ...]:
        """Return what each meter counted, in the order the meters were given."""
        with self._lock:
            return tuple(trail.result() for trail in self._trails)


def energy_over(
    work: Callable[[], object],
    meters: Sequence[Meter],
    clock: Clock,
    window_s: float,
    updates: int = 20,
) -> tuple[WindowEnergy, ...]:
    """Repeat a short piece of work until every meter has had its window, looking in between.

    The shorter the work beside the window, the smaller the error: at most its length at each edge.
    """
    window = EnergyWindow(meters, clock)
    window.look()
    while not window.enough(window_s, updates):
        work()
        window.look()
    return window.results()
