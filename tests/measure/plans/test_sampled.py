"""Samples of shapes: different, in bounds, spread over sizes, and the same however many."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.plans.sampled import FAMILIES, sampled
from py.measure.plans.work import elements_of, macs_of, workload_of_shape

MACS, ELEMENTS = 300_000_000, 40_000_000


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_sample_is_of_different_shapes_in_bounds(family: str) -> None:
    found = sampled(family, 60, most_macs=MACS, most_elements=ELEMENTS)
    assert len(found) == len(set(found)) == 60
    for shape in found:
        assert (macs_of(shape) or 0) <= MACS
        assert elements_of(shape) <= ELEMENTS
        assert workload_of_shape(shape).ofmap_elements > 0


@given(st.sampled_from(sorted(FAMILIES)), st.integers(1, 30), st.integers(0, 30))
def test_a_smaller_sample_begins_a_larger_one(family: str, count: int, more: int) -> None:
    few = sampled(family, count, most_macs=MACS, most_elements=ELEMENTS)
    many = sampled(family, count + more, most_macs=MACS, most_elements=ELEMENTS)
    assert many[:count] == few


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_batches_are_one_in_about_half_and_more_in_others(family: str) -> None:
    found = [FAMILIES[family](index) for index in range(1, 401)]
    if family == "product":  # its rows are no batch
        return
    alone = Counter(shape.batch for shape in found)[1] / len(found)
    assert 0.4 < alone < 0.95
    assert max(shape.batch for shape in found) >= 128


@pytest.mark.parametrize("family", ["convolution", "depthwise", "pool", "fully connected"])
def test_channels_are_spread_by_their_logarithm(family: str) -> None:
    """Each of the factors of four has its part."""
    counts = Counter(
        (shape.cin or 1).bit_length() // 2
        for shape in (FAMILIES[family](index) for index in range(1, 401))
    )
    assert len(counts) >= 3
    assert max(counts.values()) < 4 * 400 / len(counts)


def test_whole_blocks_but_for_the_family_that_has_none() -> None:
    for family in ("convolution", "depthwise", "grouped", "pool"):
        for index in range(1, 200):
            assert (FAMILIES[family](index).cin or 0) % 16 == 0
    odd = [FAMILIES["uneven"](index).cin or 0 for index in range(1, 200)]
    assert sum(channels % 16 != 0 for channels in odd) > 150


def test_bounds_that_leave_no_room_end() -> None:
    assert sampled("convolution", 5, most_macs=1, most_elements=1) == ()
