"""A comparison as a table of plain text."""

from py.simulate.comparison import Comparison, Row

_HEAD = ("layer", "quantity", "simulated", "expected", "difference")


def text(comparison: Comparison) -> str:
    """Return one line for each quantity of each layer, then the totals; differences in percent."""
    rows = [_HEAD, *(_cells(row) for row in (*comparison.layers, *comparison.totals))]
    wide = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = []
    for row in rows:
        left = [cell.ljust(width) for cell, width in zip(row[:2], wide[:2], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(row[2:], wide[2:], strict=True)]
        lines.append("  ".join((*left, *right)).rstrip())
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> tuple[str, str, str, str, str]:
    difference = row.difference
    shown = "" if difference is None else f"{100 * difference:+.2f} %"
    return row.layer, row.quantity, f"{row.simulated:,.0f}", f"{row.expected:,.0f}", shown
