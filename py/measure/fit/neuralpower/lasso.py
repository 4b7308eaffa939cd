"""Lasso over a path of penalties, and its cross-validation.

Lasso minimises ``|y - Xb|^2 / 2n + penalty * |b|_1``. Terms are brought to mean 0 and variance 1
first, or the penalty would mean another thing for each. The path goes as far as scikit-learn's own:
fifty penalties from the least that leaves no term down to a thousandth of it. Fits of a fold work
on the products of terms with one another (the Gram matrix), so rows cost next to nothing.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import lasso_path

Floats = NDArray[np.float64]

PENALTIES = 50
LEAST_OF_MOST = 1e-3
MOST_ROUNDS = 5000
TOLERANCE = 1e-4
PATIENCE = 10

#: Terms whose correlation differs from 1 by less are one and the same.
_SAME = 1e-10


@dataclass(frozen=True, slots=True)
class Standard:
    """Terms at mean 0 and variance 1; ``kept`` are the places of those that say something."""

    kept: NDArray[np.intp]
    mean: Floats
    scale: Floats

    def apply(self, values: Floats) -> Floats:
        """Return the kept terms of rows, standardised."""
        return np.asfortranarray((values[:, self.kept] - self.mean) / self.scale)


def standard(values: Floats) -> Standard:
    """Return how terms are standardised, by the rows (first axis) given.

    Of terms that rise and fall together exactly only the first is kept: with both, Lasso would
    share the coefficient between them in a way that says nothing.
    """
    mean, scale = values.mean(axis=0), values.std(axis=0)
    varies = np.flatnonzero(scale > 1e-12 * np.abs(mean))
    if not varies.size:
        return Standard(varies, mean[varies], scale[varies])
    alike = (values[:, varies] - mean[varies]) / scale[varies]
    correlation = np.abs(alike.T @ alike) / len(values)
    first = np.argmax(correlation > 1 - _SAME, axis=0)
    kept = varies[first == np.arange(varies.size)]
    return Standard(kept, mean[kept], scale[kept])


def penalties(terms: Floats, target: Floats) -> Floats:
    """Return the penalties of the path, the largest first."""
    most = float(np.max(np.abs(terms.T @ (target - target.mean())))) / len(target)
    return np.geomspace(most, most * LEAST_OF_MOST, PENALTIES)


class Path:
    """Coefficients of standardised terms along falling penalties, each fit begun at the last.

    Terms and target are centred first: the intercept is the mean of the target.
    """

    def __init__(self, terms: Floats, target: Floats) -> None:
        self.mean = terms.mean(axis=0)
        self.intercept = float(target.mean())
        self._terms = np.asfortranarray(terms - self.mean)
        self._target = target - self.intercept
        self._gram = np.ascontiguousarray(self._terms.T @ self._terms)
        self._right = self._terms.T @ self._target
        self._last: Floats | None = None
        self.converged = True

    def follow(self, alphas: Floats) -> Floats:
        """Return the coefficients (term, penalty) at the next penalties of the path."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # ``converged`` tells it
            found: tuple[Any, ...] = lasso_path(
                self._terms,
                self._target,
                alphas=alphas,
                precompute=self._gram,
                Xy=self._right,
                coef_init=self._last,
                max_iter=MOST_ROUNDS,
                tol=TOLERANCE,
                return_n_iter=True,
                check_input=False,  # it is as it must be, and looking takes longer than fitting
            )
        coefficients = np.asarray(found[1])
        self._last = np.ascontiguousarray(coefficients[:, -1])
        self.converged = bool(found[3][-1] < MOST_ROUNDS)
        return coefficients

    def predict(self, terms: Floats, coefficients: Floats) -> Floats:
        """Return what is predicted for other rows, a column a penalty."""
        found: Floats = (terms - self.mean) @ coefficients + self.intercept
        return found


def cross_validated(terms: Floats, target: Floats, alphas: Floats, fold: Sequence[int]) -> Floats:
    """Return the RMSE at each penalty, over rows predicted by a fit of the other folds.

    The path ends, and the errors with it, where ``PATIENCE`` penalties in a row were no better than
    an earlier one: further down, Lasso only takes longer.
    """
    folds = np.asarray(fold)
    outs = [folds == number for number in range(int(folds.max()) + 1)]
    paths = [Path(terms[~out], target[~out]) for out in outs]
    squares: list[float] = []
    for start in range(0, len(alphas), PATIENCE // 2):
        some = alphas[start : start + PATIENCE // 2]
        sums = np.zeros(len(some))
        for path, out in zip(paths, outs, strict=True):
            guess = path.predict(terms[out], path.follow(some))
            sums += ((guess - target[out, None]) ** 2).sum(axis=0)
        squares += sums.tolist()
        if len(squares) - squares.index(min(squares)) > PATIENCE:
            break
    return np.sqrt(np.array(squares) / len(target))
