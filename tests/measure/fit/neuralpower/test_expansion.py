"""Products of features up to a degree."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.fit.neuralpower.expansion import count_of, expanded, products, text_of
from py.platforms.measured.polynomial import polynomial


def test_two_features_to_degree_two() -> None:
    assert products(["a", "b"], 2) == (
        (("a", 1),),
        (("b", 1),),
        (("a", 2),),
        (("a", 1), ("b", 1)),
        (("b", 2),),
    )


@given(st.integers(1, 6), st.integers(1, 4))
def test_as_many_as_are_counted_and_none_twice(features: int, degree: int) -> None:
    found = products([f"x{index}" for index in range(features)], degree)
    assert len(found) == len(set(found)) == count_of(features, degree)
    assert {sum(power for _, power in powers) for powers in found} == set(range(1, degree + 1))


def test_as_scikit_learn_expands() -> None:
    from sklearn.preprocessing import PolynomialFeatures

    values = np.random.default_rng(1).uniform(0.5, 2, (7, 3))
    columns = dict(zip("abc", values.T, strict=True))
    theirs = PolynomialFeatures(3, include_bias=False).fit_transform(values)
    ours = expanded(products("abc", 3), columns)
    assert ours == pytest.approx(theirs)


def test_a_product_is_written_as_the_engine_reads_it() -> None:
    assert (
        text_of((("cin", 2), ("log(batch)", 1), ("log(h)", 2))) == "cin^2 * log(batch) * log(h)^2"
    )
    values = {"cin": 3.0, "batch": 2.0, "h": 5.0}
    for powers in products(["cin", "log(batch)", "h"], 3):
        written = polynomial({text_of(powers): 1.0}).value(values)
        columns = {"cin": 3.0, "log(batch)": math.log(2), "h": 5.0}
        ours = expanded([powers], {name: np.array([value]) for name, value in columns.items()})
        assert written == pytest.approx(float(ours[0, 0]), rel=1e-15)
