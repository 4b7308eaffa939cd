"""The energy of the default form, and with it the power: non-negative terms on top of the time."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py.measure.fit.dictionary import Size, bends, clocked_energies, worked
from py.measure.fit.nested import Nested, nested
from py.measure.fit.relative import solved, sums_of
from py.measure.fit.time_form import Candidate, TimeFit, candidates_for, chosen_terms
from py.platforms.measured.features import TIME

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_MARGIN = 0.05
_OUTLIERS = 0.005
_PART = 64
_TIMES_S = 1e-6, 100.0
"""Layers take from a microsecond to a minute and more."""


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

    def _matrix(self, size: Size, times_s: Floats, rows: Ints) -> tuple[tuple[str, ...], Floats]:
        """Return texts and values of the terms of an energy, over the predicted time, of some rows.

        Of very many rows the matrix is half a gigabyte: it is filled in place, part by part.
        """
        names, matrix = self._terms(size)
        texts = (*names, *self.by_work, *self.by_time)
        found = np.empty((len(rows), len(texts)))
        places = self.rows[rows]
        for first, values in ((0, matrix), (len(names), self.work)):
            for start in range(0, values.shape[1], _PART):
                part = values[places, start : start + _PART]
                found[:, first + start : first + start + part.shape[1]] = part
        for column, text in enumerate(self.by_time, len(texts) - len(self.by_time)):
            found[:, column] = _response(text, times_s[rows])
        found /= times_s[rows, None]
        return texts, found

    def _terms(self, size: Size) -> tuple[tuple[str, ...], Floats]:
        """Return the terms of the time for all rows; more of them where the clock varied."""
        names, matrix = self.time.terms(size)
        if not self.time.samples.clocked:
            return names, matrix
        if size not in self._clocked:
            more = clocked_energies(names)
            self._clocked[size] = (
                (*names, *more),
                np.hstack([matrix, self.time.design.matrix(more)]),
            )
        return self._clocked[size]

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
            rows = np.flatnonzero(~np.isin(self.fold, list(without)))
            names, relative = self._matrix(_size(size), times_s, rows)
            relative /= self.measured_w[rows, None]
            coefficients = solved(sums_of(relative))
            del relative
            bounds = bounds_of(self.measured_w[rows])
            matrix = self._matrix(_size(size), times_s, np.arange(len(self.rows)))[1]
            self._fitted[key] = names, coefficients, np.clip(matrix @ coefficients, *bounds)
        return self._fitted[key]

    def nested(self) -> Nested:
        """Return the choice among dictionaries, and its errors; that of the time comes first."""
        chosen = self.times.chosen
        assert isinstance(chosen, Candidate)
        sizes = dict.fromkeys([chosen.size, *(one.size for one in candidates_for(len(self.rows)))])

        def predict(size: Hashable, without: tuple[int, ...]) -> Floats:
            return self.fitted(size, without)[2]

        return nested(tuple(sizes), predict, self.measured_w, self.fold, margin=_MARGIN)

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
