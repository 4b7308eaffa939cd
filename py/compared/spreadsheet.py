"""A comparison as CSV: one line for each layer of each run, then one for each run's total."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from py.columns import safe_cell
from py.compared.comparison import Comparison
from py.compared.differences import Beside
from py.compared.rows import Row

BASE = "base"


def comparison_csv(comparison: Comparison) -> str:
    """Return the rows as CSV text; per inference, unknown is empty.

    ``row`` is the number of the row, from 1: lines of one row are of the same layer, ``layer`` is
    its name in ``run``. ``matched`` says by what it is the base's: name, shape or form; empty for
    a layer that the base has not. ``difference_<quantity>`` and ``ratio_<quantity>`` are against
    the base; a layer that a run has not has a line with differences alone.
    """
    text = io.StringIO()
    parts = ("", "difference_", "ratio_")
    header = [
        *("row", "layer", "kind", "run", "matched", "error"),
        *(part + quantity for quantity in comparison.quantities for part in parts),
    ]
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    for number, (row, cells) in enumerate(
        zip(comparison.rows, comparison.cells, strict=True), start=1
    ):
        for run in range(len(comparison.runs)):
            writer.writerow(
                {
                    "row": number,
                    "layer": safe_cell(_name(comparison, row, run)),
                    "kind": row.kind,
                    "run": safe_cell(comparison.runs[run].name),
                    "matched": _matched(comparison, row, run),
                    **_numbers(cells, run),
                }
            )
    for run, own in enumerate(comparison.runs):
        writer.writerow(
            {
                "layer": "total",
                "run": safe_cell(own.name),
                "matched": BASE if run == comparison.base else "",
                "error": own.error,
                **_numbers(comparison.totals, run),
            }
        )
    return text.getvalue()


def _name(comparison: Comparison, row: Row, run: int) -> str:
    place = row.places[run]
    return row.name if place is None else comparison.runs[run].layers[place].name


def _matched(comparison: Comparison, row: Row, run: int) -> str:
    if row.places[run] is None:
        return "absent"
    return BASE if run == comparison.base else row.how[run] or ""


def _numbers(found: Mapping[str, Beside], run: int) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    for quantity, own in found.items():
        numbers[quantity] = own.values[run]
        numbers[f"difference_{quantity}"] = own.differences[run]
        numbers[f"ratio_{quantity}"] = own.ratios[run]
    return numbers
