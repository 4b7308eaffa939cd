"""An axis with even steps, as of time and of idle power."""

import math
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_NAMED = 7


@dataclass(frozen=True, slots=True)
class EvenAxis:
    """An axis from ``low`` to ``high``, drawn from place ``start`` to place ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __post_init__(self) -> None:
        if not -math.inf < self.low < self.high < math.inf:
            raise ValueError(f"EvenAxis: low < high, got {self.low!r} to {self.high!r}")

    def place(self, value: float) -> float:
        """Return where a value stands; beyond the ends at the edge."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def named(self) -> list[float]:
        """Return the values to name: multiples of a round step, seven at most."""
        power = 10.0 ** math.floor(math.log10((self.high - self.low) / _MOST_NAMED))
        for step in _STEPS:
            size = step * power
            first, last = math.ceil(self.low / size), math.floor(self.high / size)
            if last - first < _MOST_NAMED:
                break
        return [float(f"{place * size:.6g}") for place in range(first, last + 1)]
