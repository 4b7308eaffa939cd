"""The closed form of the counts against the walk, word by word."""

from hypothesis import given, settings

from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.fills import Fills
from tests.platforms.accelerator.nest.cases import Mapped, mapped
from tests.platforms.accelerator.nest.walk import compute_cycles, walk


@settings(max_examples=200)
@given(mapped())
def test_the_closed_form_counts_what_a_walk_counts(case: Mapped) -> None:
    assert accesses(*case) == dict(walk(*case))


@settings(max_examples=100)
@given(mapped())
def test_compute_takes_the_cycles_that_a_walk_takes(case: Mapped) -> None:
    assert Fills(*case).compute_cycles() == compute_cycles(*case)
