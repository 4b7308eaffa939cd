"""What both plots have: a frame with named lines, and the rows as points."""

from collections.abc import Callable

from py.measure.report import svg, units
from py.measure.report.axis import Axis
from py.measure.report.findings import KindFindings, QuantityFindings
from py.measure.report.worst_rows import sizes_of

WIDTH, HEIGHT = 480, 400
LEFT, RIGHT, TOP, BOTTOM = 84.0, 466.0, 10.0, 346.0
_LAYERS = 6
_FEW = 300
At = Callable[[int], svg.Point]


def grid(x: Axis, y: Axis, x_unit: str | None, y_unit: str | None) -> list[str]:
    """Return the lines of both axes with their names; without a unit they are ratios."""
    parts = []
    for value in x.named():
        at = x.place(value)
        parts.append(svg.line((at, TOP), (at, BOTTOM), "grid"))
        parts.append(svg.text(at, BOTTOM + 20, _name(value, x_unit), "tick middle"))
    for value in y.named():
        at = y.place(value)
        parts.append(svg.line((LEFT, at), (RIGHT, at), "grid"))
        parts.append(svg.text(LEFT - 8, at + 4.5, _name(value, y_unit), "tick end"))
    return parts


def _name(value: float, unit: str | None) -> str:
    if unit is None:
        return f"{value:.4g}"
    number, _, prefixed = units.quantity(value, unit, 4).partition(" ")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {prefixed}"


def names(x: str, y: str) -> list[str]:
    """Return what the axes are."""
    return [
        svg.text((LEFT + RIGHT) / 2, HEIGHT - 8, x, "axis middle"),
        svg.text(15, (TOP + BOTTOM) / 2, y, "axis middle", rotate=-90),
    ]


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
