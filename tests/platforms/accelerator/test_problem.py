"""The rows that strips read, in closed form, against going through the strips."""

from hypothesis import given, settings
from hypothesis import strategies as st

from py.layers import LoopNest
from py.platforms.accelerator.problem import Problem, ceil_div, tile_sizes


@given(
    st.integers(1, 60), st.integers(1, 5), st.integers(1, 3), st.integers(1, 2), st.integers(0, 9),
    st.integers(0, 40), st.integers(1, 60), st.booleans(),
)  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_rows_of_all_strips(
    p: int, r: int, stride: int, dilation: int, before: int, less: int, e: int, fetched: bool
) -> None:
    needed = (p - 1) * stride + (r - 1) * dilation + 1
    h = max(1, needed - before - less)
    loops = LoopNest(
        n=1, g=1, m=1, c=1, p=p, q=1, r=r, s=1, h=h, w=1,
        stride=(stride, 1), dilation=(dilation, 1),
        padding=(before, 0, max(0, needed - before - h), 0),
    )  # fmt: skip
    problem = Problem(loops, loops.macs, p, halo_kept=False, padding_fetched=fetched, pieces="")
    expected = 0
    for first in range(0, p, e):
        start = first * stride
        end = (min(first + e, p) - 1) * stride + (r - 1) * dilation + 1
        rows = range(start, end) if fetched else range(max(start, before), min(end, before + h))
        expected += len(rows)
    assert problem.ifmap_rows(e) == expected


@given(st.integers(1, 500), st.integers(1, 600))
def test_tile_sizes_are_all_that_matter(extent: int, most: int) -> None:
    sizes = {ceil_div(extent, trips) for trips in range(1, extent + 1)}
    assert tile_sizes(extent, most) == tuple(sorted(size for size in sizes if size <= most))
