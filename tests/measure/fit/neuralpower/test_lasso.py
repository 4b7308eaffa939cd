"""Lasso: by its formula, against scikit-learn's own cross-validation, and what is left out."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LassoCV

from py.measure.fit.folds import folds
from py.measure.fit.neuralpower import lasso


def drawn(rows: int = 120, terms: int = 8) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    generator = np.random.default_rng(3)
    values = generator.normal(size=(rows, terms))
    target = 3 * values[:, 0] - 2 * values[:, 2] + 7 + generator.normal(size=rows)
    return values, target


def test_uncorrelated_terms_shrink_by_the_penalty() -> None:
    """With orthogonal terms of variance 1, b = sign(z) max(|z| - penalty, 0)."""
    generator = np.random.default_rng(2)
    centred = generator.normal(size=(60, 4))
    centred -= centred.mean(axis=0)
    terms = np.linalg.qr(centred)[0] * np.sqrt(60)
    target = terms @ np.array([2.0, -1.0, 0.3, 0.0]) + 5
    found = lasso.Path(terms, target).follow(np.array([0.5]))[:, 0]
    assert found == pytest.approx([1.5, -0.5, 0, 0], abs=1e-9)


def test_the_path_begins_where_no_term_is_left() -> None:
    values, target = drawn()
    terms = lasso.standard(values).apply(values)
    alphas = lasso.penalties(terms, target)
    found = lasso.Path(terms, target).follow(alphas)
    assert np.count_nonzero(found[:, 0]) == 0
    assert np.count_nonzero(found[:, 1]) == 1
    assert alphas[-1] == pytest.approx(alphas[0] * lasso.LEAST_OF_MOST)
    assert np.all(np.diff(alphas) < 0)


def test_cross_validation_is_that_of_scikit_learn() -> None:
    values, target = drawn()
    terms = lasso.standard(values).apply(values)
    alphas = lasso.penalties(terms, target)
    fold = folds(len(target))
    numbers = np.array(fold)
    splits = [(np.flatnonzero(numbers != k), np.flatnonzero(numbers == k)) for k in range(10)]
    theirs = LassoCV(alphas=alphas, cv=splits, tol=1e-8, max_iter=10_000).fit(terms, target)
    ours = lasso.cross_validated(terms, target, alphas, fold)
    # Folds are equally large, so that the mean over folds is the mean over rows.
    expected = np.sqrt(theirs.mse_path_.mean(axis=1))
    assert ours == pytest.approx(expected[: len(ours)], rel=1e-3)
    assert alphas[int(np.argmin(ours))] == theirs.alpha_
    fitted = lasso.Path(terms, target)
    last = fitted.follow(alphas[: int(np.argmin(ours)) + 1])[:, -1]
    assert last == pytest.approx(theirs.coef_, abs=1e-3)
    assert fitted.intercept == pytest.approx(theirs.intercept_)
    assert fitted.converged


def test_the_path_ends_where_it_only_gets_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(9)
    values, target = generator.normal(size=(60, 40)), generator.normal(size=60)
    terms = lasso.standard(values).apply(values)
    alphas = lasso.penalties(terms, target)
    short = lasso.cross_validated(terms, target, alphas, folds(60))
    monkeypatch.setattr(lasso, "PATIENCE", 1000)
    full = lasso.cross_validated(terms, target, alphas, folds(60))
    assert len(short) < len(full) == lasso.PENALTIES
    assert short == pytest.approx(full[: len(short)], rel=1e-3)
    assert np.argmin(short) == np.argmin(full)


def test_constant_and_repeated_terms_are_left_out() -> None:
    values, _ = drawn(terms=3)
    doubled = np.column_stack(
        [values, np.full(len(values), 4.0), 3 * values[:, 1] + 2, -values[:, 0]]
    )
    how = lasso.standard(doubled)
    assert how.kept.tolist() == [0, 1, 2]
    ready = how.apply(doubled)
    assert ready.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-12)
    assert ready.std(axis=0) == pytest.approx([1, 1, 1])
    assert lasso.standard(np.full((5, 2), 3.0)).kept.size == 0
