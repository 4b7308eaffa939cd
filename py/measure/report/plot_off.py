"""How far off each row is: measured over predicted, by predicted runtime, with the intervals."""

import math

import numpy as np

from py.measure.report import units
from py.measure.report.findings import KindFindings, QuantityFindings
from py.measure.report.frame import grid, points
from py.measure.report.plot_against import edge
from py.platforms.measured.spread import LEVEL, Spread
from py.reports import svg
from py.reports.axis import Axis, around
from py.reports.frame import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, names

_LEAST_SPAN, _MOST_SPAN = 1.25, 32.0
_MARGIN = 1.05


def off(
    kind: KindFindings, found: QuantityFindings, worst: list[int], others: list[int]
) -> tuple[str, str]:
    """Return the plot and what is said below it."""
    times, ratios = found.times_s, found.ratios
    known = ratios[np.isfinite(ratios)].tolist() or [1.0]
    span = min(max(1 / min(known), *known, _LEAST_SPAN) * _MARGIN, _MOST_SPAN)
    positive = times[times > 0].tolist() or [1.0]
    x = Axis(*around([min(positive), max(positive)]), LEFT, RIGHT)
    y = Axis(1 / span, span, BOTTOM, TOP)
    parts = [
        *grid(x, y, "s", None),
        *([] if found.spread is None else _bands(found.spread, x, y)),
        svg.line((LEFT, y.place(1.0)), (RIGHT, y.place(1.0)), "same"),
        *points(
            kind,
            found,
            [row for row in worst if math.isfinite(ratios[row])],
            [row for row in others if math.isfinite(ratios[row])],
            lambda row: (x.place(float(times[row])), y.place(float(ratios[row]))),
        ),
        *names("predicted runtime", f"{found.name}: measured ÷ predicted"),
    ]
    label = (
        f"Measured over predicted {found.name} of {kind.title} by predicted runtime: from "
        f"{units.ratio(min(known))} to {units.ratio(max(known))}."
    )
    return svg.picture(WIDTH, HEIGHT, label, parts), _said(found, span)


def _said(found: QuantityFindings, span: float) -> str:
    ratios = found.ratios
    shaded = "" if found.spread is None else f" Shaded: the {100 * LEVEL:.0f} % interval."
    missing = int(np.count_nonzero(~np.isfinite(ratios)))
    absent = (
        f" {units.count(missing)} of all rows without a prediction above zero are not drawn."
        if missing
        else ""
    )
    beyond = int(np.count_nonzero((ratios < 1 / span) | (ratios > span)))
    return (
        f"Measured over predicted {found.name}, by predicted runtime; above the line it took more "
        f"than predicted.{shaded}{edge(beyond)}{absent}"
    )


def _bands(spread: Spread, x: Axis, y: Axis) -> list[str]:
    parts, start = [], x.low
    for band in spread.bands:
        end = min(band.up_to_s, x.high)
        if end > start:
            left, right = x.place(start), x.place(end)
            bottom, top = y.place(band.low), y.place(band.high)
            corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
            parts.append(svg.area(corners, "band"))
            start = end
    return parts
