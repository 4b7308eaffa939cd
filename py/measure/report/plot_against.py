"""Predicted against measured, on logarithmic axes, with the line on which both are the same."""

import math

import numpy as np

from py.measure.report import units
from py.measure.report.findings import KindFindings, QuantityFindings
from py.measure.report.frame import grid, points
from py.platforms.measured.spread import LEVEL
from py.reports import svg
from py.reports.axis import Axis, around
from py.reports.frame import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, names

_BEYOND = 10.0
"""How many times what was measured the axes reach at most, whatever is predicted."""
_TAIL = (1 - LEVEL) / 2


def against(
    kind: KindFindings, found: QuantityFindings, worst: list[int], others: list[int], which: str
) -> tuple[str, str]:
    """Return the plot and what is said below it; ``which`` says which rows are shown."""
    measured, predicted = found.quantity.measured, found.quantity.predicted
    ends = _ends(found)
    x, y = Axis(*ends, LEFT, RIGHT), Axis(*ends, BOTTOM, TOP)
    parts = [
        *grid(x, y, found.unit, found.unit),
        *_band(found, x, y),
        svg.line((LEFT, BOTTOM), (RIGHT, TOP), "same"),
        *points(
            kind,
            found,
            worst,
            others,
            lambda row: (x.place(float(measured[row])), y.place(float(predicted[row]))),
        ),
        *names(f"measured {found.name}", f"predicted {found.name}"),
    ]
    errors = found.quantity.errors
    label = (
        f"Predicted against measured {found.name} of {kind.title}: "
        f"{units.count(len(measured))} rows, RMSPE {units.percent(errors.rmspe)}, "
        f"median error {units.percent(errors.median)}."
    )
    beyond = int(np.count_nonzero((predicted < ends[0]) | (predicted > ends[1])))
    said = (
        f"Predicted against measured {found.name}; on the line they are the same. {_shaded(found)}"
        f"{which}{edge(beyond)}"
    )
    return svg.picture(WIDTH, HEIGHT, label, parts), said


def _ends(found: QuantityFindings) -> tuple[float, float]:
    measured, predicted = found.quantity.measured, found.quantity.predicted
    low, high = float(measured.min()), float(measured.max())
    sane = predicted[(predicted > low / _BEYOND) & (predicted < high * _BEYOND)].tolist()
    return around([low, high, *sane])


def edge(rows: int) -> str:
    """Return a sentence on rows that lie beyond the axes; none where there are none."""
    if not rows:
        return ""
    return f" {units.count(rows)} beyond the axes {'is' if rows == 1 else 'are'} drawn at the edge."


def _shaded(found: QuantityFindings) -> str:
    if found.spread is None:
        return ""
    level = f"{100 * LEVEL:.0f} %"
    if found.name == "runtime":
        return f"Shaded: the {level} interval. "
    return f"Shaded: {level} of all rows; the interval goes by runtime, as the other plot shows. "


def _band(found: QuantityFindings, x: Axis, y: Axis) -> list[str]:
    """Return the band around the line. That of runtime goes by what is predicted: by height."""
    if found.spread is None:
        return []
    if found.name == "runtime":
        bands = [(band.up_to_s, band.low, band.high) for band in found.spread.bands]
    else:
        ratios = found.ratios[np.isfinite(found.ratios)]
        low, high = np.quantile(ratios, [_TAIL, 1 - _TAIL]).tolist()
        bands = [(math.inf, low, high)]
    ends = (x.low, x.high)
    lower: list[svg.Point] = []
    upper: list[svg.Point] = []
    start = y.low
    for up_to, low, high in bands:
        end = min(up_to, y.high)
        if end > start:
            for value in _corners(start, end, [edge / by for edge in ends for by in (low, high)]):
                lower.append((x.place(value * low), y.place(value)))
                upper.append((x.place(value * high), y.place(value)))
            start = end
    return [svg.area([*lower, *reversed(upper)], "band")] if lower else []


def _corners(start: float, end: float, cut: list[float]) -> list[float]:
    """Return both ends and what lies between them of the values at which an edge cuts the band."""
    return [start, *sorted(value for value in cut if start < value < end), end]
