"""The number of mappings of a space against all of them, one after the other."""

from dataclasses import replace
from itertools import islice

from hypothesis import assume, given, settings

from py.platforms.accelerator.mapper.number import number_of_mappings
from tests.platforms.accelerator.nest import brute
from tests.platforms.accelerator.nest.cases import Asked, asked

MOST = 20_000


@settings(max_examples=150)
@given(asked())
def test_as_many_as_there_are(case: Asked) -> None:
    problem, machine, space = case
    alone = replace(
        machine,
        axes=tuple(axis for axis in machine.axes for _ in "x")[:1],
        unrolls=tuple(loops[:1] for loops in machine.unrolls)[:1],
    )
    found = list(islice(brute.mappings(problem, alone, space), MOST + 1))
    assume(len(found) <= MOST)
    assert number_of_mappings(problem, alone, space) == len(found)
