"""The flexible learner: over the same folds, the same every time, and bounded in rows."""

import numpy as np
import pytest

from py.measure.fit.nested import rows_in_folds
from py.measure.report.learner import (
    LOGARITHMS,
    WAYS,
    WEIGHTS,
    Learned,
    drawn,
    inputs,
    learned,
    multiplied,
)
from py.measure.report.rival import rivals_of
from py.platforms.measured.features import FEATURES
from tests.measure.report.made_fit import made_fit


def test_few_rows_are_all_taken_and_of_many_the_same_are_drawn() -> None:
    few = np.arange(50)
    assert drawn(few) is few
    many = np.arange(100, 900)
    found = drawn(many, 300)
    assert len(set(found.tolist())) == 300
    assert set(found.tolist()) <= set(many.tolist())
    assert found.tolist() == sorted(found.tolist())
    assert found.tolist() == drawn(many, 300).tolist()
    assert found.mean() == pytest.approx(many.mean(), rel=0.1)


def test_inputs_are_finite_and_vary() -> None:
    samples = made_fit().kinds[0].samples
    table = inputs(samples)
    assert np.isfinite(table).all()
    assert (np.ptp(table, axis=0) > 0).all()
    assert 4 <= table.shape[1] < len(FEATURES)


def test_a_function_of_the_features_is_learned_by_both_ways() -> None:
    generator = np.random.default_rng(0)
    table = generator.uniform(0, 5, (800, 2))
    measured = np.exp(table[:, 0]) * 1e-5
    fold = rows_in_folds(800)
    found = learned(table, measured, fold, np.arange(800))
    for way in WAYS:
        errors = found.predicted[way] / measured - 1
        assert np.median(np.abs(errors)) < 0.1, way


def test_no_row_is_predicted_by_a_fit_that_saw_it() -> None:
    """Values that have nothing to do with the features can't be hit on rows not seen."""
    generator = np.random.default_rng(0)
    table = generator.uniform(0, 5, (300, 3))
    measured = np.exp(generator.normal(0, 1, 300))
    found = learned(table, measured, rows_in_folds(300), np.arange(300))
    spread = np.std(np.log(found.predicted[LOGARITHMS] / measured))
    assert spread > 0.9


def test_a_change_in_a_fold_changes_the_others_only() -> None:
    generator = np.random.default_rng(0)
    table = generator.uniform(0, 5, (200, 2))
    measured = np.exp(table[:, 0])
    fold = rows_in_folds(200)
    other = measured.copy()
    other[fold == 3] *= 7
    before = learned(table, measured, fold, np.arange(200)).predicted[WEIGHTS]
    after = learned(table, other, fold, np.arange(200)).predicted[WEIGHTS]
    scale = np.median(measured[fold != 3])
    assert scale > 0
    assert after[fold == 3] == pytest.approx(before[fold == 3])
    assert not np.allclose(after[fold != 3], before[fold != 3])


def test_energy_is_power_times_time_at_the_rows_that_have_both() -> None:
    times = Learned(np.array([1, 4, 6]), dict.fromkeys(WAYS, np.array([2.0, 3.0, 5.0])))
    powers = Learned(np.array([1, 6]), dict.fromkeys(WAYS, np.array([10.0, 20.0])))
    found = multiplied(times, powers)
    assert found.places.tolist() == [1, 6]
    assert found.predicted[WEIGHTS].tolist() == [20.0, 100.0]
    with pytest.raises(ValueError, match="among those of the first"):
        multiplied(powers, times)


def test_a_rivals_own_errors_are_of_the_same_rows() -> None:
    (kind,) = made_fit().kinds
    assert kind.power is not None
    found = rivals_of(kind, {"runtime": kind.time, "power": kind.power}, own_folds=False)
    assert set(found) == {"runtime", "power"}
    assert found["runtime"].ours == kind.time.errors
    assert found["power"].ours == kind.power.errors
    assert found["power"].rows == 65
    better = found["runtime"].errors[found["runtime"].better]
    assert better.rmspe == min(found["runtime"].errors[way].rmspe for way in WAYS)
    assert found["runtime"].times == pytest.approx(kind.time.errors.rmspe / better.rmspe)
