"""Folds are the same everywhere, as large as one another, and cover every row once."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.fit.folds import FOLDS, SEED, folds


@given(st.integers(10, 500), st.integers(0, 2**32), st.integers(2, 10))
def test_every_fold_has_its_share(count: int, seed: int, parts: int) -> None:
    sizes = Counter(folds(count, seed, parts))
    assert set(sizes) == set(range(parts))
    assert max(sizes.values()) - min(sizes.values()) <= 1
    assert folds(count, seed, parts) == folds(count, seed, parts)


def test_the_folds_of_a_seed_never_change() -> None:
    """The numbers of Python's Mersenne Twister, by which rows are sorted, are promised."""
    assert (SEED, FOLDS) == (2017, 10)
    assert folds(12) == (1, 3, 2, 6, 7, 9, 5, 8, 0, 0, 4, 1)


def test_another_seed_gives_other_folds() -> None:
    assert folds(100, 1) != folds(100, 2)


def test_fewer_rows_than_folds_are_refused() -> None:
    for count, parts in ((9, 10), (5, 1)):
        with pytest.raises(ValueError, match=f"got {parts} for {count} rows"):
            folds(count, parts=parts)
