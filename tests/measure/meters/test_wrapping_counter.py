"""However a counter wraps, what it grew by is not lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.meters.meter import MeterError
from py.measure.meters.wrapping_counter import MARGIN, UPPER_POWER_W, WrappingCounter, safe_period_s


@given(
    range_uj=st.integers(100_000_000, 2**50),
    start=st.floats(0, 1),
    shares=st.lists(st.floats(0, 1), max_size=60),
)
def test_read_at_the_safe_pace_the_total_is_the_sum_of_all_steps(
    range_uj: int, start: float, shares: list[float]
) -> None:
    """At any power up to the upper one, from any first reading, through any number of wraps."""
    period_s = safe_period_s(range_uj / 1e6)
    at_uj = int(start * (range_uj - 1))
    counter = WrappingCounter("zone", range_uj / 1e6, at_uj / 1e6, 0.0)
    grown_uj, now_s = 0, 0.0
    for share in shares:
        now_s += period_s
        grown_uj += int(share * UPPER_POWER_W * period_s * 1e6)
        counter.add(((at_uj + grown_uj) % range_uj) / 1e6, now_s)
    assert counter.total_j == pytest.approx(grown_uj / 1e6, rel=1e-9, abs=1e-5)


def test_at_the_upper_power_it_is_read_several_times_a_wrap() -> None:
    assert safe_period_s(262_143.0) * MARGIN * UPPER_POWER_W == pytest.approx(262_143.0)
    assert MARGIN > 2


@pytest.mark.parametrize(
    ("value_j", "now_s", "words"),
    [
        (1_000.5, 0.1, "beyond its own range of 1000.000000 J"),
        (500.0, 0.5, "was not read for 0.5 s"),
    ],
)
def test_what_can_not_be_undone_is_an_error(value_j: float, now_s: float, words: str) -> None:
    counter = WrappingCounter("zone", 1_000.0, 0.0, 0.0)
    with pytest.raises(MeterError, match=words):
        counter.add(value_j, now_s)
    assert counter.total_j == 0.0


def test_a_leap_that_no_processor_could_make_is_an_error() -> None:
    counter = WrappingCounter("zone", None, 0.0, 0.0)
    with pytest.raises(MeterError, match="it was reset"):
        counter.add(1e6, 1.0)
