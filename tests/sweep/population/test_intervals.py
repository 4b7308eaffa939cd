"""Intervals of many candidates are those that ``py.platforms.measured.totals`` has for one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.platforms.measured.totals import summed
from py.sweep.population.exact import tables
from py.sweep.population.intervals import Widths, ends, numbered
from tests.sweep.population.test_exact import CANDIDATES, block_of

POSITIVE = st.floats(1e-9, 1e9)
LAYERS = st.lists(
    # Its group, its value, how far below and above: a bias of the fit may be on one side.
    st.tuples(st.integers(0, 3), POSITIVE, st.floats(-0.5, 1.0), st.floats(-0.5, 3.0)),
    min_size=6,
    max_size=6,
)
CORRELATIONS = st.sampled_from([None, 0.0, 0.3, 0.97, 1.0])


def near(found: float, expected: float, scale: float) -> bool:
    return abs(found - expected) <= 2 * math.ulp(max(abs(expected), scale))


@given(LAYERS, CANDIDATES, CORRELATIONS)
def test_ends_are_those_of_single_totals(
    layers: list[tuple[int, float, float, float]],
    candidates: list[list[int]],
    correlation: float | None,
) -> None:
    rows = [
        (group, value, (value * (1 - below), value * (1 + above)))
        for group, value, below, above in layers
    ]
    column = np.array([[value] for _, value, _ in rows] + [[0.0]])
    low = np.array([[own[0]] for _, _, own in rows] + [[0.0]])
    high = np.array([[own[1]] for _, _, own in rows] + [[0.0]])
    groups = numbered([group for group, _, _ in rows] + ["empty"])
    widths, numbers = Widths(groups, column, column - low, high - column).by_group()
    (table,) = tables(block_of(candidates), empty=6)
    lows, highs = ends(numbers[table], widths, correlation)
    for place, own in enumerate(candidates):
        expected = summed([rows[number] for number in own], correlation)
        scale = math.fsum(rows[number][1] * 4 for number in own)
        assert near(float(lows[place, 0]), expected[0], scale)
        assert near(float(highs[place, 0]), expected[1], scale)


def test_alike_layers_add_up_and_others_average_out() -> None:
    same = Widths(numbered(["a", "a", "e"]), *[np.array([[3.0], [3.0], [0.0]])] * 3)
    other = same._replace(groups=numbered(["a", "b", "e"]))
    (table,) = tables(block_of([[0, 1]]), empty=2)
    assert ends(table, same, 0.0)[1].tolist() == [[12.0]]
    assert ends(table, other, 0.0)[1].tolist() == [[6.0 + math.sqrt(18.0)]]
    assert ends(table, other, None)[1].tolist() == [[12.0]]


def test_an_end_that_is_not_known_makes_the_totals_unknown() -> None:
    column = np.array([[1.0], [2.0], [0.0]])
    below = np.array([[0.5], [math.nan], [0.0]])
    widths = Widths(numbered(["a", "b", "e"]), column, below, below)
    (table,) = tables(block_of([[0, 0], [0, 1]]), empty=2)
    for correlation in (None, 0.5):
        low, high = ends(table, widths, correlation)
        assert [low[0, 0], high[0, 0]] == pytest.approx([1.0, 3.0])
        assert np.isnan([low[1, 0], high[1, 0]]).all()
