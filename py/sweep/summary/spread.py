"""How much costs differ at nearly equal MACs."""

from dataclasses import dataclass

import numpy as np

from py.sweep.summary.collected import Collected, Floats, Places
from py.sweep.summary.groups import Group

NEAR = 0.01
"""MACs are nearly equal where the larger is at most this share above the smaller."""
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Spread:
    """The two rows of nearly equal MACs that are furthest apart in cost, ``ratio`` times.

    ``typical`` is the median, over all rows, of the largest ratio among those whose MACs are at
    least the row's, and nearly equal to them.
    """

    low: int
    high: int
    ratio: float
    typical: float


def spread_of(collected: Collected, group: Group, near: float = NEAR) -> Spread | None:
    """Return the spread of a group; None where no two rows are near in MACs and cost anything."""
    macs = collected.macs
    order = collected.in_order(group.positive(collected), macs, group.costs.values)
    if len(order) < 2:
        return None
    sizes, costs = macs[order], group.costs.values[order]
    ends = np.searchsorted(sizes, sizes * (1 + near) * (1 + _ROUNDING), side="right")
    if int((ends - np.arange(len(order))).max()) < 2:
        return None
    ratios = _extremes(costs, ends, np.maximum) / _extremes(costs, ends, np.minimum)
    first = int(ratios.argmax())
    window = order[first : int(ends[first])]
    ranked = collected.in_order(window, group.costs.values)
    low, high = int(ranked[0]), int(_last(collected, ranked, group.costs.values))
    return Spread(low, high, float(ratios[first]), float(np.median(ratios)))


def _last(collected: Collected, ranked: Places, costs: Floats) -> int:
    """Return of the rows that cost most the one whose model comes first."""
    most = ranked[costs[ranked] == costs[ranked[-1]]]
    return int(collected.in_order(most, costs)[0])


def _extremes(values: Floats, ends: Places, of_two: np.ufunc) -> Floats:
    """Return the extreme of ``values[i:ends[i]]`` for each i, from those of 1, 2, 4, … values."""
    found = np.empty_like(values)
    lengths = ends - np.arange(len(values))
    level, size = values, 1
    while True:
        asked = np.flatnonzero((lengths >= size) & (lengths < 2 * size))
        found[asked] = of_two(level[asked], level[ends[asked] - size])
        if len(level) <= size or not bool((lengths >= 2 * size).any()):
            return found
        level = of_two(level[:-size], level[size:])
        size *= 2
