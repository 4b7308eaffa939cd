"""The mapper against all mappings of small spaces, each walked."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.platforms.accelerator.mapper.search import best_mapping
from tests.platforms.accelerator.nest import brute
from tests.platforms.accelerator.nest.cases import BITS, Asked, asked, costs, priced
from tests.platforms.accelerator.nest.walk import compute_cycles, walk

MOST = 3000


@settings(max_examples=300)
@given(asked(), st.data())
def test_the_mapper_finds_what_brute_force_finds(case: Asked, data: st.DataObject) -> None:
    problem, machine, space = case
    assume(brute.at_most(problem, machine, space, MOST))
    cost = data.draw(costs(machine))
    best = brute.best(problem, machine, space, BITS, priced(cost))
    if best is None:
        with pytest.raises(JoulegraphError, match="fits"):
            best_mapping(problem, machine, space, BITS, cost)
        return
    found = best_mapping(problem, machine, space, BITS, cost)
    assert brute.belongs(problem, machine, space, found.mapping)
    assert (found.energy, found.cycles) == best[:2]
    assert priced(cost)(walk(problem, machine, found.mapping)) == found.energy
    assert compute_cycles(problem, machine, found.mapping) == found.cycles
