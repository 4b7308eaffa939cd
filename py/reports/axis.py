"""A logarithmic axis: between what it runs, where a value stands, which values are named."""

import math
from dataclasses import dataclass

_LADDERS: tuple[tuple[float, ...], ...] = (
    (1.0,),
    (1.0, 3.0),
    (1.0, 2.0, 5.0),
    (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0),
)
_STEPS = (1.0, 2.0, 2.5, 5.0)
_SHORT = 4.0
"""An axis that spans no more than this factor has names at even steps."""
_FEWEST_NAMED, _LEAST_NAMED, _MOST_NAMED = 2, 4, 7


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis from ``low`` to ``high``, drawn from place ``start`` to place ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high < math.inf:
            raise ValueError(f"Axis: 0 < low < high, got {self.low!r} to {self.high!r}")

    def place(self, value: float) -> float:
        """Return where a value stands; beyond the ends, and at zero or below, at the edge."""
        if not value > self.low:
            return self.start
        if value >= self.high:
            return self.end
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    def named(self) -> list[float]:
        """Return the values to name: powers of ten and some between, or even steps."""
        if self.high < _SHORT * self.low:
            return self._even()
        found: list[float] = []
        for ladder in _LADDERS:
            finer = self._on(ladder)
            if len(finer) > _MOST_NAMED and len(found) >= _FEWEST_NAMED:
                break
            found = finer
            if len(found) >= _LEAST_NAMED:
                break
        return found[:: -(-len(found) // _MOST_NAMED)] if found else found

    def _even(self) -> list[float]:
        """Return multiples of the least round step that has seven of them at most."""
        power = math.floor(math.log10(self.high - self.low)) - 1
        while True:
            for step in _STEPS:
                size = step * 10.0**power
                first, last = math.ceil(self.low / size), math.floor(self.high / size)
                if last - first < _MOST_NAMED:
                    return [float(f"{place * size:.6g}") for place in range(first, last + 1)]
            power += 1

    def _on(self, ladder: tuple[float, ...]) -> list[float]:
        first = math.floor(math.log10(self.low))
        last = math.ceil(math.log10(self.high))
        values = [
            float(f"{step * 10.0**power:.6g}") for power in range(first, last) for step in ladder
        ]
        values.append(10.0**last)
        return [value for value in values if self.holds(value)]


def around(values: list[float], margin: float = 0.05) -> tuple[float, float]:
    """Return ends for an axis that holds positive values, with a margin on a logarithmic scale.

    Raises:
        ValueError: there is no value.
    """
    low, high = math.log(min(values)), math.log(max(values))
    apart = max((high - low) * margin, 0.05)
    return math.exp(low - apart), math.exp(high + apart)
