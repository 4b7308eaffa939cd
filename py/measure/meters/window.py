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

import threading
from collections.abc import Callable, Sequence

from py.measure.meters.clock import Clock
from py.measure.meters.meter import Meter
from py.measure.meters.trail import PATIENCE_S, Trail, WindowEnergy

BESIDE = frozenset({"core", "dram", "other"})
"""Domains that tell more of a window and don't decide how long it is."""

__all__ = ["BESIDE", "PATIENCE_S", "EnergyWindow", "WindowEnergy", "energy_over"]


class EnergyWindow:
    """One window over some meters. Look often while work goes on: between its parts, or from a
    thread beside it (``Background(window.look, …)``).
    """

    def __init__(self, meters: Sequence[Meter], clock: Clock) -> None:
        self._trails = [Trail(meter) for meter in meters]
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

        Those that count a part or the memory beside another are not waited for. Without a meter,
        or when all have failed, the clock alone decides.
        """
        with self._lock:
            first = [trail for trail in self._trails if trail.meter.facts.domain not in BESIDE]
            waited_for = first or self._trails
            spanned = [trail.spans(window_s, updates, self._begun_s) for trail in waited_for]
            working = any(not trail.reason for trail in waited_for)
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
