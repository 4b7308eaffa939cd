"""Sums of many candidates at once are those of ``math.fsum``."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.sweep.population import exact
from py.sweep.population.exact import Sum, sums, tables
from py.sweep.population.population import Block

NUMBERS = st.floats(-1e12, 1e12, allow_subnormal=False)
CANDIDATES = st.lists(st.lists(st.integers(0, 5), max_size=9), min_size=1, max_size=20)


def block_of(candidates: list[list[int]]) -> Block:
    flat = [number for own in candidates for number in own]
    lengths = [len(own) for own in candidates]
    return Block(np.array(flat, np.int32), np.cumsum([0, *lengths], dtype=np.int64))


def within_a_rounding(found: float, values: list[float]) -> bool:
    """Whether a sum is fsum's, or the exact one lies in the middle as far as 105 bits can say."""
    best = math.fsum(values)
    if found == best:
        return True
    exactly = sum(map(Fraction, values), Fraction())
    size = sum((abs(Fraction(value)) for value in values), Fraction())
    middle = (Fraction(found) + Fraction(best)) / 2
    return abs(exactly - middle) <= len(values) * size / 2**105


@given(st.lists(NUMBERS, min_size=6, max_size=6), CANDIDATES)
def test_sums_are_those_of_fsum(values: list[float], candidates: list[list[int]]) -> None:
    columns = np.array([[value, -2.0 * value] for value in [*values, 0.0]])
    (table,) = tables(block_of(candidates), empty=6)
    found = sums(table, columns)
    for place, own in enumerate(candidates):
        each = [values[number] for number in own]
        assert within_a_rounding(float(found[place, 0]), each)
        assert found[place, 1] == -2.0 * found[place, 0]


def test_what_plain_addition_loses_is_kept() -> None:
    columns = np.array([[1e16], [1.0], [-1e16], [0.0]])
    table = next(tables(block_of([[0, 1, 1, 1, 2], [1, 0, 2], [2, 1, 0]]), empty=3))
    assert sums(table, columns)[:, 0].tolist() == [3.0, 1.0, 1.0]
    plain = 1e16
    for value in (1.0, 1.0, 1.0, -1e16):
        plain += value
    assert plain != 3.0


def test_the_unknown_stays() -> None:
    columns = np.array([[1.0, math.nan], [2.0, 2.0], [0.0, 0.0]])
    found = sums(next(tables(block_of([[0, 1], [1, 1], []]), empty=2)), columns)
    assert found[:, 0].tolist() == [3.0, 4.0, 0.0]
    assert math.isnan(found[0, 1])
    assert found[1:, 1].tolist() == [4.0, 0.0]


@given(CANDIDATES, st.integers(1, 30), st.integers(1, 5))
def test_tables_have_every_candidate_in_order(
    candidates: list[list[int]], cells: int, most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "_MOST_CELLS", cells)
        patch.setattr(exact, "_MOST_CANDIDATES", most)
        found = []
        for table in tables(block_of(candidates), empty=9):
            assert table.shape[1] <= most
            assert table.size <= cells or table.shape[1] == 1
            for own in table.T.tolist():
                layers = [number for number in own if number != 9]
                assert own[: len(layers)] == layers
                found.append(layers)
    assert found == candidates


@given(st.lists(st.tuples(st.booleans(), NUMBERS), min_size=1, max_size=12))
def test_a_sum_begins_anew_where_it_is_told(steps: list[tuple[bool, float]]) -> None:
    running, since = Sum((2, 1)), list[float]()
    every = []
    for new, value in steps:
        running.restart(np.array([[new], [False]]), np.full((2, 1), value))
        since = [value] if new else [*since, value]
        every.append(value)
    assert within_a_rounding(float(running.high[0, 0]), since)
    assert within_a_rounding(float(running.high[1, 0]), every)
