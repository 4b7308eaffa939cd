"""Nested cross-validation: no row has a say in its own prediction, its interval or its choice."""

from collections.abc import Hashable

import numpy as np
import pytest
from numpy.typing import NDArray

from py.measure.fit.nested import nested, rows_in_folds

Floats = NDArray[np.float64]


class Recorded:
    """Means of the rows that are left, a candidate's times as much; remembers what it was asked."""

    def __init__(self, measured: Floats, fold: NDArray[np.intp]) -> None:
        self.measured, self.fold = measured, fold
        self.asked: list[tuple[Hashable, tuple[int, ...]]] = []

    def __call__(self, candidate: Hashable, without: tuple[int, ...]) -> Floats:
        self.asked.append((candidate, without))
        assert isinstance(candidate, float)
        left = ~np.isin(self.fold, without)
        return np.full(len(self.measured), candidate * float(self.measured[left].mean()))


def _measured(seed: int, rows: int) -> Floats:
    return np.random.default_rng(seed).lognormal(0, 0.2, rows)


def test_the_best_candidate_is_chosen_and_each_is_fitted_once() -> None:
    measured, fold = _measured(1, 50), rows_in_folds(50)
    predict = Recorded(measured, fold)
    found = nested([3.0, 0.9, 0.2], predict, measured, fold)
    assert found.chosen == 0.9
    assert found.by_fold == (0.9,) * 10
    assert set(found.errors) == {3.0, 0.9, 0.2}
    assert min(found.errors, key=lambda one: found.errors[one]) == 0.9
    assert len(predict.asked) == len(set(predict.asked)) == 3 * (90 + 10)


def test_each_row_is_predicted_without_its_fold() -> None:
    measured, fold = _measured(2, 40), rows_in_folds(40)
    found = nested([1.0], Recorded(measured, fold), measured, fold)
    for row in range(40):
        others = measured[fold != fold[row]]
        assert found.predicted[row] == pytest.approx(others.mean(), rel=1e-12)
    assert found.plain.tolist() == found.predicted.tolist()


def test_inner_predictions_are_without_both_folds() -> None:
    measured, fold = _measured(3, 40), rows_in_folds(40)
    found = nested([1.0], Recorded(measured, fold), measured, fold)
    for outer, inner in enumerate(found.inner):
        assert np.isnan(inner[fold == outer]).all()
        for row in np.flatnonzero(fold != outer):
            left = ~np.isin(fold, [outer, fold[row]])
            assert inner[row] == pytest.approx(measured[left].mean(), rel=1e-12)


@pytest.mark.parametrize("row", [0, 7, 23, 39])
def test_a_row_has_no_say_in_what_is_said_of_it(row: int) -> None:
    measured, fold = _measured(4, 40), rows_in_folds(40)
    candidates = [0.7, 0.8, 0.9, 1.0, 1.1]
    before = nested(candidates, Recorded(measured, fold), measured, fold)
    other = measured.copy()
    other[row] *= 10
    after = nested(candidates, Recorded(other, fold), other, fold)
    own = int(fold[row])
    assert after.by_fold[own] == before.by_fold[own]
    assert after.predicted[fold == own].tolist() == before.predicted[fold == own].tolist()
    assert np.array_equal(after.inner[own], before.inner[own], equal_nan=True)
    assert after.errors != before.errors


def test_the_fold_that_is_judged_comes_first() -> None:
    measured, fold = _measured(6, 30), rows_in_folds(30)
    asked = Recorded(measured, fold)
    nested([1.0], asked, measured, fold)
    pairs = [without for _, without in asked.asked if len(without) == 2]
    assert pairs == [(outer, other) for outer in range(10) for other in range(10) if outer != other]


def test_nearly_as_good_the_first_stays() -> None:
    measured, fold = _measured(5, 60), rows_in_folds(60)
    errors = nested([1.0, 0.95], Recorded(measured, fold), measured, fold).errors
    better = errors[0.95] / errors[1.0]
    assert better < 1
    for margin, chosen in ((0.0, 0.95), (1 / better - 1 + 1e-6, 1.0)):
        found = nested([1.0, 0.95], Recorded(measured, fold), measured, fold, margin=margin)
        assert found.chosen == chosen


def test_few_rows_have_a_fold_each() -> None:
    assert sorted(rows_in_folds(4).tolist()) == [0, 1, 2, 3]
    assert np.bincount(rows_in_folds(103)).tolist() == [11] * 3 + [10] * 7
