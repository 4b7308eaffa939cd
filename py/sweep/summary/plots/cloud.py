"""Many points as a cloud: of those that would cover each other one is drawn, and says so."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from py.columns import printable, shortened
from py.reports import svg
from py.reports.axis import Axis
from py.reports.even_axis import EvenAxis
from py.sweep.summary.collected import Floats, Places

MOST_POINTS = 900
_LEAST_APART = 2.5
_WIDER = 1.15
_LETTERS = 24
_MANY = 4
FEW = 40
"""So few points have names, as far as there is room."""


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Rows with where they stand in a picture; ``told`` says what one is.

    Of those in a cell the first is drawn: they should come in no order that a picture would show.
    """

    places: Places
    x: Floats
    y: Floats
    told: Callable[[int], str]

    def drawn(self, most: int = MOST_POINTS) -> tuple[list[str], int]:
        """Return the points and how many these are: each stands for all rows of its cell.

        The cells are squares, as small as gives at most so many points. Few points are larger.
        """
        size = _LEAST_APART
        while True:
            columns, rows = np.floor(self.x / size), np.floor(self.y / size)
            cells = rows * 1e4 + columns
            _, first, counts = np.unique(cells, return_index=True, return_counts=True)
            if len(first) <= most:
                break
            size *= _WIDER
        parts = []
        few = len(self.places) <= FEW
        for at, count in sorted(zip(first.tolist(), counts.tolist(), strict=True)):
            words = self.told(int(self.places[at]))
            if count > 1:
                words += f"; {count - 1:,} more here"
            kind = "many" if count > _MANY or few else "dot"
            spot = (float(self.x[at]), float(self.y[at]))
            parts.append(svg.told_dot(spot, words, kind, 3.5 if few else 2.2))
        return parts, len(first)


def along(axis: Axis | EvenAxis, values: Floats) -> Floats:
    """Return where many values within an axis stand, as its ``place`` says of one."""
    ends = np.array([axis.low, axis.high])
    if isinstance(axis, Axis):
        values, ends = np.log(values), np.log(ends)
    return np.interp(values, ends, [axis.start, axis.end])


def short(name: str) -> str:
    """Return a name as it stands by a point."""
    return shortened(printable(name), _LETTERS)


def which(drawn: int, rows: int) -> str:
    """Return a sentence on how many rows the points stand for."""
    if drawn == rows:
        return ""
    return (
        f" {drawn:,} points for {rows:,} rows: where several would cover each other one is drawn, "
        "stronger the more there are."
    )
