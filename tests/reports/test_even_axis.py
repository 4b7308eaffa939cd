"""An axis with even steps: what it names lies on it, and its ends are where they should be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.reports.even_axis import EvenAxis


@given(
    low=st.floats(-1e6, 1e6, allow_subnormal=False),
    span=st.floats(1e-3, 1e6, allow_subnormal=False),
)
def test_what_is_named_is_on_the_axis_at_even_steps(low: float, span: float) -> None:
    axis = EvenAxis(low, low + span, 10.0, 110.0)
    named = axis.named()
    assert len(named) <= 7
    slack = span * 1e-3 + abs(low) * 1e-5
    assert all(low - slack <= one <= low + span + slack for one in named)
    assert named == sorted(named)
    assert axis.place(low) == 10.0
    assert axis.place(low + span) == pytest.approx(110.0)
    assert axis.place(low - 1) == 10.0
    assert axis.place(low + span + 1) == 110.0


def test_a_usual_axis_has_round_names() -> None:
    assert EvenAxis(0.0, 62.0, 0.0, 1.0).named() == [0, 10, 20, 30, 40, 50, 60]
    assert EvenAxis(9.8, 10.4, 0.0, 1.0).named() == [9.8, 9.9, 10.0, 10.1, 10.2, 10.3, 10.4]


def test_an_axis_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="low < high"):
        EvenAxis(1.0, 1.0, 0.0, 1.0)
