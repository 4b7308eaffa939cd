"""A small model first, a larger one for the rest: papers/002, section 3.3."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.compared.cascade import cascade_of
from py.errors import JoulegraphError
from tests.compared.made import costing


def test_two_models_by_hand() -> None:
    """All inputs cost 1 J; the fifth of them that is hard costs 10 J more."""
    found = cascade_of([costing("small", 1.0, 2.0, pass_on=0.2), costing("large", 10.0, 4.0)])
    assert found is not None
    assert [(stage.run, stage.reached) for stage in found.stages] == [(0, 1.0), (1, 0.2)]
    assert found.expected["energy_j"] == pytest.approx(3.0)
    assert found.expected["time_s"] == pytest.approx(2.8)
    assert found.alone["energy_j"] == 10.0
    assert found.ratios["energy_j"] == pytest.approx(0.3)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1)), min_size=2, max_size=8),
)
def test_the_sum_over_stages_of_what_gets_there(stages: list[tuple[float, float]]) -> None:
    """Against the recursion: a stage costs its own, and what follows for the share it passes on."""

    def expected(at: int) -> float:
        energy, onwards = stages[at]
        return energy if at == len(stages) - 1 else energy + onwards * expected(at + 1)

    last = len(stages) - 1
    found = cascade_of(
        [
            costing(str(at), energy, pass_on=None if at == last else onwards)
            for at, (energy, onwards) in enumerate(stages)
        ]
    )
    assert found is not None
    assert found.expected["energy_j"] == pytest.approx(expected(0), rel=1e-9, abs=1e-300)
    assert found.alone["energy_j"] == stages[-1][0]


def test_passing_on_everything_costs_all_and_nothing_the_first_alone() -> None:
    for onwards, energy in ((1.0, 11.0), (0.0, 1.0)):
        found = cascade_of([costing("a", 1.0, pass_on=onwards), costing("b", 10.0)])
        assert found is not None
        assert found.expected["energy_j"] == energy


def test_what_nobody_reaches_need_not_be_known() -> None:
    for onwards, energy in ((0.5, None), (0.0, 1.0)):
        found = cascade_of([costing("a", 1.0, pass_on=onwards), costing("b", None)])
        assert found is not None
        assert found.expected["energy_j"] == energy
        assert found.ratios["energy_j"] is None


def test_others_may_stand_around_it() -> None:
    found = cascade_of(
        [costing("x", 5.0), costing("a", 1.0, pass_on=0.1), costing("b", 2.0), costing("y", 7.0)]
    )
    assert found is not None
    assert [stage.run for stage in found.stages] == [1, 2]
    assert math.isclose(found.expected["energy_j"] or 0, 1.2)


def test_without_a_share_there_is_none() -> None:
    assert cascade_of([costing("a", 1.0), costing("b", 2.0)]) is None


def test_a_cascade_has_an_end_and_is_one() -> None:
    a, b = costing("a", 1.0, pass_on=0.5), costing("b", 1.0)
    c = costing("c", 1.0, pass_on=0.5)
    for runs, code in (([b, a], "cascade-open"), ([a, b, c], "cascade-twice")):
        with pytest.raises(JoulegraphError) as caught:
            cascade_of(runs)
        assert caught.value.code == code
