"""Least delay, least energy with static power and least energy-delay product: against all mappings
of small spaces, each walked.
"""

from collections.abc import Mapping as MappingOf
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from py.platforms.accelerator.mapper.objectives import Question, best_for
from py.platforms.accelerator.mapper.worth import Worth
from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.mapping import Mapping
from tests.platforms.accelerator.mapper.test_search import CASES, LONGEST, LOOPS, MACS, MOST
from tests.platforms.accelerator.nest import brute
from tests.platforms.accelerator.nest.cases import BITS, Asked, asked, costs
from tests.platforms.accelerator.nest.walk import compute_cycles, fits, walk


def _all(case: Asked, cost: MappingOf[Access, int], slow: int) -> list[tuple[float, float]]:
    """Return energy and delay of every mapping that fits; words take ``slow`` cycles an energy."""
    problem, machine, space = case
    found = list[tuple[float, float]]()
    for mapping in brute.mappings(problem, machine, space):
        if fits(problem, machine, mapping, BITS):
            counts = walk(problem, machine, mapping)
            cycles = compute_cycles(problem, machine, mapping)
            energy = sum(cost[access] * words for access, words in counts.items())
            waits = slow * sum(
                cost[access] * words for access, words in counts.items() if access[1] == "dram"
            )
            found.append((energy, max(cycles, waits)))
    return found


@settings(max_examples=max(60, CASES // 5))
@given(
    asked(LOOPS, LONGEST, MACS),
    st.data(),
    st.sampled_from((0, 1)),
    st.sampled_from((0, 500)),
    st.sampled_from((0, 7, 90)),
)
def test_the_least_of_all(
    case: Asked, data: st.DataObject, slow: int, fixed: int, per_cycle: int
) -> None:
    problem, machine, space = case
    assume(brute.at_most(problem, machine, space, MOST // 3))
    cost = data.draw(costs(machine))
    every = _all(case, cost, slow)
    assume(len(every) > 0)

    def delay(mapping: Mapping, cycles: int) -> tuple[float, float]:
        words = accesses(problem, machine, mapping)
        waits = sum(cost[access] * n for access, n in words.items() if access[1] == "dram")
        return float(max(cycles, slow * waits)), float(slow * waits)

    rate = {access: slow * price for access, price in cost.items() if access[1] == "dram"}
    question = Question(
        *(problem, machine, space, BITS, cost, delay, (rate,) if slow else ()),
        worth=Worth("delay", fixed, per_cycle),
    )
    assert question.least_delay(question.cheapest(), question.effort()) <= min(
        delay for _, delay in every
    )
    fastest = best_for(question)
    assert (fastest.delay, fastest.energy) == min((delay, energy) for energy, delay in every)
    assert fastest.gap == 0
    cheapest = best_for(replace(question, worth=Worth("energy", fixed, per_cycle)))
    totals = [(energy + fixed + per_cycle * delay, delay) for energy, delay in every]
    assert (cheapest.value, cheapest.delay) == min(totals)
    assert cheapest.gap == 0
    product = best_for(replace(question, worth=Worth("energy_delay", fixed, per_cycle)))
    assert (product.value, product.delay) == min((total * delay, delay) for total, delay in totals)
    assert product.gap == 0
