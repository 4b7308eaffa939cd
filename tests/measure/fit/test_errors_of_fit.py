"""Errors of a fit: by hand, against numpy, and where there is nothing to compare."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.fit.errors_of_fit import (
    bias,
    errors_of_fit,
    mape,
    median_error,
    nine_digits,
    relative_errors,
    rmse,
    rmspe,
    twelve_digits,
)

PAIRS = st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6)), min_size=1, max_size=40)


def test_by_hand() -> None:
    predicted, measured = [1.5, 1.0, 4.0], [1.0, 2.0, 4.0]
    assert relative_errors(predicted, measured) == (0.5, -0.5, 0.0)
    assert rmspe(predicted, measured) == math.sqrt(0.5 / 3)
    assert mape(predicted, measured) == 1 / 3
    assert median_error(predicted, measured) == 0.5
    assert bias(predicted, measured) == 0.0
    assert rmse(predicted, measured) == math.sqrt(1.25 / 3)


@given(PAIRS)
def test_as_numpy_has_them(pairs: list[tuple[float, float]]) -> None:
    predicted, measured = (np.array(column) for column in zip(*pairs, strict=True))
    relative = (predicted - measured) / measured
    found = errors_of_fit(predicted.tolist(), measured.tolist())
    assert found.rmspe == pytest.approx(float(np.sqrt((relative**2).mean())))
    assert found.mape == pytest.approx(float(np.abs(relative).mean()))
    assert found.median == pytest.approx(float(np.median(np.abs(relative))))
    assert found.bias == pytest.approx(float(relative.mean()), abs=1e-9 * found.mape)
    assert found.rmse == pytest.approx(float(np.sqrt(((predicted - measured) ** 2).mean())))
    assert found.not_positive == int((predicted <= 0).sum())
    assert found.rows == len(pairs)
    # What holds between them whatever the numbers are.
    assert abs(found.bias) <= found.mape * (1 + 1e-12)
    assert found.mape <= found.rmspe * (1 + 1e-12)


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_digit(
    pairs: list[tuple[float, float]], generator: random.Random
) -> None:
    shuffled = pairs.copy()
    generator.shuffle(shuffled)
    first, second = (
        errors_of_fit([guess for guess, _ in some], [truth for _, truth in some])
        for some in (pairs, shuffled)
    )
    assert first == second


def test_nothing_to_compare_is_refused() -> None:
    for predicted, measured in (([], []), ([1.0], [1.0, 2.0])):
        with pytest.raises(ValueError, match="as many predictions as measurements"):
            rmspe(predicted, measured)
        with pytest.raises(ValueError, match="as many predictions as measurements"):
            rmse(predicted, measured)
    for truth in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="measurements are positive"):
            errors_of_fit([1.0], [truth])


def test_errors_are_told_to_nine_digits() -> None:
    told = errors_of_fit([1.0, 2.0], [3.0, 3.0]).as_json()
    assert told["bias"] == -0.5
    assert told["rmspe"] == 0.527046277
    assert list(told) == ["rows", "rmspe", "mape", "median", "bias", "rmse", "not_positive"]
    assert twelve_digits(-123456.7890123456) == -123456.789012
    assert twelve_digits(0.0) == nine_digits(0.0) == 0.0
    assert nine_digits(-123456.7890123456) == -123456.789
