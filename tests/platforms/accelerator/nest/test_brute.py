"""The spaces that the search is held against, counted by hand and drawn from."""

from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.dims import DIMS, sizes
from py.platforms.accelerator.nest.machine import Machine, Memory
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space
from tests.platforms.accelerator.nest.brute import (
    along_axes,
    at_most,
    belongs,
    best,
    mappings,
    quotients,
)
from tests.platforms.accelerator.nest.cases import BITS, asked, costs, priced, space_mappings
from tests.platforms.accelerator.nest.walk import compute_cycles, fits, nest_of, walk

DRAM = Memory("dram")
ONE_PE = Machine((DRAM, Memory("rf")), array_at=1, axes=(), unrolls=())
SQUARE = Problem(sizes(m=2, c=2))
ANY = Space(({},), (None, None))


def test_quotients() -> None:
    assert quotients(10) == [10, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("machine", "space", "number"),
    [
        # Tiles of m and c: both whole, either, none; two loops at a level are in two orders.
        (ONE_PE, ANY, 2 + 1 + 1 + 2),
        (ONE_PE, replace(ANY, stationary=("ifmap", None)), 2 + 1 + 1 + 1),
        (ONE_PE, replace(ANY, stationary=("weight", None)), 2 + 1 + 1 + 2),
        (ONE_PE, replace(ANY, tiles=({"m": "one"},)), 1 + 2),
        (ONE_PE, replace(ANY, tiles=({"m": "one", "c": "whole"},)), 1),
        (
            replace(ONE_PE, memories=(DRAM, Memory("rf", keeps=("kept", "either", "either")))),
            ANY,
            4 * 6,
        ),
        # A loop left outside the PE may be unrolled, or not: 2; 1 + 1; 1 + 1; 2 + 1 + 1.
        (replace(ONE_PE, axes=(2,), unrolls=("mc",)), ANY, 2 + 2 + 2 + 4),
        (replace(ONE_PE, axes=(2,), unrolls=("mc",)), replace(ANY, spread="cm"), 2 + 1 + 1 + 1),
    ],
)
def test_number_of_mappings(machine: Machine, space: Space, number: int) -> None:
    assert len(set(mappings(SQUARE, machine, space))) == number
    assert len(list(mappings(SQUARE, machine, space))) == number
    assert at_most(SQUARE, machine, space, number)
    assert not at_most(SQUARE, machine, space, number - 1)


def test_factors_along_two_axes() -> None:
    machine = replace(ONE_PE, axes=(4, 3), unrolls=("m", "m"))
    left = dict.fromkeys(DIMS, 1) | {"m": 10}
    place = DIMS.index("m")

    def factors(space: Space) -> list[tuple[int, ...]]:
        found = along_axes(machine, space, 0, left)
        return sorted(tuple(axis[place] for axis in unrolled) for unrolled in found)

    # By 4 leaves ceil(10 / 4) = 3 tiles, by 3 leaves 4, by 2 leaves 5, by 1 all 10.
    assert factors(ANY) == sorted(
        [(4, 3), (4, 2), (4, 1), (3, 2), (3, 1), (2, 3), (2, 2), (2, 1), (1, 3), (1, 2), (1, 1)]
    )
    assert factors(replace(ANY, spread="m")) == [(4, 3)]


def test_best_of_a_product_keeps_what_is_dear() -> None:
    # Room for two weights, two ifmap words and two psums: both loops do not fit inside together.
    machine = replace(ONE_PE, memories=(DRAM, Memory("rf", bits_of=(16, 16, 32))))
    dear = {("weight", "dram", "read"): 100, ("ifmap", "dram", "read"): 10}

    def energy(count: Counter[Access]) -> int:
        return sum(number * dear.get(access, 0) for access, number in count.items())

    found = best(SQUARE, machine, ANY, BITS, energy)
    assert found is not None
    least, cycles, mapping, number = found
    # The four weights come once in any case; the two ifmap words too where m runs inside.
    assert (least, cycles, number) == (4 * 100 + 2 * 10, 4, 1 + 1 + 2)
    assert energy(walk(SQUARE, machine, mapping)) == least
    assert best(SQUARE, machine, ANY, (8, 8, 40), energy) is None


@given(st.data())
@settings(max_examples=100)
def test_drawn_mappings_are_of_the_space(data: st.DataObject) -> None:
    problem, machine, space = data.draw(asked())
    mapping = data.draw(space_mappings(problem, machine, space))
    assert belongs(problem, machine, space, mapping)
    levels, _ = nest_of(problem, machine, mapping)
    loops = ["".join(turn.dim for turn in level) for level in levels]
    orders = tuple(first + "".join(d for d in DIMS if d not in first) for first in loops)
    if at_most(problem, machine, space, 2000):
        assert replace(mapping, orders=orders) in set(mappings(problem, machine, space))


@given(asked())
@settings(max_examples=60)
def test_spaces_have_each_mapping_once(case: tuple[Problem, Machine, Space]) -> None:
    some = list(islice(mappings(*case), 500))
    assert some
    assert len(set(some)) == len(some)
    for mapping in some[:50]:
        assert belongs(*case, mapping)
        boundless = tuple(Memory(memory.id) for memory in case[1].memories)
        assert fits(case[0], replace(case[1], memories=boundless), mapping, BITS)


@given(st.data())
@settings(max_examples=50)
def test_best_is_the_least(data: st.DataObject) -> None:
    problem, machine, space = data.draw(asked())
    energy = priced(data.draw(costs(machine)))
    if not at_most(problem, machine, space, 300):
        return
    fitting: list[Mapping] = [
        mapping
        for mapping in mappings(problem, machine, space)
        if fits(problem, machine, mapping, BITS)
    ]
    found = best(problem, machine, space, BITS, energy)
    prices = [
        (energy(walk(problem, machine, one)), compute_cycles(problem, machine, one))
        for one in fitting
    ]
    if found is None:
        assert not prices
    else:
        assert found[:2] == min(prices)
        assert found[2] in fitting
        assert found[3] == len(fitting)
