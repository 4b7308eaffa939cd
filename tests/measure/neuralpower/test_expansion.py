"""Products of features up to a degree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.neuralpower.expansion import count_of, expanded, products


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
