"""The default form: non-negative terms fitted to relative errors, for time and then for energy."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from py.measure.design import Design, distinct
from py.measure.dictionary import Size, bends, clocked_energies, dictionary, worked
from py.measure.nested import Nested, nested
from py.measure.regime_tree import factors, regimes_of
from py.measure.relative import Sums, added, solved, sums_by_fold, sums_of
from py.measure.samples import Samples
from py.platforms.measured.features import TIME
from py.platforms.measured.regimes import ASKED, EVERYWHERE, Regimes

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_LEAVES = (1, 8, 24, 64)
"""Numbers of regimes to choose from; one is none."""
_TIME_MARGIN = 0.01
_POWER_MARGIN = 0.05
_ROWS_FOR_REGIMES = 400
_ROWS_FOR_PLAIN = 40
_ROWS_FOR_FULL = 300
_DIGITS = 8
_OUTLIERS = 0.005
_TIMES_S = 1e-6, 100.0
"""Layers take from a microsecond to a minute and more."""


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
            kept = distinct(matrix)
            names = tuple(texts[place] for place in kept)
            self._matrices[size] = names, np.asfortranarray(matrix[:, kept])
        return self._matrices[size]

    def coefficients(self, size: Size, without: frozenset[int]) -> Floats:
        """Return the coefficients of a fit of all rows but those of some folds."""
        key = size, without
        if key not in self._solved:
            if size not in self._sums:
                relative = self.terms(size)[1] / self.measured[:, None]
                parts = int(self.fold.max()) + 1
                self._sums[size] = sums_by_fold(relative, self.fold, parts)
            self._solved[key] = solved(added(self._sums[size], without))
        return self._solved[key]

    def fitted(self, candidate: Candidate, without: frozenset[int] = frozenset()) -> Terms:
        """Return a candidate fitted to all rows but those of some folds."""
        rows = ~np.isin(self.fold, list(without))
        coefficients = self.coefficients(candidate.size, without)
        values = self.terms(candidate.size)[1][rows] @ coefficients
        regimes = (
            EVERYWHERE
            if candidate.leaves < 2
            else regimes_of(self.asked[rows], self.measured[rows], values, candidate.leaves)
        )
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
        return nested(candidates, self._predict, self.measured, self.fold, margin=_TIME_MARGIN)

    def _predict(self, candidate: Hashable, without: tuple[int, ...]) -> Floats:
        assert isinstance(candidate, Candidate)
        return self.predicted(candidate, frozenset(without))

    def polynomial(self, candidate: Candidate) -> tuple[dict[str, float], Regimes]:
        """Return the terms of a fit of all rows, by their texts, and its regimes."""
        found = self.fitted(candidate)
        return chosen_terms(self.terms(candidate.size)[0], found.coefficients), found.regimes


@dataclass
class PowerFit:
    """Fits of the energy of rows whose power is known, on top of the fits of their time.

    An energy over the predicted time is a power; what is made small is the relative error of that.
    ``rows`` are the places among the rows of the time.
    """

    time: TimeFit
    rows: Ints
    measured_w: Floats
    times: Nested

    def __post_init__(self) -> None:
        self.fold = self.time.fold[self.rows]
        self.by_time = ("1", TIME, *bends(TIME, *_TIMES_S))
        texts: list[str] = []
        for name in worked(self.time.samples.kind):
            values = self.time.design.feature(name)
            if values.min() > 0:
                texts += bends(name, float(values.min()), float(values.max()))
        self._fitted: dict[Hashable, tuple[tuple[str, ...], Floats, Floats]] = {}
        self._clocked: dict[Size, tuple[tuple[str, ...], Floats]] = {}
        self.by_work = tuple(texts)
        self.work = self.time.design.matrix(texts)

    def _matrix(self, size: Size, times_s: Floats) -> tuple[tuple[str, ...], Floats]:
        """Return texts and values of the terms of an energy, over the predicted time."""
        names, matrix = self._terms(size)
        response = np.column_stack([_response(text, times_s) for text in self.by_time])
        both = np.hstack([matrix, self.work[self.rows], response])
        return (*names, *self.by_work, *self.by_time), both / times_s[:, None]

    def _terms(self, size: Size) -> tuple[tuple[str, ...], Floats]:
        """Return the terms of the time for the rows; more of them where the clock varied."""
        names, matrix = self.time.terms(size)
        if not self.time.samples.clocked:
            return names, matrix[self.rows]
        if size not in self._clocked:
            more = clocked_energies(names)
            self._clocked[size] = (
                (*names, *more),
                np.hstack([matrix, self.time.design.matrix(more)]),
            )
        names, matrix = self._clocked[size]
        return names, matrix[self.rows]

    def fitted(
        self, size: Hashable, without: tuple[int, ...] = ()
    ) -> tuple[tuple[str, ...], Floats, Floats]:
        """Return the terms, their coefficients in joules, and all rows' powers.

        Times are fitted without the same folds, as was chosen without the first of them.
        """
        time = self.times.by_fold[without[0]] if without else self.times.chosen
        assert isinstance(time, Candidate)
        key = size, frozenset(without), time
        if key not in self._fitted:
            times_s = self.time.predicted(time, frozenset(without))[self.rows]
            names, matrix = self._matrix(_size(size), times_s)
            rows = ~np.isin(self.fold, list(without))
            coefficients = solved(sums_of(matrix[rows] / self.measured_w[rows, None]))
            bounds = bounds_of(self.measured_w[rows])
            self._fitted[key] = names, coefficients, np.clip(matrix @ coefficients, *bounds)
        return self._fitted[key]

    def nested(self) -> Nested:
        """Return the choice among dictionaries, and its errors; that of the time comes first."""
        chosen = self.times.chosen
        assert isinstance(chosen, Candidate)
        sizes = dict.fromkeys([chosen.size, *(one.size for one in candidates_for(len(self.rows)))])

        def predict(size: Hashable, without: tuple[int, ...]) -> Floats:
            return self.fitted(size, without)[2]

        return nested(tuple(sizes), predict, self.measured_w, self.fold, margin=_POWER_MARGIN)

    def polynomial(self, size: Hashable) -> dict[str, float]:
        """Return the terms of the energy of a fit of all rows, by their texts."""
        names, coefficients, _ = self.fitted(size)
        return chosen_terms(names, coefficients)


def bounds_of(powers_w: Floats) -> tuple[float, float]:
    """Return the least and the most power but for outliers: half a per cent on either side."""
    least, most = np.quantile(powers_w, [_OUTLIERS, 1 - _OUTLIERS])
    return float(f"{float(least):.4g}"), float(f"{float(most):.4g}")


def _size(size: Hashable) -> Size:
    assert size in ("small", "plain", "full")
    return size


def _response(text: str, times_s: Floats) -> Floats:
    """Return a term that follows from the predicted time."""
    if text == "1":
        return np.ones(len(times_s))
    if text == TIME:
        return times_s
    knot = float(text[text.index(",") + 1 : -1])
    return np.minimum(times_s, knot) if text.startswith("least") else np.maximum(0, times_s - knot)


def chosen_terms(texts: Sequence[str], coefficients: Floats) -> dict[str, float]:
    """Return the terms that a fit gave a coefficient, to eight digits; the same term once."""
    found: dict[str, float] = {}
    for text, coefficient in zip(texts, coefficients.tolist(), strict=True):
        if coefficient > 0:
            found[text] = found.get(text, 0.0) + float(f"{coefficient:.{_DIGITS}g}")
    return found or {"1": 0.0}
