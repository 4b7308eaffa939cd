"""A profile applied to rows: one line of CSV a row, empty where unknown."""

import csv
import io
import math
from collections.abc import Sequence

from py.errors import JoulegraphError
from py.measure.row import Row
from py.measure.row_workload import workload_of_row
from py.platforms.measured.engine import Measured
from py.platforms.timed import TimedEstimate

HEADER = (
    *("time_s", "time_low_s", "time_high_s", "power_w", "power_low_w", "power_high_w"),
    *("energy_j", "energy_low_j", "energy_high_j", "in_range"),
)


def predictions(platform: Measured, rows: Sequence[Row]) -> tuple[str, list[str]]:
    """Return the lines of ``HEADER`` for each row in order, and why rows are without an answer.

    Whole networks have no sizes of a layer, so they are among these.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    unanswered: list[str] = []
    for row in rows:
        try:
            estimate = platform.answer(workload_of_row(row)).estimate()
        except JoulegraphError as error:
            unanswered.append(error.message)
            writer.writerow([""] * len(HEADER))
            continue
        writer.writerow(_cells(estimate))
    return text.getvalue(), unanswered


def _cells(estimate: TimedEstimate) -> list[str]:
    cells: list[str] = []
    values = {
        "time_s": estimate.time_s,
        "power_w": estimate.power_w,
        "energy_j": estimate.energy_j,
    }
    for name, value in values.items():
        ends = None if estimate.interval is None else estimate.interval.of(name)
        cells += [_digits(value), *(_digits(end) for end in ends or (None, None))]
    return [*cells, "" if estimate.in_range is None else str(estimate.in_range).lower()]


def _digits(value: float | None) -> str:
    """Return a number to 12 significant digits, empty where unknown."""
    if value is None or not math.isfinite(value):
        return ""
    return repr(float(f"{value:.11e}"))
