"""A comparison, and the reasons for what differs, as tables of plain text."""

from collections.abc import Sequence

from py.simulate.comparison import Comparison, Row
from py.simulate.reasons import Reason

_HEAD = ("layer", "quantity", "simulated", "expected", "difference")
_WHY = ("layer", "MACs on padding", "ifmap not zero", "as filters meet it", "both, by chance 1")


def text(comparison: Comparison, reasons: Sequence[Reason] = ()) -> str:
    """Return a line for each quantity of each layer and for the totals, then the reasons."""
    rows = [_HEAD, *(_cells(row) for row in (*comparison.layers, *comparison.totals))]
    if not reasons:
        return _table(rows, 2)
    return _table(rows, 2) + "\n" + _table([_WHY, *(_why(reason) for reason in reasons)], 1)


def _table(rows: Sequence[tuple[str, ...]], names: int) -> str:
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if place < names else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, wide, strict=True))
        ]
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    difference = row.difference
    shown = "" if difference is None else f"{100 * difference:+.2f} %"
    return row.layer, row.quantity, f"{row.simulated:,.0f}", f"{row.expected:,.0f}", shown


def _why(reason: Reason) -> tuple[str, ...]:
    return (
        reason.layer,
        _percent(reason.padding),
        _percent(reason.nonzero),
        _percent(reason.under_filters),
        "unknown" if reason.together is None else f"{reason.together:.3f}",
    )


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:.1f} %"
