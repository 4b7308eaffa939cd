"""The terms that a prediction is mostly made of, by their share of it in the mean over the rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py.measure.fit.design import Design
from py.platforms.measured.features import TIME
from py.platforms.measured.polynomial import Polynomial
from py.platforms.measured.roles import role_of

Floats = NDArray[np.float64]
_MOST = 10


@dataclass(frozen=True, slots=True)
class LargeTerm:
    """A term: its coefficient, what it stands for, its mean share of the sum (0.3 is 30 %)."""

    text: str
    coefficient: float
    role: str
    share: float


def values_of(
    design: Design, polynomial: Polynomial, more: Mapping[str, Floats] | None = None
) -> Floats:
    """Return what each term adds, a row for each workload and a column for each term.

    ``more`` are features that don't follow from the workloads, as the predicted time.
    """
    texts = [term.text for term in polynomial.terms]
    coefficients = np.array([term.coefficient for term in polynomial.terms])
    return np.asarray(design.matrix(texts, more) * coefficients, dtype=np.float64)


def largest_terms(
    polynomial: Polynomial, values: Floats, most: int = _MOST
) -> tuple[LargeTerm, ...]:
    """Return the terms with the largest shares; of terms of either sign, shares of their sizes."""
    sizes = np.abs(values)
    total = sizes.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        shares = np.where(total > 0, sizes / total, 0.0).mean(axis=0)
    found = [
        LargeTerm(term.text, term.coefficient, _role(term.text, polynomial, place), share)
        for place, (term, share) in enumerate(zip(polynomial.terms, shares.tolist(), strict=True))
    ]
    found.sort(key=lambda term: (-float(f"{term.share:.9g}"), term.text))
    return tuple(found[:most])


def _role(text: str, polynomial: Polynomial, place: int) -> str:
    """Return what a term stands for; those of the predicted time have no role of their own."""
    if TIME in text:
        return "predicted time"
    return role_of(polynomial.terms[place].text)
