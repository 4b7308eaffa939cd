"""Intervals of the totals of many candidates, by the rule of ``py.platforms.measured.totals``.

The widths of layers that are alike add up; those of different ones are correlated as the profile
says, or fully where it does not. The rule is that of single results, and so are the digits.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from py.sweep.population.exact import Floats, Sum, sums
from py.sweep.population.population import Indices


class Widths(NamedTuple):
    """Of each distinct layer, the last of which is the empty one: its group, value and widths.

    Layers of one ``group`` are off by the same. ``values``, ``below`` and ``above`` are
    [layer, quantity]: what a layer adds to the total, and how far it may be below or above; NaN
    where nobody knows, 0 for what takes no time.
    """

    groups: NDArray[np.int64]
    values: Floats
    below: Floats
    above: Floats

    def by_group(self) -> "tuple[Widths, Indices]":
        """Return them with groups together, and the new number of each layer."""
        order = np.argsort(self.groups, kind="stable")
        numbers = np.empty(len(order), np.int32)
        numbers[order] = np.arange(len(order), dtype=np.int32)
        own = self.groups[order], self.values[order], self.below[order], self.above[order]
        return Widths(*own), numbers


def ends(numbers: Indices, widths: Widths, correlation: float | None) -> tuple[Floats, Floats]:
    """Return the low and high ends [candidate, quantity] of a table of layers.

    ``widths`` are by group, and ``numbers`` those of the layers there.
    """
    shared = 1.0 if correlation is None else correlation
    total = sums(numbers, widths.values)
    in_order = np.ascontiguousarray(np.sort(numbers, axis=0))
    groups = widths.groups[in_order]
    sides = np.concatenate([widths.below, widths.above], axis=1)
    found = _width(in_order, groups, sides, shared)
    quantities = widths.values.shape[1]
    low: Floats = np.maximum(0.0, total - found[:, :quantities])
    return low, total + found[:, quantities:]


def _width(numbers: Indices, groups: NDArray[np.int64], sides: Floats, shared: float) -> Floats:
    """Return the widths of the sums: of each group rounded, then of all of them."""
    shape = numbers.shape[1], sides.shape[1]
    group, together, apart = Sum(shape), Sum(shape), Sum(shape)
    nothing = np.zeros(shape)
    for place in range(len(numbers)):
        value = sides[numbers[place]]
        if not place:
            group.add(value)
            continue
        new = (groups[place] != groups[place - 1])[:, None]
        _close(new, group.high, together, apart if shared != 1.0 else None, nothing)
        group.restart(new, value)
    _close(np.ones((shape[0], 1), bool), group.high, together, apart, nothing)
    if shared == 1.0:
        return together.high
    all_of_them: Floats = np.sqrt(
        (1 - shared) * apart.high + shared * together.high * together.high
    )
    return all_of_them


def _close(
    where: NDArray[np.bool_], width: Floats, together: Sum, apart: Sum | None, nothing: Floats
) -> None:
    """Add the widths of the groups that end here to the sums."""
    ended = np.where(where, width, nothing)
    together.add(ended)
    if apart is not None:
        apart.add(ended * ended)


def numbered(keys: Sequence[object]) -> NDArray[np.int64]:
    """Return a number for each key, the same for equal ones."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys], np.int64)
