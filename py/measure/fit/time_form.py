"""The time of the default form: non-negative terms fitted to relative errors, times regimes."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from py.measure.fit.design import Design, distinct
from py.measure.fit.dictionary import Size, dictionary
from py.measure.fit.nested import Nested, nested
from py.measure.fit.regime_tree import factors, regimes_of
from py.measure.fit.relative import Sums, added, solved, sums_by_fold
from py.measure.fit.samples import Samples
from py.platforms.measured.polynomial import factors_of
from py.platforms.measured.regimes import ASKED, EVERYWHERE, Regimes

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_LEAVES = (1, 8, 24, 64)
"""Numbers of regimes to choose from; one is none."""
_MARGIN = 0.01
_ROWS_FOR_REGIMES = 400
_ROWS_FOR_PLAIN = 40
_ROWS_FOR_FULL = 300
_PAST, _ROWS_PAST = 0.25, 3
"""A row is past a bend when a quarter of its bytes are beyond it."""
_DIGITS = 8


class Candidate(NamedTuple):
    """How a time is fitted: with which dictionary and up to how many regimes."""

    size: Size
    leaves: int


class Terms(NamedTuple):
    """Coefficients of terms, the factor of regimes on their sum."""

    coefficients: Floats
    regimes: Regimes


def candidates_for(rows: int) -> tuple[Candidate, ...]:
    """Return what so many rows may choose from."""
    sizes: list[Size] = ["small"]
    if rows >= _ROWS_FOR_PLAIN:
        sizes.append("plain")
    if rows >= _ROWS_FOR_FULL:
        sizes.append("full")
    leaves = _LEAVES if rows >= _ROWS_FOR_REGIMES else _LEAVES[:1]
    return tuple(
        Candidate(size, most)
        for size in sizes
        for most in (leaves if size == sizes[-1] else leaves[:1])
    )


@dataclass
class TimeFit:
    """Fits of the time of samples that are in folds."""

    samples: Samples
    fold: Ints

    def __post_init__(self) -> None:
        self.measured = self.samples.time_s
        self.design = Design(self.samples.works)
        self._matrices: dict[Size, tuple[tuple[str, ...], Floats]] = {}
        self._sums: dict[Size, tuple[Sums, ...]] = {}
        self._solved: dict[tuple[Size, frozenset[int]], Floats] = {}
        self._predicted: dict[tuple[Candidate, frozenset[int]], Floats] = {}
        self.asked = np.column_stack([self.design.feature(name) for name in ASKED])

    def terms(self, size: Size) -> tuple[tuple[str, ...], Floats]:
        """Return the terms that say something in these rows, and the matrix of them."""
        if size not in self._matrices:
            texts = dictionary(
                *(self.samples.kind, size, self.samples.windows(), self.samples.constant()),
                clocked=self.samples.clocked,
            )
            matrix = self.design.matrix(texts)
            kept = [place for place in distinct(matrix) if self._known(texts[place])]
            names = tuple(texts[place] for place in kept)
            for place, column in enumerate(kept):  # in place: of very many rows there is one matrix
                matrix[:, place] = matrix[:, column]
            self._matrices[size] = names, matrix[:, : len(kept)]
        return self._matrices[size]

    def _known(self, text: str) -> bool:
        """Return whether enough rows lie past the bend of a term, if it has one.

        Many rows settle that by cross-validation. In a small table a bend that one row barely
        passes would get any slope at all, and larger layers with it.
        """
        bends = [one.text for one in factors_of(text) if one.text.startswith("beyond(")]
        if not bends or len(self.measured) >= _ROWS_FOR_FULL:
            return True
        shares = self.design.matrix(bends).min(axis=1)
        return int((shares >= _PAST).sum()) >= _ROWS_PAST

    def coefficients(self, size: Size, without: frozenset[int]) -> Floats:
        """Return the coefficients of a fit of all rows but those of some folds."""
        key = size, without
        if key not in self._solved:
            if size not in self._sums:
                parts = int(self.fold.max()) + 1
                self._sums[size] = sums_by_fold(
                    self.terms(size)[1], self.measured, self.fold, parts
                )
            self._solved[key] = solved(added(self._sums[size], without))
        return self._solved[key]

    def fitted(self, candidate: Candidate, without: frozenset[int] = frozenset()) -> Terms:
        """Return a candidate fitted to all rows but those of some folds."""
        coefficients = self.coefficients(candidate.size, without)
        if candidate.leaves < 2:
            return Terms(coefficients, EVERYWHERE)
        rows = ~np.isin(self.fold, list(without))
        values = self.terms(candidate.size)[1][rows] @ coefficients
        regimes = regimes_of(self.asked[rows], self.measured[rows], values, candidate.leaves)
        return Terms(coefficients, regimes)

    def predicted(self, candidate: Candidate, without: frozenset[int]) -> Floats:
        """Return all rows' times by a fit without some folds."""
        key = candidate, without
        if key not in self._predicted:
            found = self.fitted(candidate, without)
            values = self.terms(candidate.size)[1] @ found.coefficients
            self._predicted[key] = np.asarray(values * factors(found.regimes, self.asked))
        return self._predicted[key]

    def nested(self) -> Nested:
        """Return the choice among candidates, and its errors."""
        candidates = candidates_for(len(self.measured))
        return nested(candidates, self._predict, self.measured, self.fold, margin=_MARGIN)

    def forget(self) -> None:
        """Give back memory; what was solved and predicted is still known."""
        self._sums.clear()
        self._matrices.clear()

    def _predict(self, candidate: Hashable, without: tuple[int, ...]) -> Floats:
        assert isinstance(candidate, Candidate)
        return self.predicted(candidate, frozenset(without))

    def polynomial(self, candidate: Candidate) -> tuple[dict[str, float], Regimes]:
        """Return the terms of a fit of all rows, by their texts, and its regimes."""
        found = self.fitted(candidate)
        return chosen_terms(self.terms(candidate.size)[0], found.coefficients), found.regimes


def chosen_terms(texts: Sequence[str], coefficients: Floats) -> dict[str, float]:
    """Return the terms that a fit gave a coefficient, to eight digits; the same term once."""
    found: dict[str, float] = {}
    for text, coefficient in zip(texts, coefficients.tolist(), strict=True):
        if coefficient > 0:
            found[text] = found.get(text, 0.0) + float(f"{coefficient:.{_DIGITS}g}")
    return found or {"1": 0.0}
