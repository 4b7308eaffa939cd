"""Intervals of sums, and calibration."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.platforms.measured.calibration import Calibration, factor
from py.platforms.measured.totals import BOUND, rule_of, summed

Layer = tuple[str, float, tuple[float, float]]

VALUES = st.floats(1e-6, 1e3)
SHARES = st.floats(0.0, 0.95)


@st.composite
def layers(draw: st.DrawFn) -> list[Layer]:
    found = []
    for key in draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12)):
        value = draw(VALUES)
        found.append((key, value, (value * (1 - draw(SHARES)), value * (1 + 3 * draw(SHARES)))))
    return found


def total(rows: list[Layer]) -> float:
    return math.fsum(value for _, value, _ in rows)


@given(layers(), st.floats(0.0, 1.0))
def test_a_sum_lies_inside_and_grows_with_the_correlation(rows: list[Layer], share: float) -> None:
    low, high = summed(rows, share)
    assert 0 <= low <= total(rows) <= high
    apart, bound = summed(rows, 0.0), summed(rows, 1.0)
    near = 1e-9 * bound[1]
    assert bound[0] - near <= low <= apart[0] + near
    assert apart[1] - near <= high <= bound[1] + near


@given(layers())
def test_full_correlation_adds_up_the_ends_and_is_the_bound(rows: list[Layer]) -> None:
    low, high = summed(rows, None)
    assert (low, high) == summed(rows, 1.0)
    assert low == pytest.approx(math.fsum(ends[0] for _, _, ends in rows), rel=1e-9, abs=1e-12)
    assert high == pytest.approx(math.fsum(ends[1] for _, _, ends in rows), rel=1e-9)


@given(layers())
def test_without_correlation_widths_of_different_layers_add_up_as_squares(
    rows: list[Layer],
) -> None:
    different = [(str(place), value, ends) for place, (_, value, ends) in enumerate(rows)]
    low, high = summed(different, 0.0)
    below = math.sqrt(math.fsum((value - ends[0]) ** 2 for _, value, ends in rows))
    above = math.sqrt(math.fsum((ends[1] - value) ** 2 for _, value, ends in rows))
    assert high - total(rows) == pytest.approx(above, rel=1e-6, abs=1e-9)
    assert low == pytest.approx(max(0.0, total(rows) - below), rel=1e-6, abs=1e-9)


@given(VALUES, SHARES, SHARES, st.integers(1, 50), st.none() | st.floats(0.0, 1.0))
def test_layers_that_are_the_same_are_off_by_the_same(
    value: float, below: float, above: float, count: int, share: float | None
) -> None:
    ends = (value * (1 - below), value * (1 + above))
    low, high = summed([("same", value, ends)] * count, share)
    assert low == pytest.approx(count * ends[0], rel=1e-9, abs=1e-12)
    assert high == pytest.approx(count * ends[1], rel=1e-9)


@given(layers(), st.none() | st.floats(0.0, 1.0))
def test_the_order_of_layers_changes_nothing(rows: list[Layer], share: float | None) -> None:
    assert summed(rows, share) == pytest.approx(summed(rows[::-1], share), rel=1e-12)


def test_two_of_three_worked_by_hand() -> None:
    rows: list[Layer] = [("a", 10.0, (7.0, 13.0)), ("b", 20.0, (16.0, 24.0))]
    assert summed(rows, 0.0) == pytest.approx((25.0, 35.0))
    assert summed(rows, 1.0) == pytest.approx((23.0, 37.0))
    width = math.sqrt(0.5 * (9 + 16) + 0.5 * 49)
    assert summed(rows, 0.5) == pytest.approx((30 - width, 30 + width))


def test_the_rule_says_how() -> None:
    assert rule_of(None) == BOUND
    assert "0.25" in rule_of(0.25)
    assert "bound" in BOUND


@given(VALUES, VALUES)
def test_one_network_is_met_exactly(measured: float, predicted: float) -> None:
    assert predicted * factor([measured], [predicted]) == pytest.approx(measured, rel=1e-11)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=9))
def test_several_networks_are_missed_equally(pairs: list[tuple[float, float]]) -> None:
    found = factor([one for one, _ in pairs], [other for _, other in pairs])
    left = [math.log(predicted * found / measured) for measured, predicted in pairs]
    assert math.fsum(left) / len(left) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("measured", "predicted"),
    [([], []), ([1.0], []), ([0.0], [1.0]), ([1.0], [-1.0]), ([math.inf], [1.0])],
)
def test_no_factor_of_nonsense(measured: list[float], predicted: list[float]) -> None:
    with pytest.raises(ValueError, match="factor"):
        factor(measured, predicted)


@pytest.mark.parametrize(
    "given_", [(0.0, None, 1), (math.nan, None, 1), (1e7, None, 1), (1.0, 0.0, 1), (1.0, None, 0)]
)
def test_no_calibration_of_nonsense(given_: tuple[float, float | None, int]) -> None:
    with pytest.raises(ValueError, match="Calibration"):
        Calibration(*given_)
