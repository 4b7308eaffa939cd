"""Products of features up to a degree: the first sum of equations (1) and (2)."""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from math import comb

import numpy as np
from numpy.typing import NDArray

#: The features of a product with their powers, in the order of the features.
Powers = tuple[tuple[str, int], ...]


def text_of(powers: Powers) -> str:
    """Return a product as ``py.platforms.measured.polynomial`` reads it: ``cin^2 * log(h)``."""
    return " * ".join(name if power == 1 else f"{name}^{power}" for name, power in powers)


def count_of(features: int, degree: int) -> int:
    """Return how many products of so many features there are, from degree 1 to ``degree``."""
    return comb(features + degree, degree) - 1


def products(features: Sequence[str], degree: int) -> tuple[Powers, ...]:
    """Return all products up to a degree, the lower degrees first."""
    return tuple(
        tuple((name, chosen.count(name)) for name in dict.fromkeys(chosen))
        for order in range(1, degree + 1)
        for chosen in combinations_with_replacement(features, order)
    )


def expanded(
    terms: Sequence[Powers], columns: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the value of each term (column) in each row."""
    rows = len(next(iter(columns.values())))
    values = np.ones((rows, len(terms)), order="F")
    for place, powers in enumerate(terms):
        for name, power in powers:
            values[:, place] *= columns[name] ** power
    return values
