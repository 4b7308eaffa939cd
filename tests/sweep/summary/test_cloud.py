"""Points of a picture: where they stand, and that each row is drawn or told of."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.reports.axis import Axis
from py.reports.even_axis import EvenAxis
from py.sweep.summary.plots.cloud import Cloud, along

_AXES = st.sampled_from([Axis(0.5, 4000.0, 84.0, 466.0), EvenAxis(0.5, 4000.0, 346.0, 10.0)])


@given(_AXES, st.lists(st.floats(0.5, 4000.0), min_size=1))
def test_many_values_stand_where_each_does(axis: Axis | EvenAxis, values: list[float]) -> None:
    places = along(axis, np.array(values))
    assert places.tolist() == pytest.approx([axis.place(value) for value in values])


@given(
    st.lists(st.tuples(st.floats(0, 480), st.floats(0, 400)), min_size=1, max_size=200),
    st.integers(1, 60),
)
def test_points_are_few_and_stand_for_all(spots: list[tuple[float, float]], most: int) -> None:
    x, y = np.array(spots).T
    parts, drawn = Cloud(np.arange(len(spots)), x, y, lambda place: f"row {place}").drawn(most)
    assert len(parts) == drawn <= most
    others = [int(found) for part in parts for found in re.findall(r"; (\d+) more here", part)]
    assert len(parts) + int(np.sum(others)) == len(spots)
    assert len(set(re.findall(r"row \d+", "".join(parts)))) == drawn
