"""What rows themselves state of their noise: how far the runs of one measurement lay apart."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from py.measure.table.row import Row

COLUMN = "runtime_rel_std"
"""The standard deviation of the runs of a row over their mean."""


@dataclass(frozen=True, slots=True)
class StatedSpread:
    """The median and the root mean square of what ``rows`` rows state, as fractions."""

    rows: int
    median: float
    root_mean_square: float


def stated_spread(rows: Iterable[Row]) -> StatedSpread | None:
    """Return what rows state; None where none has a number that may be a spread."""
    found = [value for row in rows if (value := _number(row.others.get(COLUMN, ""))) is not None]
    if not found:
        return None
    squares = math.fsum(value * value for value in found)
    return StatedSpread(len(found), median(found), math.sqrt(squares / len(found)))


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if 0 <= value < math.inf else None
