"""Regimes found in rows: factors where there are some, none where there are none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from py.measure.fit import regime_tree as room
from py.measure.fit.regime_tree import factors, regimes_of
from py.platforms.measured.regimes import ASKED, EVERYWHERE, MOST_DEPTH, Leaf, Regimes, Split

Floats = NDArray[np.float64]
_CIN, _KERNEL = ASKED.index("cin"), ASKED.index("kernel")


def _features(seed: int, rows: int) -> Floats:
    generator = np.random.default_rng(seed)
    return generator.integers(1, 65, (rows, len(ASKED))).astype(np.float64)


def _leaves(regimes: Regimes) -> int:
    return 1 if isinstance(regimes, Leaf) else _leaves(regimes.low) + _leaves(regimes.high)


def test_a_jump_by_channels_is_found_where_it_is() -> None:
    features = _features(1, 400)
    fitted = np.random.default_rng(2).uniform(1, 9, 400)
    jump = np.where(features[:, _CIN] <= 32, 1.0, 1.7)
    found = regimes_of(features, fitted * jump, fitted, 2)
    assert isinstance(found, Split)
    assert (found.feature, found.most) == ("cin", 32.5)
    assert factors(found, features) == pytest.approx(jump, rel=1e-4)


def test_a_factor_has_the_least_relative_error_of_its_rows() -> None:
    features = _features(3, 300)
    fitted = np.ones(300)
    measured = np.where(features[:, _KERNEL] > 20, 2.0, 1.0)
    measured *= np.random.default_rng(4).lognormal(0, 0.2, 300)
    found = regimes_of(features, measured, fitted, 8)
    own = factors(found, features)
    for factor in np.unique(own):
        rows = own == factor
        over = fitted[rows] / measured[rows]
        assert factor == pytest.approx(over.sum() / (over**2).sum(), rel=1e-4)


@pytest.mark.parametrize("leaves", [1, 8, 24, 64])
def test_no_more_regimes_than_asked_and_none_of_few_rows(leaves: int) -> None:
    features = _features(5, 500)
    measured = np.random.default_rng(6).lognormal(0, 0.5, 500)
    found = regimes_of(features, measured, np.ones(500), leaves)
    assert _leaves(found) <= leaves
    own = factors(found, features)
    assert min(np.unique(own, return_counts=True)[1]) >= 25


def _depth(regimes: Regimes) -> int:
    return 0 if isinstance(regimes, Leaf) else 1 + max(map(_depth, (regimes.low, regimes.high)))


@pytest.mark.parametrize(("most", "expected"), [(MOST_DEPTH, 7), (5, 5)])
def test_there_are_no_more_questions_than_a_profile_may_ask(
    most: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_DEPTH", most)
    features = np.ones((60 * 40, len(ASKED)))
    features[:, _CIN] = np.repeat(np.arange(1, 61), 40)
    found = regimes_of(features, features[:, _CIN], np.ones(60 * 40), 64)
    assert _depth(found) == expected


def test_few_rows_have_no_regimes() -> None:
    features = _features(7, 49)
    assert regimes_of(features, np.ones(49), np.ones(49), 8) is EVERYWHERE
    assert factors(EVERYWHERE, features).tolist() == [1.0] * 49


def test_the_same_rows_give_the_same_regimes() -> None:
    features = _features(8, 300)
    measured = np.random.default_rng(9).lognormal(0, 0.5, 300)
    assert regimes_of(features, measured, np.ones(300), 24) == regimes_of(
        features, measured, np.ones(300), 24
    )
