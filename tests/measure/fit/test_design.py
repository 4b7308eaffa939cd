"""Matrices of terms: the engine's own values, and columns that say something."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.fit.design import Design, distinct
from py.measure.fit.dictionary import dictionary
from py.platforms.measured.features import features_of
from py.platforms.measured.polynomial import polynomial
from tests.measure.fit.neuralpower.made import made


@pytest.mark.parametrize("op", ["conv", "fc", "pool"])
def test_columns_are_what_the_engine_evaluates(op: str) -> None:
    works = made(op, 12)
    texts = dictionary(works[0].kind, "full", (1, 3, 5))
    matrix = Design(works).matrix(texts)
    rows = [
        polynomial(dict.fromkeys(texts, 1.0)).contributions(features_of(work)) for work in works
    ]
    assert matrix == pytest.approx(np.array(rows), rel=1e-12)


def test_a_feature_from_elsewhere_is_taken_for_the_time() -> None:
    works = made("fc", 4)
    times = np.array([1e-4, 2e-3, 5e-3, 1.0])
    matrix = Design(works).matrix(("time_s", "least(time_s,0.002)"), {"time_s": times})
    assert matrix[:, 0].tolist() == times.tolist()
    assert matrix[:, 1].tolist() == [1e-4, 2e-3, 2e-3, 2e-3]


def test_columns_that_say_nothing_or_the_same_are_left_out() -> None:
    one = np.array([1.0, 2.0, 3.0])
    other = np.array([1.0, 4.0, 9.0])
    matrix = np.column_stack(
        [np.zeros(3), one, 7 * one, other, one + 1e-5, np.array([1.0, np.inf, 2.0])]
    )
    assert distinct(matrix).tolist() == [1, 3, 4]


@given(st.integers(0, 10_000))
def test_every_column_is_a_multiple_of_one_that_is_kept(seed: int) -> None:
    generator = np.random.default_rng(seed)
    basis = generator.integers(0, 3, (6, 5)).astype(float)
    matrix = basis[:, generator.integers(0, 5, 14)] * generator.choice([0.5, 1.0, 3.0], 14)
    kept = matrix[:, distinct(matrix)]
    unit = kept / np.sqrt((kept**2).sum(axis=0))
    for column in matrix.T:
        norm = np.sqrt((column**2).sum())
        alike = np.abs(unit - column[:, None] / norm if norm else unit).max(axis=0) < 1e-9
        assert alike.sum() == (1 if norm else 0)
