"""Least squares of relative errors with coefficients that are not below zero.

Minimised is the sum of ((prediction - measured) / measured)^2, the square of RMSPE, over the rows.
It depends on the rows through two sums alone, of products of terms with each other (the Gram
matrix) and of terms: so folds are left out by subtraction, and a fit costs the same for ten
thousand rows as for a hundred. The solver is that of scikit-learn's ``LinearRegression``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression

Floats = NDArray[np.float64]
_RIDGES = (1e-9, 1e-7, 1e-5, 1e-3)
"""Added to the diagonal, so that terms that nearly coincide leave the matrix solvable: the first,
or the next where the solver goes round in circles among such terms."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The Gram matrix of some rows' relative terms, and the sum of these terms."""

    gram: Floats
    total: Floats

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.gram + other.gram, self.total + other.total)


def sums_of(relative: Floats) -> Sums:
    """Return the sums of rows; ``relative`` are terms over what was measured."""
    return Sums(relative.T @ relative, relative.sum(axis=0))


def sums_by_fold(
    terms: Floats, measured: Floats, fold: NDArray[np.intp], parts: int
) -> tuple[Sums, ...]:
    """Return the sums of each fold's rows, over what was measured of them."""
    found = []
    for part in range(parts):
        rows = fold == part
        relative = terms[rows]
        relative /= measured[rows, None]
        found.append(sums_of(relative))
    return tuple(found)


def added(parts: Sequence[Sums], without: Iterable[int] = ()) -> Sums:
    """Return the sums of all parts but some."""
    left = [part for place, part in enumerate(parts) if place not in set(without)]
    found = left[0]
    for part in left[1:]:
        found = found + part
    return found


def solved(sums: Sums) -> Floats:
    """Return the coefficients, none below zero, with the least sum of squared relative errors."""
    scale = np.sqrt(np.diag(sums.gram))
    used = scale > 0
    found = np.zeros(len(scale))
    if not used.any():
        return found
    unit = scale[used]
    gram = sums.gram[np.ix_(used, used)] / unit[:, None] / unit[None, :]
    found[used] = _not_negative(gram, sums.total[used] / unit) / unit
    return found


def _not_negative(gram: Floats, total: Floats) -> Floats:
    """Return the coefficients of terms of unit length.

    Raises:
        RuntimeError: the solver finds none at any ridge.
    """
    for ridge in _RIDGES:
        lower = np.linalg.cholesky(gram + ridge * np.eye(len(gram)))
        target = np.linalg.solve(lower, total)
        try:
            fitted = LinearRegression(fit_intercept=False, positive=True).fit(lower.T, target)
        except RuntimeError:
            if ridge == _RIDGES[-1]:
                raise
            continue
        found: Floats = fitted.coef_
        return found
    raise AssertionError("the last ridge returns or raises")
