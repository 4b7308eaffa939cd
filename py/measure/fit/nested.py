"""Nested cross-validation: choosing among candidates, and its error, without a row judging itself.

Rows are in ten folds. For each outer fold, the candidate is chosen by its errors on the other nine,
each predicted by a fit of the remaining eight; the chosen one, fitted to all nine, predicts the
outer fold. What comes out are errors of the whole procedure, choice included, and intervals whose
quantiles come from the nine folds alone.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from py.measure.fit.folds import FOLDS, SEED, folds

Floats = NDArray[np.float64]
Predict = Callable[[Hashable, tuple[int, ...]], Floats]
"""All rows' predictions by a candidate fitted without some folds, the outer one first."""


@dataclass(frozen=True, slots=True)
class Nested:
    """What nested cross-validation found.

    ``chosen`` is the candidate for a fit of all rows: that with the least error over the outer
    folds. ``by_fold`` are those of the outer folds, ``predicted`` the procedure's predictions of
    each row, ``plain`` those of ``chosen`` in every fold. ``inner`` has for each outer fold the
    predictions of the rows of the other folds by the candidate chosen there, NaN in the fold.
    ``errors`` are the RMSPEs of all candidates over the outer folds.
    """

    fold: NDArray[np.intp]
    chosen: Hashable
    by_fold: tuple[Hashable, ...]
    predicted: Floats
    plain: Floats
    inner: tuple[Floats, ...]
    errors: dict[Hashable, float]


def rows_in_folds(count: int) -> NDArray[np.intp]:
    """Return the fold of each row; fewer than ten rows have a fold each."""
    return np.array(folds(count, SEED, min(FOLDS, count)), dtype=np.intp)


def nested(
    candidates: Sequence[Hashable],
    predict: Predict,
    measured: Floats,
    fold: NDArray[np.intp],
    *,
    margin: float = 0.0,
) -> Nested:
    """Return what is chosen among candidates, and how well the choice does on rows not seen.

    The first candidate is chosen whose error is above the least by no more than the ``margin``, a
    share: between nearly equal ones a choice would follow the noise of the folds, so the simplest
    stands first.
    """
    parts = int(fold.max()) + 1
    predict = cache(predict)
    by_fold: list[Hashable] = []
    inner: list[Floats] = []
    predicted = np.empty(len(measured))
    for outer in range(parts):
        held = fold == outer
        found: dict[Hashable, Floats] = {}
        for candidate in candidates:
            values = np.full(len(measured), np.nan)
            for other in range(parts):
                if other != outer:
                    rows = fold == other
                    values[rows] = predict(candidate, (outer, other))[rows]
            found[candidate] = values
        best = _best(
            {one: _rmspe(values[~held], measured[~held]) for one, values in found.items()}, margin
        )
        by_fold.append(best)
        inner.append(found[best])
        predicted[held] = predict(best, (outer,))[held]
    outside = {candidate: _outside(candidate, predict, fold, parts) for candidate in candidates}
    errors = {candidate: _rmspe(values, measured) for candidate, values in outside.items()}
    chosen = _best(errors, margin)
    return Nested(fold, chosen, tuple(by_fold), predicted, outside[chosen], tuple(inner), errors)


def _best(errors: dict[Hashable, float], margin: float) -> Hashable:
    """Return the first candidate that is nearly as good as the best."""
    least = min(errors.values())
    return next(one for one, error in errors.items() if error <= least * (1 + margin))


def _outside(candidate: Hashable, predict: Predict, fold: NDArray[np.intp], parts: int) -> Floats:
    """Return each row's prediction by a fit of the other folds."""
    values = np.empty(len(fold))
    for part in range(parts):
        rows = fold == part
        values[rows] = predict(candidate, (part,))[rows]
    return values


def _rmspe(predicted: Floats, measured: Floats) -> float:
    return float(np.sqrt(np.mean((predicted / measured - 1) ** 2)))
