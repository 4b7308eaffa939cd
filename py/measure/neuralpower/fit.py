"""The form neuralpower fitted to rows of one kind of layer, with its cross-validated errors."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from py.errors import JoulegraphError
from py.measure.errors_of_fit import ErrorsOfFit, errors_of_fit, twelve_digits
from py.measure.folds import FOLDS, SEED, folds
from py.measure.neuralpower import features
from py.measure.neuralpower.degree import Polynomial, Tried, searched
from py.measure.neuralpower.expansion import Powers
from py.measure.row import Row

Fitted = Literal["runtime_s", "power_w"]

#: Ten folds of rows, in each of which ten folds of the others choose degree and penalty.
LEAST_ROWS = 2 * FOLDS


@dataclass(frozen=True, slots=True)
class FittedPolynomial:
    """``value = intercept + sum of coefficient times product of feature to its power``.

    The fit is of all rows. ``errors`` are those of rows that were predicted from the other nine
    folds, in each of which degree and penalty were chosen anew; ``predicted`` are these
    predictions, ``fold`` the fold of each row, in the order of the rows. ``left_out`` says which
    features the data could say nothing about. ``penalty`` is Lasso's, for terms of variance 1.
    """

    op: str
    quantity: Fitted
    degree: int
    penalty: float
    intercept: float
    terms: tuple[tuple[float, Powers], ...]
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
        return len(self.terms)

    def value(self, values: Mapping[str, float]) -> float:
        """Return what is predicted for a layer with these features."""
        parts = [
            coefficient * math.prod(values[name] ** power for name, power in powers)
            for coefficient, powers in self.terms
        ]
        return math.fsum([self.intercept, *parts])

    def as_json(self) -> dict[str, Any]:
        """Return the fit as a file has it, numbers to 12 digits."""
        return {
            "op": self.op,
            "quantity": self.quantity,
            "degree": self.degree,
            "penalty": twelve_digits(self.penalty),
            "model_size": self.model_size,
            "intercept": self.intercept,
            "terms": [[coefficient, dict(powers)] for coefficient, powers in self.terms],
            "left_out": dict(self.left_out),
            "tried": [
                {
                    "degree": tried.degree,
                    "terms": tried.terms,
                    "penalty": twelve_digits(tried.penalty),
                    "rmse": twelve_digits(tried.rmse),
                }
                for tried in self.tried
            ],
            "converged": self.converged,
            "seed": self.seed,
            "errors": self.errors.as_json(),
        }


def fit_neuralpower(rows: Sequence[Row], quantity: Fitted, seed: int = SEED) -> FittedPolynomial:
    """Return the form fitted to a quantity of rows of one kind of layer.

    Args:
        rows: layers of one ``op`` (conv, fc or pool), each with the quantity measured.
        quantity: ``runtime_s`` (equation 1) or ``power_w`` (equation 2).
        seed: of the folds; the same rows and seed give the same digits.

    Raises:
        JoulegraphError: ``rows-few``, ``rows-mixed`` or ``row-incomplete`` where the rows don't do;
            ``form-not-for-kind`` where the paper has no model of such layers.
    """
    op = _one_kind(rows, quantity)
    logarithms = quantity == "power_w"
    target = np.array([row.quantity(quantity) for row in rows], dtype=np.float64)
    columns = features.columns(rows, op, logarithms=logarithms)
    offered = features.names(op, logarithms=logarithms)
    left_out = _left_out(offered, columns)
    used = [name for name in offered if name not in left_out]
    fold = folds(len(rows), seed, FOLDS)
    with threadpool_limits(limits=1):  # several threads add in another order each time

        def fitted(some: NDArray[np.bool_]) -> Polynomial:
            chosen = {name: column[some] for name, column in columns.items()}
            return searched(used, features.SPECIAL[op], chosen, target[some], seed)

        predicted = np.empty(len(rows))
        for number in range(FOLDS):
            out = np.array(fold) == number
            inside = fitted(~out)
            predicted[out] = inside.predict({name: col[out] for name, col in columns.items()})
        whole = fitted(np.ones(len(rows), dtype=np.bool_))
    return FittedPolynomial(
        op=op,
        quantity=quantity,
        degree=whole.degree,
        penalty=whole.penalty,
        intercept=twelve_digits(whole.intercept),
        terms=tuple(
            (twelve_digits(coefficient), powers)
            for coefficient, powers in zip(whole.coefficients, whole.terms, strict=True)
        ),
        left_out=left_out,
        tried=whole.tried,
        converged=whole.converged,
        seed=seed,
        errors=errors_of_fit(predicted.tolist(), target.tolist()),
        predicted=tuple(predicted.tolist()),
        fold=fold,
    )


def _one_kind(rows: Sequence[Row], quantity: Fitted) -> str:
    if len(rows) < LEAST_ROWS:
        raise JoulegraphError(
            "rows-few",
            f"A fit of the form neuralpower needs at least {LEAST_ROWS} rows, got {len(rows)}.",
            "Measure more layers of this kind.",
        )
    kinds = sorted({row.op for row in rows})
    if len(kinds) > 1:
        raise JoulegraphError(
            "rows-mixed",
            f"A fit is of one kind of layer, got {', '.join(kinds)[:80]}.",
            "Fit each kind by itself.",
        )
    for row in rows:
        if row.quantity(quantity) is None:
            raise JoulegraphError(
                "row-incomplete",
                f"Line {row.line} of {row.file or 'the table'} should have a {quantity}, got none.",
                "Leave out the rows in which it is not known.",
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
