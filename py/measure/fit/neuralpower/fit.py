"""The form neuralpower fitted to workloads of one kind, with its cross-validated errors."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from py.errors import JoulegraphError
from py.measure.fit.errors_of_fit import ErrorsOfFit, errors_of_fit, nine_digits
from py.measure.fit.folds import FOLDS, SEED, folds
from py.measure.fit.neuralpower import features
from py.measure.fit.neuralpower.degree import Polynomial, Tried, searched
from py.measure.fit.neuralpower.expansion import text_of
from py.platforms.measured.workload import Workload

Fitted = Literal["time_s", "power_w"]

#: Ten folds of rows, in each of which ten folds of the others choose degree and penalty.
LEAST_ROWS = 2 * FOLDS


@dataclass(frozen=True, slots=True)
class FittedPolynomial:
    """A sum of coefficients times products of features, by the texts of the products.

    The fit is of all rows. ``errors`` are those of rows that were predicted from the other nine
    folds, in each of which degree and penalty were chosen anew; ``predicted`` are these
    predictions, ``fold`` the fold of each row, in the order of the rows. ``left_out`` says which
    features the data could say nothing about. ``penalty`` is Lasso's, for terms of variance 1, in
    the unit of the quantity.

    ``terms``, to nine digits, are read by ``py.platforms.measured.polynomial``; the first is the
    intercept, ``1``.
    """

    kind: str
    quantity: Fitted
    degree: int
    penalty: float
    terms: Mapping[str, float]
    left_out: Mapping[str, str]
    tried: tuple[Tried, ...]
    converged: bool
    seed: int
    errors: ErrorsOfFit
    predicted: tuple[float, ...]
    fold: tuple[int, ...]

    @property
    def model_size(self) -> int:
        """Return the number of terms that Lasso left, the intercept not among them."""
        return len(self.terms) - 1

    def as_json(self) -> dict[str, Any]:
        """Return the fit as a file has it, numbers to nine digits."""
        return {
            "kind": self.kind,
            "quantity": self.quantity,
            "degree": self.degree,
            "penalty": nine_digits(self.penalty),
            "model_size": self.model_size,
            "terms": dict(self.terms),
            "left_out": dict(self.left_out),
            "tried": [
                {
                    "degree": tried.degree,
                    "terms": tried.terms,
                    "penalty": nine_digits(tried.penalty),
                    "rmse": nine_digits(tried.rmse),
                }
                for tried in self.tried
            ],
            "converged": self.converged,
            "seed": self.seed,
            "errors": self.errors.as_json(),
        }


def fit_neuralpower(
    works: Sequence[Workload], measured: Sequence[float], quantity: Fitted, seed: int = SEED
) -> FittedPolynomial:
    """Return the form fitted to what was measured of workloads of one kind.

    Args:
        works: workloads of one ``kind``: conv, grouped, depthwise, dense or pool.
        measured: a positive number for each, seconds or watts.
        quantity: ``time_s`` (equation 1) or ``power_w`` (equation 2).
        seed: of the folds; the same rows and seed give the same digits.

    Raises:
        JoulegraphError: ``rows-few`` or ``rows-mixed`` where the rows don't do,
            ``form-not-for-kind`` where the paper has no model of such layers.
        ValueError: not one positive number for each workload.
    """
    kind = _one_kind(works, measured)
    logarithms = quantity == "power_w"
    target = np.array(measured, dtype=np.float64)
    columns = features.columns(works, kind, logarithms=logarithms)
    offered = features.offered(kind, logarithms=logarithms)
    left_out = _left_out(offered, columns)
    used = [name for name in offered if name not in left_out]
    fold = folds(len(works), seed, FOLDS)
    with threadpool_limits(limits=1):  # several threads add in another order each time

        def fitted(some: NDArray[np.bool_]) -> Polynomial:
            chosen = {name: column[some] for name, column in columns.items()}
            return searched(used, features.SPECIAL[kind], chosen, target[some], seed)

        predicted = np.empty(len(works))
        for number in range(FOLDS):
            out = np.array(fold) == number
            inside = fitted(~out)
            predicted[out] = inside.predict({name: col[out] for name, col in columns.items()})
        whole = fitted(np.ones(len(works), dtype=np.bool_))
    terms = {"1": nine_digits(whole.intercept)} | {
        text_of(powers): nine_digits(coefficient)
        for coefficient, powers in zip(whole.coefficients, whole.terms, strict=True)
    }
    return FittedPolynomial(
        kind=kind,
        quantity=quantity,
        degree=whole.degree,
        penalty=whole.penalty,
        terms=MappingProxyType(terms),
        left_out=MappingProxyType(left_out),
        tried=whole.tried,
        converged=whole.converged,
        seed=seed,
        errors=errors_of_fit(predicted.tolist(), target.tolist()),
        predicted=tuple(predicted.tolist()),
        fold=fold,
    )


def _one_kind(works: Sequence[Workload], measured: Sequence[float]) -> str:
    if len(works) != len(measured) or not all(0 < value < math.inf for value in measured):
        raise ValueError("fit_neuralpower: one positive, finite measurement for each workload")
    if len(works) < LEAST_ROWS:
        raise JoulegraphError(
            "rows-few",
            f"A fit of the form neuralpower needs at least {LEAST_ROWS} rows, got {len(works)}.",
            "Measure more layers of this kind.",
        )
    kinds = sorted({work.kind for work in works})
    if len(kinds) > 1:
        raise JoulegraphError(
            "rows-mixed",
            f"A fit is of one kind of layer, got {', '.join(kinds)}.",
            "Fit each kind by itself.",
        )
    return kinds[0]


def _left_out(offered: Sequence[str], columns: Mapping[str, NDArray[np.float64]]) -> dict[str, str]:
    """Return the features that say nothing in these rows, each with the reason."""
    found: dict[str, str] = {}
    for place, name in enumerate(offered):
        column = columns[name]
        if np.all(column == column[0]):
            found[name] = f"{column[0]:g} in every row"
            continue
        for other in offered[:place]:
            if other not in found and np.array_equal(column, columns[other]):
                found[name] = f"equal to {other} in every row"
                break
    return found
