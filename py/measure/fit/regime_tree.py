"""Regimes from data: where the polynomial is off by a factor, by channels and windows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeRegressor

from py.measure.fit.errors_of_fit import twelve_digits
from py.platforms.measured.regimes import ASKED, EVERYWHERE, MOST_DEPTH, Leaf, Regimes, Split

Floats = NDArray[np.float64]
_LEAST_ROWS = 25
"""A regime is of so many rows at least, so that it is more than their noise."""


def regimes_of(features: Floats, measured: Floats, fitted: Floats, leaves: int) -> Regimes:
    """Return a tree of at most so many factors on the fitted values.

    ``features`` has a column for each of ``ASKED``. A leaf's factor has the least sum of squared
    relative errors over its rows.
    """
    if leaves < 2 or len(measured) < 2 * _LEAST_ROWS:
        return EVERYWHERE
    over = fitted / measured
    tree = DecisionTreeRegressor(
        max_leaf_nodes=leaves,
        max_depth=MOST_DEPTH,
        min_samples_leaf=_LEAST_ROWS,
        random_state=0,
    )
    tree.fit(features, 1 / over, sample_weight=over**2)
    return _branch(tree.tree_, 0)


def _branch(tree: Any, node: int) -> Regimes:
    low, high = int(tree.children_left[node]), int(tree.children_right[node])
    if low < 0:
        return Leaf(float(f"{float(tree.value[node].ravel()[0]):.5g}"))
    most = twelve_digits(float(tree.threshold[node]))
    return Split(ASKED[int(tree.feature[node])], most, _branch(tree, low), _branch(tree, high))


def factors(regimes: Regimes, features: Floats) -> Floats:
    """Return the factor of each row."""
    if regimes is EVERYWHERE:
        return np.ones(len(features))
    rows: Sequence[dict[str, float]] = [dict(zip(ASKED, row, strict=True)) for row in features]
    return np.array([regimes.at(row) for row in rows])
