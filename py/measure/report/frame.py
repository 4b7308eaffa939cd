"""What both plots have: lines named in a unit, and the rows as points."""

from collections.abc import Callable

from py.measure.report import units
from py.measure.report.findings import KindFindings, QuantityFindings
from py.measure.report.worst_rows import sizes_of
from py.reports import svg
from py.reports.axis import Axis
from py.reports.frame import lines

_LAYERS = 6
_FEW = 300
At = Callable[[int], svg.Point]


def grid(x: Axis, y: Axis, x_unit: str | None, y_unit: str | None) -> list[str]:
    """Return the lines of both axes with their names; without a unit they are ratios."""
    return lines(x, y, lambda value: _name(value, x_unit), lambda value: _name(value, y_unit))


def _name(value: float, unit: str | None) -> str:
    if unit is None:
        return f"{value:.4g}"
    number, _, prefixed = units.quantity(value, unit, 4).partition(" ")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {prefixed}"


def points(
    kind: KindFindings, found: QuantityFindings, worst: list[int], others: list[int], at: At
) -> list[str]:
    """Return the rows as points: in layers, so that many are darker than one, the worst on top."""
    parts = [
        svg.dots([at(row) for row in others[layer::_LAYERS]], "dots") for layer in range(_LAYERS)
    ]
    return [*parts, *(svg.told_dot(at(row), _told(kind, found, row), "worst") for row in worst)]


def _told(kind: KindFindings, found: QuantityFindings, row: int) -> str:
    measured = float(found.quantity.measured[row])
    predicted = float(found.quantity.predicted[row])
    source = kind.fit.samples.rows[found.places[row]]
    return (
        f"{source.file} line {source.line}: {sizes_of(source)}; "
        f"measured {units.quantity(measured, found.unit)}, "
        f"predicted {units.quantity(predicted, found.unit)} "
        f"({units.percent(predicted / measured - 1, sign=True)})"
    )
