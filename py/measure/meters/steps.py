"""How finely a meter counts, seen by watching it: the unit of its steps and how often it steps."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from py.measure.meters.clock import Clock
from py.measure.meters.meter import MeterError

FINEST = 1e-6
"""Meters state whole numbers of micro or milli, as fractions here: what is finer is rounding."""

POLL_S = 0.0002
"""The pause between looks: short beside the millisecond in which RAPL steps."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What was seen of one reading: how often it changed, in which unit, how far apart in time.

    ``unit`` is what all changes are multiples of, in the reading's own unit: a counter that is
    updated seldom counts as finely as one that is updated often. It and ``period_s`` are None after
    too few changes.
    ``error`` is what ended the watch early.
    """

    changes: int
    unit: float | None
    period_s: float | None
    error: MeterError | None = None


@dataclass(slots=True)
class _Watched:
    last: float
    changed_s: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    error: MeterError | None = None

    def look(self, value: float, now_s: float) -> None:
        if value != self.last:
            self.steps.append(abs(value - self.last))
            self.changed_s.append(now_s)
            self.last = value

    def result(self) -> Steps:
        gaps = [
            late - early for early, late in zip(self.changed_s, self.changed_s[1:], strict=False)
        ]
        return Steps(
            len(self.steps),
            _common(self.steps),
            statistics.median(gaps) if gaps else None,
            self.error,
        )


def _common(steps: Sequence[float]) -> float | None:
    """Return the greatest common divisor of all steps; None where a single one was seen."""
    common = math.gcd(*(round(step / FINEST) for step in steps))
    return common * FINEST if common and len(steps) > 1 else None


def watch_steps(
    readings: Mapping[str, Callable[[], float]],
    clock: Clock,
    changes: int = 12,
    limit_s: float = 3.0,
) -> dict[str, Steps]:
    """Read all of them in turn until each has changed so often, or the time is up.

    The period is the median time between changes, which a single late look doesn't move. The first
    change only says that a step was under way, so it begins a gap and ends none.
    """
    watched: dict[str, _Watched] = {}
    results: dict[str, Steps] = {}
    for name, read in readings.items():
        try:
            watched[name] = _Watched(read())
        except MeterError as error:
            results[name] = Steps(0, None, None, error)
    start_s = clock.now_s()
    open_names = list(watched)
    while open_names and clock.now_s() - start_s < limit_s:
        for name in tuple(open_names):
            try:
                watched[name].look(readings[name](), clock.now_s())
            except MeterError as error:
                watched[name].error = error
            if watched[name].error is not None or len(watched[name].steps) >= changes:
                open_names.remove(name)
        clock.sleep_s(POLL_S)
    results.update((name, seen.result()) for name, seen in watched.items())
    return {name: results[name] for name in readings}
