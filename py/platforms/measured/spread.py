"""How far off a fit is: intervals from what it missed by on rows it had not seen.

A band holds the ratios measured / predicted between which the level's share of the rows lay, by how
long the layers take: short ones are further off. Outside of the measured range it widens with the
distance, as fast as the fit of the smaller half of the rows was off on the larger half.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass

LEVEL = 0.8
MOST_BANDS = 40
_MOST_WIDER = 50.0


@dataclass(frozen=True, slots=True)
class Band:
    """Ratios of measured to predicted for layers of up to ``up_to_s`` seconds."""

    up_to_s: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 < self.up_to_s <= math.inf:
            raise ValueError(f"Band.up_to_s: above 0, got {self.up_to_s!r}")
        if not 0 < self.low <= self.high < math.inf:
            raise ValueError(f"Band: 0 < low <= high, got {self.low!r} to {self.high!r}")


@dataclass(frozen=True, slots=True)
class Spread:
    """Bands by predicted time, the last without end, and how they widen outside of the range.

    ``wider``: by how much the logarithms of both ends grow for each unit of distance.
    """

    bands: tuple[Band, ...]
    wider: float = 0.0

    def __post_init__(self) -> None:
        ends = [band.up_to_s for band in self.bands]
        if not 1 <= len(ends) <= MOST_BANDS or ends != sorted(set(ends)) or ends[-1] != math.inf:
            raise ValueError(f"Spread.bands: ends that grow, the last infinite, got {ends}")
        if not 0 <= self.wider <= _MOST_WIDER:
            raise ValueError(f"Spread.wider: from 0 to {_MOST_WIDER}, got {self.wider!r}")

    def around(self, value: float, time_s: float, distance: float) -> tuple[float, float]:
        """Return between what a predicted value lies, for a layer of so many predicted seconds."""
        place = bisect_left([band.up_to_s for band in self.bands], time_s)
        band = self.bands[min(place, len(self.bands) - 1)]
        apart = float(f"{math.exp(min(_MOST_WIDER, self.wider * distance)):.11e}")
        return value * band.low / apart, value * band.high * apart


@dataclass(frozen=True, slots=True)
class Range:
    """Between what a feature was measured."""

    least: float
    most: float

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most < math.inf:
            raise ValueError(f"Range: 0 <= least <= most, got {self.least!r} to {self.most!r}")

    def distance(self, value: float) -> float:
        """Return the logarithm of how many times too large or too small a value is; 0 inside."""
        if value > self.most:
            return math.log(value / self.most) if self.most > 0 else math.inf
        if value < self.least:
            return math.log(self.least / value) if value > 0 else math.inf
        return 0.0
