"""Points of a picture: where they stand, and that each row is drawn or told of."""

import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.reports.axis import Axis
from py.reports.even_axis import EvenAxis
from py.sweep.summary.plots.cloud import Cloud, along
from py.sweep.summary.plots.labels import labels

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


@given(
    st.lists(
        st.tuples(
            st.tuples(st.floats(84, 466), st.floats(10, 346)),
            st.text("abc", min_size=1, max_size=24),
        ),
        max_size=40,
    )
)
def test_names_cover_neither_points_nor_each_other(
    named: list[tuple[tuple[float, float], str]],
) -> None:
    points = [at for at, _ in named]
    boxes = []
    for part in labels(named, points):
        found = re.fullmatch(
            r'<text class="name( end)?" x="([\d.]+)" y="([\d.]+)">(.+)</text>', part
        )
        assert found is not None
        at, base, long = float(found[2]), float(found[3]), 8.6 * len(found[4])
        left = at - long if found[1] else at
        assert 83.9 <= left <= left + long <= 466.1
        boxes.append((left, base - 4.5, left + long))
    for one, other in combinations(boxes, 2):
        assert abs(one[1] - other[1]) > 15.8 or one[2] <= other[0] + 0.2 or other[2] <= one[0] + 0.2
    for x, y in points:
        assert not any(left < x < right and abs(y - base) < 8 for left, base, right in boxes)
    assert len(boxes) <= 16
