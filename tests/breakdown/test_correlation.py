"""Rank correlations against textbook values and against their definitions, pair by pair."""

import math
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.breakdown.correlation import Ranked, kendall, spearman

Column = Sequence[float]
#: Few different values, so that ties are common.
COLUMNS = st.integers(2, 12).flatmap(
    lambda n: st.tuples(
        *[st.lists(st.sampled_from([0.0, 1.0, 2.5, 7.0, 1e9]), min_size=n, max_size=n)] * 2
    )
)


def rho(first: Column, second: Column) -> float | None:
    return spearman(Ranked.of(first), Ranked.of(second))


def tau(first: Column, second: Column) -> float | None:
    return kendall(Ranked.of(first), Ranked.of(second))


def tau_by_pairs(first: Column, second: Column) -> float:
    """tau-b of every pair looked at (Kendall 1945, The treatment of ties in ranking problems)."""
    same = opposite = only_first = only_second = 0
    for i in range(len(first)):
        for j in range(i):
            a, b = first[i] - first[j], second[i] - second[j]
            if a * b > 0:
                same += 1
            elif a * b < 0:
                opposite += 1
            elif a or b:
                only_first += not a
                only_second += not b
    untied = same + opposite
    return (same - opposite) / math.sqrt((untied + only_first) * (untied + only_second))


def ranks_by_counting(column: Column) -> list[Fraction]:
    """One more than those below, and half of the others that are the same."""
    return [
        1 + sum(x < own for x in column) + Fraction(sum(x == own for x in column) - 1, 2)
        for own in column
    ]


def pearson(first: Sequence[Fraction], second: Sequence[Fraction]) -> float:
    def mean(values: Sequence[Fraction]) -> Fraction:
        return sum(values, Fraction(0)) / len(values)

    a, b = ([value - mean(column) for value in column] for column in (first, second))
    both = sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))
    own, other = (float(sum((x * x for x in column), Fraction(0))) for column in (a, b))
    return float(both) / math.sqrt(own * other)


def test_textbook_without_ties() -> None:
    """The example of hours of television against IQ: rho is -29/165."""
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    assert rho(iq, hours) == pytest.approx(-29 / 165, rel=1e-11)


def test_textbook_with_ties() -> None:
    """What SciPy's documentation prints for spearmanr and kendalltau (variant b)."""
    assert rho([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]) == pytest.approx(0.8207826816681233, rel=1e-11)
    found = tau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])
    assert found == pytest.approx(-0.47140452079103173, rel=1e-11)


def test_ties_share_the_mean_of_their_ranks() -> None:
    assert Ranked.of([5.0, 1.0, 5.0, 5.0]).doubled == (6, 2, 6, 6)


@given(COLUMNS)
def test_both_are_as_defined(columns: tuple[list[float], list[float]]) -> None:
    first, second = columns
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert rho(first, second) is None
        assert tau(first, second) is None
        return
    assert tau(first, second) == pytest.approx(tau_by_pairs(first, second), abs=1e-11)
    by_counting = pearson(ranks_by_counting(first), ranks_by_counting(second))
    assert rho(first, second) == pytest.approx(by_counting, abs=1e-11)


@given(COLUMNS)
def test_each_is_the_same_both_ways_and_turns_with_the_order(
    columns: tuple[list[float], list[float]],
) -> None:
    first, second = columns
    backwards = [-value for value in second]
    for correlation in (rho, tau):
        found = correlation(first, second)
        assert correlation(second, first) == found
        turned = correlation(first, backwards)
        assert turned == (None if found is None else -found)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=30))
def test_a_column_ranks_itself(column: list[float]) -> None:
    expected = None if len(set(column)) == 1 else 1.0
    assert (rho(column, column), tau(column, column)) == (expected, expected)


def test_columns_are_of_one_length() -> None:
    for correlation in (rho, tau):
        with pytest.raises(ValueError, match="zip"):
            correlation([1.0, 2.0], [1.0])
