"""A profile applied to rows: one line of CSV a row, empty where unknown."""

import csv
import io
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from py.breakdown import Result
from py.errors import JoulegraphError
from py.measure.fit.network_checks import network_of
from py.measure.table.reasons import Reasons
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.engine import Measured
from py.platforms.timed import TimedEstimate

HEADER = (
    *("time_s", "time_low_s", "time_high_s", "power_w", "power_low_w", "power_high_w"),
    *("energy_j", "energy_low_j", "energy_high_j", "in_range"),
)


def predictions(
    platform: Measured, rows: Iterable[Row], folder: Path | None = None
) -> tuple[str, list[str]]:
    """Return the lines of ``HEADER`` for each row in order, and why rows are without an answer.

    As ``write_predictions``, for few rows.
    """
    text = io.StringIO()
    unanswered = write_predictions(platform, rows, text, folder)
    return text.getvalue(), list(unanswered)


def write_predictions(
    platform: Measured, rows: Iterable[Row], output: TextIO, folder: Path | None = None
) -> Reasons:
    """Write the lines of ``HEADER`` for each row in order; return why rows are without an answer.

    A whole network is predicted where its model is known (see ``network_checks``), which may lie in
    ``folder``.
    """
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(HEADER)
    unanswered = Reasons()
    for row in rows:
        try:
            found: TimedEstimate | Result = (
                network_of(platform, row, folder)
                if row.is_network
                else platform.answer(workload_of_row(row)).estimate()
            )
        except JoulegraphError as error:
            where = f"Line {row.line} of {row.file} (network): " if row.is_network else ""
            unanswered.add(where + error.message)
            writer.writerow([""] * len(HEADER))
            continue
        writer.writerow(_cells(found))
    return unanswered


def _cells(estimate: TimedEstimate | Result) -> list[str]:
    cells: list[str] = []
    values = {
        "time_s": estimate.time_s,
        "power_w": estimate.power_w,
        "energy_j": estimate.energy_j,
    }
    for name, value in values.items():
        ends = None if estimate.interval is None else estimate.interval.of(name)
        cells += [_digits(value), *(_digits(end) for end in ends or (None, None))]
    return [*cells, str(_in_range(estimate)).lower()]


def _in_range(estimate: TimedEstimate | Result) -> bool:
    """Say whether a layer, or every layer of a network that takes time, is as those measured."""
    if isinstance(estimate, TimedEstimate):
        return estimate.in_range is True
    return all(row.estimate.in_range is True for row in estimate.rows if row.estimate.time_s)


def _digits(value: float | None) -> str:
    """Return a number to 12 significant digits, empty where unknown."""
    if value is None or not math.isfinite(value):
        return ""
    return repr(float(f"{value:.11e}"))
