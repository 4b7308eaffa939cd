"""The rows that a fit is furthest off on, so that they can be looked up."""

from py.measure.fit.kind_fit import KindFit
from py.measure.report import units
from py.measure.report.findings import QuantityFindings
from py.measure.table.row import Row
from py.reports.content import Table

_MOST = 10
_SIZES = (
    *(("batch", "batch"), ("cin", "cin"), ("cout", "cout"), ("h", "h"), ("w", "w")),
    *(("kh", "kh"), ("kw", "kw"), ("stride", "stride"), ("groups", "groups")),
)


def sizes_of(row: Row) -> str:
    """Return the sizes that a row has, by their columns."""
    values = [(name, getattr(row, column)) for name, column in _SIZES]
    return " ".join(f"{name} {value}" for name, value in values if value is not None)


def worst_rows(kind: KindFit, found: QuantityFindings) -> Table:
    """Return a table of the rows with the largest relative errors."""
    quantity, rows = found.quantity, []
    for place in found.worst(_MOST):
        row = kind.samples.rows[found.places[place]]
        measured, predicted = float(quantity.measured[place]), float(quantity.predicted[place])
        rows.append(
            (
                f"{row.file} line {row.line}",
                sizes_of(row),
                units.quantity(measured, found.unit),
                units.quantity(predicted, found.unit),
                units.percent(predicted / measured - 1, sign=True),
            )
        )
    return Table(
        f"Where {found.name} is furthest off",
        ("row", "sizes", "measured", "predicted", "error"),
        tuple(rows),
        left=2,
    )
