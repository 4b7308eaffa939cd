"""Rows far off what their MACs predict.

What MACs predict is a straight line through the logarithms of cost and MACs. Its slope is the
median of those between the k-th row of the lower half by MACs and the k-th of the upper (Theil's
incomplete method), its height the median of what is left: a few rows that are off don't move it.
A row is an outlier where what is left of it is more than 3.5 of 1.4826 times the median absolute
deviation, which is the standard deviation of what is left where that is normal (Iglewicz and
Hoaglin, How to Detect and Handle Outliers, 1993), and the row is more than 1 % off.
"""

import math
from dataclasses import dataclass

import numpy as np

from py.sweep.summary.collected import Collected, Places
from py.sweep.summary.groups import Group

LEAST_ROWS = 8
FAR = 3.5
NORMAL = 1.4826
_LEAST_OFF = math.log(1.01)
RULE = (
    f"An outlier's energy is further from the line through log energy and log MACs than {FAR} "
    f"times {NORMAL} times the median absolute deviation, and more than 1 %. The line's slope is "
    "the median of those between the lower and the upper half of the rows by MACs (Theil's "
    "incomplete method)."
)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What MACs predict: cost = ``scale`` * (MACs / ``middle``) ** ``slope``."""

    slope: float
    scale: float
    middle: float

    def at(self, macs: float) -> float:
        """Return the predicted cost of a row with so many MACs."""
        return self.scale * math.pow(macs / self.middle, self.slope)


@dataclass(frozen=True, slots=True, eq=False)
class Outliers:
    """The rows furthest off first; ``factors`` are how many times the predicted they cost.

    ``beyond`` is the factor, one way or the other, from which on a row counts as one.
    """

    line: Line
    places: Places
    factors: tuple[float, ...]
    beyond: float
    of: int


def outliers_of(collected: Collected, group: Group) -> Outliers | None:
    """Return the line and what is far off it; None of few rows, or of those of the same MACs."""
    macs = collected.macs
    order = collected.in_order(group.positive(collected), macs, group.costs.values)
    if len(order) < LEAST_ROWS or macs[order[0]] == macs[order[-1]]:
        return None
    x, y = np.log(macs[order]), np.log(group.costs.values[order])
    middle = float(np.median(x))
    half = len(order) // 2
    apart = x[-half:] - x[:half]
    slopes = (y[-half:] - y[:half])[apart > 0] / apart[apart > 0]
    slope = float(np.median(slopes))
    left = y - slope * (x - middle)
    height = float(np.median(left))
    left = left - height
    bound = max(FAR * NORMAL * float(np.median(np.abs(left))), _LEAST_OFF)
    far = np.flatnonzero(np.abs(left) > bound)
    # Rows as far off as each other, but for the last digits, go by model.
    off = np.zeros(collected.count)
    off[order] = -np.round(np.abs(left), 9)
    places = collected.in_order(order[far], off)
    line = Line(slope, math.exp(height), math.exp(middle))
    costs = group.costs.values
    return Outliers(
        line,
        places,
        tuple(float(costs[place]) / line.at(float(macs[place])) for place in places.tolist()),
        math.exp(bound),
        len(order),
    )
