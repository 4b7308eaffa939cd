"""A flexible learner on the same rows and folds: what the features hold, whatever the form.

It is scikit-learn's histogram gradient boosting on the logarithms of the features. It is fitted to
relative errors in two ways: to the values, each weighted by one over its square, and to their
logarithms. It says how much a form of few terms gives away; it does not extrapolate, and says
nothing of what a layer is made of.
"""

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from py.measure.fit.folds import SEED
from py.measure.fit.samples import Samples
from py.platforms.measured.features import FEATURES

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_ROWS = 6000
"""Of more rows as many are drawn, so that a report takes seconds and not minutes."""
ROUNDS = 100
RATE = 0.1
LEAF_ROWS = 10
_SMALLEST = 1e-3
"""Stands for a feature of 0, which has no logarithm: below what any other feature is."""

LOGARITHMS = "logarithms"
WEIGHTS = "values weighted by 1/y²"
WAYS = (LOGARITHMS, WEIGHTS)


@dataclass(frozen=True, slots=True)
class Learned:
    """The rows that a learner was tried on, and its predictions of each by the way it was fitted.

    ``places`` are among the rows of the kind. Each row was predicted by a fit of the other folds.
    """

    places: Places
    predicted: dict[str, Floats]


def drawn(places: Places, most: int = MOST_ROWS) -> Places:
    """Return all places, or as many as ``most`` of them drawn at random, always the same."""
    if len(places) <= most:
        return places
    generator = random.Random(SEED)
    keys = [generator.random() for _ in range(len(places))]
    chosen = sorted(sorted(range(len(places)), key=lambda place: (keys[place], place))[:most])
    return places[np.array(chosen, dtype=np.intp)]


def inputs(samples: Samples) -> Floats:
    """Return the logarithms of the features that are not the same in all rows."""
    columns = [np.log(np.maximum(samples.feature(name), _SMALLEST)) for name in FEATURES]
    varying = [column for column in columns if np.ptp(column) > 0]
    return np.column_stack(varying) if varying else np.zeros((len(samples.works), 1))


def learned(features: Floats, measured: Floats, fold: Places, places: Places) -> Learned:
    """Return a learner's predictions of rows at ``places``, fold by fold.

    ``measured`` has a value for each of ``places``; ``features`` and ``fold`` are of all rows.
    """
    table, folds = features[places], fold[places]
    found = {way: np.empty(len(places)) for way in WAYS}
    with threadpool_limits(limits=1):  # several threads add in another order each time
        for part in np.unique(folds).tolist():
            held = folds == part
            for way in WAYS:
                found[way][held] = _fitted(way, table[~held], measured[~held], table[held])
    return Learned(places, found)


def _fitted(way: str, table: Floats, measured: Floats, asked: Floats) -> Floats:
    model = HistGradientBoostingRegressor(
        max_iter=ROUNDS,
        learning_rate=RATE,
        min_samples_leaf=LEAF_ROWS,
        early_stopping=False,
        random_state=0,
    )
    if way == LOGARITHMS:
        values = model.fit(table, np.log(measured)).predict(asked)
        return np.asarray(np.exp(values), dtype=np.float64)
    scaled = measured / float(np.median(measured))
    values = model.fit(table, scaled, sample_weight=scaled**-2.0).predict(asked)
    return np.asarray(values * float(np.median(measured)), dtype=np.float64)


def multiplied(first: Learned, second: Learned) -> Learned:
    """Return the products of what two learners predict, at the places of the second.

    Raises:
        ValueError: the first has not all of these places.
    """
    at = np.searchsorted(first.places, second.places)
    if at.max(initial=0) >= len(first.places) or (first.places[at] != second.places).any():
        raise ValueError("multiplied: all places of the second among those of the first")
    return Learned(
        second.places, {way: first.predicted[way][at] * second.predicted[way] for way in WAYS}
    )
