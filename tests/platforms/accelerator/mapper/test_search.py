"""The mapper against all mappings of small spaces, each walked.

With ``JOULEGRAPH_CASES=5000`` so many cases are tried, of up to four loops and ``JOULEGRAPH_MOST``
mappings (1500 by default).
"""

import os
from typing import get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.platforms.accelerator.mapper.search import best_mapping
from py.platforms.accelerator.nest.access import ARRAY, Access, Kind
from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.machine import Keeping, Machine, Memory
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space
from tests.platforms.accelerator.nest import brute
from tests.platforms.accelerator.nest.cases import BITS, Asked, asked, costs, priced
from tests.platforms.accelerator.nest.walk import compute_cycles, walk

CASES = int(os.environ.get("JOULEGRAPH_CASES", "300"))
MOST = int(os.environ.get("JOULEGRAPH_MOST", "1500"))
LOOPS, LONGEST, MACS = (3, 4, 48) if CASES == 300 else (4, 6, 144)
PLACES = ("dram", "buffer", "file", ARRAY)
KINDS = get_args(Kind)


@settings(max_examples=CASES)
@given(asked(LOOPS, LONGEST, MACS), st.data())
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


def test_psums_stay_while_a_window_slides_over_them() -> None:
    """Two taps loops, one at each level: no psum moves, and the ifmap's window slides inside."""
    problem = Problem(
        sizes(p=2, r=3, s=3), (1, 3, 1), (2, 1, 1), padding=(0, 0, 0), image=(2, 7, 4)
    )
    machine = Machine(
        (
            Memory("dram"),
            Memory("buffer", bits=128, bits_of=(32, None, 32)),
            Memory("file", bits=128, bits_of=(None, 32, None), halo="kept"),
        ),
        array_at=3,
        axes=(2,),
        unrolls=("p",),
    )
    space = Space(({}, {}), (None, None, None))
    cost: dict[Access, int] = {("ifmap", "dram", "read"): 400, ("ifmap", "buffer", "read"): 7}
    cost |= {("psum", "dram", "read"): 404, ("psum", "buffer", "read"): 432}
    cost |= {("weight", "dram", "read"): 55, ("weight", "buffer", "read"): 400}
    every = dict.fromkeys(
        ((t, p, k) for t in ("weight", "ifmap", "ofmap", "psum") for p in PLACES for k in KINDS), 0
    )
    best = brute.best(problem, machine, space, BITS, priced(every | cost))
    found = best_mapping(problem, machine, space, BITS, cost)
    assert best is not None
    assert (found.energy, found.cycles) == best[:2]


def test_of_mappings_of_one_energy_the_fastest_is_taken_where_hops_are_dear() -> None:
    """Groups side by side take no energy and half the cycles; a hop costs more than a visit."""
    problem = Problem(sizes(g=2, c=4, r=3), (3, 2, 3), (1, 2, 1), (0, 1, 0), (2, 3, 1))
    machine = Machine(
        (
            Memory("dram"),
            Memory("file", ("kept", "kept", "bypassed"), bits=200, bits_of=(32, None, None)),
        ),
        array_at=2,
        axes=(4, 2),
        unrolls=("cq", "gc"),
    )
    space = Space(({},), (None, None))
    cost: dict[Access, int] = {("psum", ARRAY, "hop"): 200, ("psum", "dram", "update"): 2}
    every = dict.fromkeys(
        (
            (t, p, k)
            for t in ("weight", "ifmap", "ofmap", "psum")
            for p in ("dram", "file", ARRAY)
            for k in KINDS
        ),
        0,
    )
    best = brute.best(problem, machine, space, BITS, priced(every | cost))
    found = best_mapping(problem, machine, space, BITS, cost)
    assert best is not None
    assert (found.energy, found.cycles) == best[:2]


def test_a_window_slides_within_the_tile_around() -> None:
    """Taps slide inside the buffer's tile, which must not be as small as the file's."""
    problem = Problem(sizes(o=3, t=2), (3, 1, 1), image=(8, 1, 1))
    machine = Machine(
        (Memory("dram"), Memory("buffer"), Memory("file", halo="kept")),
        array_at=3,
        axes=(2,),
        unrolls=("o",),
        multicast=False,
    )
    space = Space(({}, {"t": "one"}), (None, None, None), "o")
    cost: dict[Access, int] = {("weight", "buffer", "fill"): 1, ("ifmap", "file", "fill"): 1}
    assert best_mapping(problem, machine, space, BITS, cost).energy == 2 + 7


def test_a_level_may_keep_nothing() -> None:
    problem = Problem(sizes(m=4, c=4))
    machine = Machine(
        (Memory("dram"), Memory("buffer", keeps=("either", "either", "either"))),
        array_at=2,
        axes=(),
        unrolls=(),
    )
    cost: dict[Access, int] = {("weight", "buffer", "fill"): 1, ("ifmap", "buffer", "fill"): 9}
    cost |= {("psum", "buffer", "fill"): 9, ("ofmap", "buffer", "drain"): 9}
    found = best_mapping(problem, machine, Space(({},), (None, None)), BITS, cost)
    assert (found.energy, found.mapping.kept) == (0, ((False, False, False),))


def test_tiles_with_gaps_reach_over_more_than_the_turns_inside_take() -> None:
    """Every turn takes single elements, two apart; a tile of six taps reaches over eleven."""
    problem = Problem(sizes(o=5, t=6), dilation=(2, 1, 1), image=(15, 1, 1))
    keeps: tuple[Keeping, Keeping, Keeping] = ("kept", "bypassed", "kept")
    machine = Machine(
        (Memory("m0"), Memory("m1", keeps), Memory("m2", keeps)),
        array_at=2,
        axes=(4,),
        unrolls=("o",),
    )
    space = Space(({}, {"o": "one"}), (None, None, None))
    cost: dict[Access, int] = {("ifmap", "m0", "read"): 1, ("weight", ARRAY, "deliver"): 2}
    cost |= {("psum", "m1", "update"): 100, ("psum", "m1", "read"): 139}
    every = dict.fromkeys(
        (
            (t, p, k)
            for t in ("weight", "ifmap", "ofmap", "psum")
            for p in ("m0", "m1", "m2", ARRAY)
            for k in KINDS
        ),
        0,
    )
    best = brute.best(problem, machine, space, BITS, priced(every | cost))
    found = best_mapping(problem, machine, space, BITS, cost)
    assert best is not None
    assert (found.energy, found.cycles) == best[:2]
