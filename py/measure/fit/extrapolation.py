"""How a fit does beyond its data: fitted to the lighter half of the rows, tested on the heavier."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py.measure.fit import bands
from py.measure.fit.nested import rows_in_folds
from py.measure.fit.samples import Samples
from py.measure.fit.time_form import Candidate, TimeFit
from py.platforms.measured.spread import LEVEL, Range, Spread

Floats = NDArray[np.float64]
_LEAST_ROWS = 40
_MOST_WIDER = 20.0


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """Errors on the heavier half, and by how much intervals have to widen to hold there.

    ``wider`` is by how much the logarithm of an interval's ends grows for each unit of distance (a
    factor of e in the size that is furthest out).
    """

    rows: int
    median_error: float
    least_ratio: float
    wider: float

    def as_json(self) -> dict[str, float | int]:
        return {
            "rows": self.rows,
            "median": float(f"{self.median_error:.4g}"),
            "least_ratio": float(f"{self.least_ratio:.4g}"),
            "wider": float(f"{self.wider:.4g}"),
        }


def extrapolated(samples: Samples, candidate: Candidate) -> Extrapolation | None:
    """Return how a candidate does beyond the lighter half by work; None with too few rows."""
    if len(samples.works) < _LEAST_ROWS:
        return None
    order = np.argsort(samples.feature(samples.work_name), kind="stable")
    half = len(order) // 2
    light, heavy = samples.part(order[:half]), samples.part(order[half:])
    predicted = _by_the_lighter(samples.part(order), half, candidate)[half:]
    outside = _by_folds(light, candidate)
    ratio = predicted / heavy.time_s
    spread = bands.bands_of(light.time_s, outside, outside)
    wider = 0.0
    if spread is not None:
        wider = _wider(light, heavy, predicted, spread)
    return Extrapolation(
        len(heavy.works), float(np.median(np.abs(ratio - 1))), float(ratio.min()), wider
    )


def _by_the_lighter(both: Samples, half: int, candidate: Candidate) -> Floats:
    """Return all rows' times by a fit of the first half."""
    fold = np.repeat([0, 1], [half, len(both.works) - half])
    return TimeFit(both, fold).predicted(candidate, frozenset({1}))


def _by_folds(samples: Samples, candidate: Candidate) -> Floats:
    """Return each row's time by a fit of the other folds."""
    fit = TimeFit(samples, rows_in_folds(len(samples.works)))
    found = np.empty(len(samples.works))
    for part in range(int(fit.fold.max()) + 1):
        rows = fit.fold == part
        found[rows] = fit.predicted(candidate, frozenset({part}))[rows]
    return found


def _wider(light: Samples, heavy: Samples, predicted: Floats, spread: Spread) -> float:
    """Return the widening with which the level's share of the heavier rows lies inside."""
    ranges = {name: Range(*ends) for name, ends in light.ranges().items()}
    columns = {name: heavy.feature(name) for name in ranges}
    needed = []
    for row, value in enumerate(predicted.tolist()):
        distance = max(found.distance(columns[name][row]) for name, found in ranges.items())
        low, high = spread.around(value, value, 0.0)
        measured = float(heavy.time_s[row])
        beyond = max(0.0, math.log(low / measured), math.log(measured / high))
        needed.append(0.0 if beyond == 0 else beyond / distance if distance > 0 else math.inf)
    found = float(np.quantile(needed, LEVEL, method="higher"))
    return min(found, _MOST_WIDER)
