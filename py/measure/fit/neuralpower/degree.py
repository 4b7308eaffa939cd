"""The search of section 4.1.1: Lasso at each degree, the least cross-validated RMSE wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py.measure.fit.folds import FOLDS, folds
from py.measure.fit.neuralpower import lasso
from py.measure.fit.neuralpower.expansion import Powers, count_of, expanded, products

DEGREES = (1, 2, 3)
#: A degree with more terms is not tried: Lasso's path grows with their square.
MOST_TERMS = 400


@dataclass(frozen=True, slots=True)
class Tried:
    """A degree that was tried: the terms it offered, the penalty found best, its RMSE."""

    degree: int
    terms: int
    penalty: float
    rmse: float


@dataclass(frozen=True, slots=True)
class Polynomial:
    """``intercept`` plus the sum of coefficient times product of features to their powers."""

    intercept: float
    coefficients: tuple[float, ...]
    terms: tuple[Powers, ...]
    degree: int
    penalty: float
    tried: tuple[Tried, ...]
    converged: bool

    def predict(self, columns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the value in each row."""
        rows = len(next(iter(columns.values())))
        if not self.terms:
            return np.full(rows, self.intercept)
        found = expanded(self.terms, columns) @ np.array(self.coefficients) + self.intercept
        return np.asarray(found, dtype=np.float64)


def searched(
    features: Sequence[str],
    special: Sequence[str],
    columns: Mapping[str, NDArray[np.float64]],
    target: NDArray[np.float64],
    seed: int,
) -> Polynomial:
    """Return the polynomial of the degree and penalty with the least cross-validated RMSE.

    A degree is tried while it has at most ``MOST_TERMS`` terms and fewer than there are rows; of
    equal ones the lowest is taken. The folds follow from the seed and the number of rows alone.
    """
    fold = folds(len(target), seed, FOLDS)
    unit = float(target.std()) or 1.0
    scaled = target / unit
    tried: list[Tried] = []
    best: tuple[float, int, float, int] | None = None
    extra = tuple(((name, 1),) for name in special)
    for degree in DEGREES:
        count = count_of(len(features), degree) + len(special)
        if degree > DEGREES[0] and (count > MOST_TERMS or count >= len(target)):
            break
        terms = (*extra, *products(features, degree))
        values = expanded(terms, columns)
        ready = lasso.standard(values).apply(values)
        if not ready.shape[1] or not target.std():
            break
        alphas = lasso.penalties(ready, scaled)
        errors = lasso.cross_validated(ready, scaled, alphas, fold)
        place = int(np.argmin(errors))
        tried.append(Tried(degree, count, float(alphas[place]) * unit, float(errors[place]) * unit))
        if best is None or errors[place] < best[0]:
            best = (float(errors[place]), degree, float(alphas[place]), place)
    if best is None:  # all terms, or all measurements, are alike: only the mean is to learn
        return Polynomial(float(target.mean()), (), (), 0, 0.0, (), True)
    _, degree, alpha, place = best
    terms = (*extra, *products(features, degree))
    values = expanded(terms, columns)
    how = lasso.standard(values)
    ready = how.apply(values)
    path = lasso.Path(ready, scaled)
    fitted = path.follow(lasso.penalties(ready, scaled)[: place + 1])
    weights = fitted[:, -1] * unit / how.scale
    used = np.flatnonzero(weights)
    return Polynomial(
        intercept=float(target.mean() - weights @ how.mean),
        coefficients=tuple(float(weights[index]) for index in used),
        terms=tuple(terms[how.kept[index]] for index in used),
        degree=degree,
        penalty=alpha * unit,
        tried=tuple(tried),
        converged=path.converged,
    )
