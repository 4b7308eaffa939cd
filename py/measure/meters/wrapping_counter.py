"""A counter that starts again from zero, made into one that only grows.

The counter holds ``value mod range``. Between two readings it has grown by less than one range, or
the number of wraps is lost; so readings must follow each other within the time in which the part
could, at its highest power, use up the range.
"""

from dataclasses import dataclass

from py.measure.meters.meter import MeterError

UPPER_POWER_W = 2000.0
"""More than any one processor package draws: the largest are rated 500 W, with peaks of twice."""

SLACK_S = 0.5
"""How much older than its reading the state of a counter may be."""

MARGIN = 4.0
"""How many readings are taken in the shortest time that the counter could take to wrap."""


def safe_period_s(range_j: float) -> float:
    """Return how often a counter of this range has to be read so that no wrap is lost."""
    return range_j / UPPER_POWER_W / MARGIN


@dataclass(slots=True)
class WrappingCounter:
    """What the counter has grown by since it was opened; ``range_j`` is None where unknown."""

    name: str
    range_j: float | None
    last_j: float
    last_s: float
    total_j: float = 0.0

    def add(self, value_j: float, now_s: float) -> float:
        """Take a reading and return the total.

        Raises:
            MeterError: the counter went back and its range is unknown, it is beyond its range, so
                much time has passed that it may have wrapped more than once, or it was reset.
        """
        step_j = value_j - self.last_j
        if self.range_j is None:
            if step_j < 0:
                raise MeterError(
                    f"{self.name} went back from {self.last_j:.6f} J to {value_j:.6f} J and its "
                    "range is not known, so the energy of this window is lost"
                )
        else:
            self._check(value_j, now_s, self.range_j)
            step_j %= self.range_j
        if step_j > UPPER_POWER_W * (now_s - self.last_s + SLACK_S):
            raise MeterError(
                f"{self.name} went from {self.last_j:.6f} J to {value_j:.6f} J in "
                f"{now_s - self.last_s:.3f} s, more than {UPPER_POWER_W:.0f} W could: it was reset"
            )
        self.last_j, self.last_s = value_j, now_s
        self.total_j += step_j
        return self.total_j

    def _check(self, value_j: float, now_s: float, range_j: float) -> None:
        if value_j > range_j:
            raise MeterError(
                f"{self.name} reads {value_j:.6f} J, beyond its own range of {range_j:.6f} J"
            )
        waited_s = now_s - self.last_s
        if waited_s * UPPER_POWER_W >= range_j:
            raise MeterError(
                f"{self.name} was not read for {waited_s:.1f} s: at up to {UPPER_POWER_W:.0f} W it "
                f"may have wrapped more than once in its range of {range_j:.0f} J"
            )
