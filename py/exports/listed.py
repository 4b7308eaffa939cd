"""The layers that a table to paste has room for, and the sum of the others; columns add up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from py.breakdown import LayerResult, Result
from py.breakdown.quantity import share, with_unit
from py.columns import several
from py.quantities import total_count

MOST = 40
TOP = 20
"""A network of more than ``MOST`` layers shows the ``TOP`` that cost most."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table; ``energy`` is what the result is ranked by. Unknown is said."""

    name: str
    operators: str
    macs: str
    energy: str
    share: str
    is_layer: bool = True


@dataclass(frozen=True, slots=True)
class Listed:
    """The lines in the network's order, or the costliest first; the last is the total."""

    lines: tuple[Line, ...]
    ranked: bool
    word: str


def listed(result: Result) -> Listed:
    """Return the lines of a result's table."""
    rows = result.rows
    ranked = len(rows) > MOST
    shown = sorted(rows, key=lambda row: -result.basis.of(row.estimate)) if ranked else list(rows)
    shown, others = (shown[:TOP], shown[TOP:]) if ranked else (shown, [])
    lines = [_line(result, row.layer.name, " ".join(row.layer.op_types), [row]) for row in shown]
    if others:
        lines.append(_line(result, several(len(others), "other layer"), "", others, is_layer=False))
    left = [
        Line(
            entry.name,
            entry.op,
            "unknown" if entry.macs is None else with_unit(entry.macs, ""),
            "not modelled",
            "",
        )
        for entry in result.not_modelled[:TOP]
    ]
    if len(result.not_modelled) > TOP:
        more = several(len(result.not_modelled) - TOP, "more operator")
        left.append(Line(f"{more} without an estimate", "", "", "not modelled", "", is_layer=False))
    totals = _line(result, "total", "", list(rows), is_layer=False)
    return Listed((*lines, *left, totals), ranked, result.basis.word)


def _line(
    result: Result, name: str, operators: str, rows: Sequence[LayerResult], *, is_layer: bool = True
) -> Line:
    worth = math.fsum(result.basis.of(row.estimate) for row in rows) if rows else None
    least = "≥ " if name == "total" and result.not_modelled and rows else ""
    macs = total_count(row.layer.all_macs for row in rows)
    return Line(
        name,
        operators,
        "" if macs == 0 else with_unit(macs, ""),
        least + with_unit(worth, result.basis.unit),
        share(worth, result.worth),
        is_layer,
    )
