"""The sequence by hand, and that it fills a box more evenly than chance does."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.plans.halton import halton

POINTS = 512


def test_the_first_points_by_hand() -> None:
    """Digits mirrored at the point: of 1 to 4 in base 2, and in base 3."""
    assert [halton(index, 1)[0] for index in (1, 2, 3, 4)] == [1 / 2, 1 / 4, 3 / 4, 1 / 8]
    assert [halton(index, 2)[1] for index in (1, 2, 3, 4)] == pytest.approx(
        [1 / 3, 2 / 3, 1 / 9, 4 / 9]
    )
    assert halton(6, 3) == pytest.approx((3 / 8, 2 / 9, 6 / 25))  # 110, 20 and 11


@given(st.integers(1, 10**9), st.integers(1, 8))
def test_points_are_inside(index: int, dimensions: int) -> None:
    point = halton(index, dimensions)
    assert len(point) == dimensions
    assert all(0 < value < 1 for value in point)


@pytest.mark.parametrize(("index", "dimensions"), [(0, 1), (-1, 1), (1, 0), (1, 9)])
def test_what_has_no_point(index: int, dimensions: int) -> None:
    with pytest.raises(ValueError, match="an index from 1, 1 to 8 dimensions, got"):
        halton(index, dimensions)


def discrepancy(points: Sequence[Sequence[float]]) -> float:
    """Return how far the share of points in a box from the origin is from its area, at worst over
    a grid of boxes (the star discrepancy, nearly)."""
    grid = [(place + 1) / 16 for place in range(16)]
    return max(
        abs(sum(x < across and y < up for x, y in points) / len(points) - across * up)
        for across in grid
        for up in grid
    )


@pytest.mark.parametrize("axes", [(0, 1), (1, 2), (0, 5), (4, 5)])
def test_it_is_more_even_than_chance(axes: tuple[int, int]) -> None:
    even = discrepancy(
        [(point[axes[0]], point[axes[1]]) for point in (halton(1 + i, 6) for i in range(POINTS))]
    )
    drawn = []
    for seed in range(5):
        source = random.Random(seed)
        drawn.append(discrepancy([(source.random(), source.random()) for _ in range(POINTS)]))
    assert even < min(drawn)


@pytest.mark.parametrize("axis", range(8))
def test_every_beginning_fills_each_axis(axis: int) -> None:
    for count in (50, 100, 400):
        values = sorted(halton(1 + index, 8)[axis] for index in range(count))
        gaps = [late - early for early, late in zip([0.0, *values], [*values, 1.0], strict=True)]
        assert max(gaps) < 20 / count
