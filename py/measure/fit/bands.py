"""Intervals from what a fit missed by on rows that it had not seen, and whether they hold."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from py.measure.fit.nested import Nested
from py.platforms.measured.spread import LEVEL, Band, Spread

Floats = NDArray[np.float64]
_ROWS_A_BAND = 120
_MOST_BANDS = 6
_ROUNDING = 1e-9
_LEAST_ROWS = 20
"""With fewer rows there is no saying between what eight of ten lie."""


def bands_of(
    measured: Floats, predicted: Floats, times_s: Floats, wider: float = 0.0
) -> Spread | None:
    """Return the spread of measured over predicted, by predicted time; None with too few rows.

    The ends are those order statistics that leave a tenth of unseen rows on either side (a
    conformal interval), in as many bands of about equally many rows as leave 120 in each, six at
    most.
    """
    count = len(measured)
    if count < _LEAST_ROWS:
        return None
    ratios = measured / predicted
    wanted = max(1, min(_MOST_BANDS, count // _ROWS_A_BAND))
    ends = np.quantile(times_s, np.arange(1, wanted) / wanted, method="lower")
    edges = sorted({float(f"{end:.6g}") for end in ends.tolist()} - {float(times_s.max())})
    band = np.searchsorted(edges, times_s)
    found: list[Band] = []
    for place, up_to_s in enumerate([*edges, math.inf]):
        rows = ratios[band == place]
        if len(rows) >= _LEAST_ROWS or not found:
            found.append(Band(up_to_s, *_ends(np.sort(rows if len(rows) else ratios))))
        else:  # too few for ends of their own: they join those before
            found[-1] = Band(up_to_s, found[-1].low, found[-1].high)
    return Spread(tuple(found), wider)


def _ends(ratios: Floats) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    count = len(ratios)
    place = max(0, math.floor(tail * (count + 1) + _ROUNDING) - 1)
    low, high = float(ratios[place]), float(ratios[count - 1 - place])
    return float(f"{low:.6g}"), float(f"{high:.6g}")


def coverage(
    found: Nested,
    measured: Floats,
    times_s: Floats | None = None,
    inner_times_s: Sequence[Floats] | None = None,
) -> float | None:
    """Return the share of rows inside intervals whose quantiles come from the other folds alone.

    ``times_s`` are the predicted times that choose the band, the predictions themselves by default.
    """
    inside = []
    for outer, inner in enumerate(found.inner):
        held = found.fold == outer
        times = inner if inner_times_s is None else inner_times_s[outer]
        spread = bands_of(measured[~held], inner[~held], times[~held])
        if spread is None:
            return None
        outside = found.predicted if times_s is None else times_s
        for row in np.flatnonzero(held):
            low, high = spread.around(float(found.predicted[row]), float(outside[row]), 0.0)
            inside.append(low <= measured[row] <= high)
    return float(np.mean(inside))


def as_json(spread: Spread | None, covered: float | None) -> dict[str, object] | None:
    """Return an interval as a profile has it."""
    if spread is None:
        return None
    return {
        "level": LEVEL,
        "coverage": None if covered is None else float(f"{covered:.4g}"),
        "wider": float(f"{spread.wider:.4g}"),
        "bands": [
            {
                "up_to_s": None if band.up_to_s == math.inf else band.up_to_s,
                "low": band.low,
                "high": band.high,
            }
            for band in spread.bands
        ],
    }
