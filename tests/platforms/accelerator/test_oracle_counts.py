"""The closed form counts what a walk of the loop nest counts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.platforms.accelerator.oracle import walk
from tests.platforms.accelerator.oracle_cases import (
    all_conventions,
    counted,
    loop_nests,
    mappings,
    problem_from,
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_count_is_what_a_walk_counts(data: st.DataObject) -> None:
    loops = data.draw(loop_nests(), "loops")
    mapping = data.draw(mappings(loops), "mapping")
    for conventions in all_conventions():
        problem = problem_from(loops, conventions)
        assert counted(problem, mapping, conventions) == walk(problem, mapping, conventions), (
            conventions
        )
