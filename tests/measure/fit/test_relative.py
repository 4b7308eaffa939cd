"""Non-negative least squares of relative errors, against other solvers and by its own sums."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import nnls  # type: ignore[import-untyped]  # no hints are shipped
from sklearn.linear_model import LinearRegression

from py.measure.fit import relative as solving
from py.measure.fit.relative import added, solved, sums_by_fold, sums_of

Floats = NDArray[np.float64]


def _drawn(seed: int, rows: int, terms: int) -> Floats:
    """Return positive terms over what was measured; columns differ in scale by many powers."""
    generator = np.random.default_rng(seed)
    scale = 10.0 ** generator.integers(-6, 7, terms)
    return generator.lognormal(0, 1, (rows, terms)) * scale


def _missed(relative: Floats, coefficients: NDArray[np.floating[Any]]) -> float:
    return float(np.sum((relative @ coefficients - 1) ** 2))


@pytest.mark.parametrize("seed", range(12))
def test_the_error_is_that_of_scipys_solver(seed: int) -> None:
    relative = _drawn(seed, 40, 9)
    ours = solved(sums_of(relative))
    theirs, norm = nnls(relative / np.abs(relative).max(axis=0), np.ones(40))
    assert (ours >= 0).all()
    assert _missed(relative, ours) == pytest.approx(norm**2, rel=1e-6)
    assert ours * np.abs(relative).max(axis=0) == pytest.approx(theirs, rel=1e-3, abs=1e-5)


def _best_of_all_subsets(relative: Floats) -> float:
    """Return the least error over every choice of terms whose free fit is not negative."""
    rows, terms = relative.shape
    least = float(rows)
    for count in range(1, terms + 1):
        for places in itertools.combinations(range(terms), count):
            part = relative[:, list(places)]
            found = np.linalg.lstsq(part, np.ones(rows), rcond=None)[0]
            if (found >= 0).all():
                least = min(least, _missed(part, found))
    return least


@pytest.mark.parametrize("seed", range(8))
def test_no_choice_of_terms_does_better(seed: int) -> None:
    relative = np.random.default_rng(seed).lognormal(0, 1, (15, 5))
    assert _missed(relative, solved(sums_of(relative))) == pytest.approx(
        _best_of_all_subsets(relative), rel=1e-6
    )


def test_exact_terms_are_found() -> None:
    terms = _drawn(3, 60, 5)
    truth = np.array([2.0, 0.0, 5e-3, 0.0, 7.0])
    measured = terms @ truth
    found = solved(sums_of(terms / measured[:, None]))
    assert terms @ found == pytest.approx(measured, rel=1e-4)


def test_a_term_that_would_be_negative_is_left_out() -> None:
    size = np.arange(1.0, 30.0)
    measured = 100 - 2 * size
    found = solved(sums_of(np.column_stack([np.ones(29), size]) / measured[:, None]))
    assert found[1] == 0
    assert found[0] > 0


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1e9])
def test_units_of_a_term_change_nothing(scale: float) -> None:
    relative = _drawn(5, 30, 4)
    other = relative.copy()
    other[:, 2] *= scale
    first, second = solved(sums_of(relative)), solved(sums_of(other))
    assert other @ second == pytest.approx(relative @ first, rel=1e-5)


def test_columns_of_zeros_and_equal_columns_are_solved() -> None:
    relative = _drawn(1, 30, 3)
    wide = np.column_stack([relative, np.zeros(30), relative[:, 0]])
    found = solved(sums_of(wide))
    assert found[3] == 0
    assert (found >= 0).all()
    assert wide @ found == pytest.approx(relative @ solved(sums_of(relative)), rel=1e-4)
    assert solved(sums_of(np.zeros((4, 2)))).tolist() == [0, 0]


@given(st.integers(0, 1000), st.sets(st.integers(0, 4), max_size=4))
def test_sums_by_fold_add_up(seed: int, without: set[int]) -> None:
    relative = np.random.default_rng(seed).lognormal(0, 1, (23, 4))
    fold = np.array([place % 5 for place in range(23)])
    parts = sums_by_fold(relative, np.ones(len(relative)), fold, 5)
    left = ~np.isin(fold, list(without))
    whole, found = sums_of(relative[left]), added(parts, without)
    assert found.gram == pytest.approx(whole.gram, rel=1e-12)
    assert found.total == pytest.approx(whole.total, rel=1e-12)


class _Circling:
    """The solver, which gives up so often before it answers."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, **options: Any) -> "_Circling":
        self._solver = LinearRegression(**options)
        return self

    def fit(self, matrix: Floats, target: Floats) -> Any:
        self.left -= 1
        if self.left >= 0:
            raise RuntimeError("Maximum number of iterations reached.")
        return self._solver.fit(matrix, target)


def test_a_solver_that_goes_round_in_circles_gets_terms_further_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    relative = _drawn(1, 40, 9)
    plain = _missed(relative, solved(sums_of(relative)))
    monkeypatch.setattr(solving, "LinearRegression", _Circling(2))
    assert _missed(relative, solved(sums_of(relative))) == pytest.approx(plain, rel=1e-3)
    monkeypatch.setattr(solving, "LinearRegression", _Circling(99))
    with pytest.raises(RuntimeError):
        solved(sums_of(relative))
