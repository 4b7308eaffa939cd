"""Which rows a plot shows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from py.measure.report.thinning import shown


@given(
    st.lists(st.floats(min_value=1e-6, max_value=1e3), min_size=1, max_size=300),
    st.integers(min_value=0, max_value=20),
    st.integers(min_value=21, max_value=120),
)
def test_the_worst_are_always_shown_and_the_others_evenly(
    values: list[float], worst: int, most: int
) -> None:
    bad = list(range(min(worst, len(values))))
    first, others = shown(np.array(values), bad, most)
    assert sorted(first) == bad
    assert not set(first) & set(others)
    assert len(first) + len(others) == min(len(values), most)
    drawn = [values[place] for place in others]
    assert drawn == sorted(drawn)
    left = sorted(value for place, value in enumerate(values) if place not in set(bad))
    if len(others) >= 2:
        assert (drawn[0], drawn[-1]) == (left[0], left[-1])
