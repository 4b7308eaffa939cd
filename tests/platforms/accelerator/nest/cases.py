"""Random small problems, machines, spaces, mappings and costs, as hypothesis strategies."""

from collections import Counter
from collections.abc import Callable
from math import prod
from typing import Literal, get_args

from hypothesis import assume
from hypothesis import strategies as st

from py.platforms.accelerator.nest.access import ARRAY, Access, Kind
from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, TENSORS, WINDOWS, Sizes, sizes
from py.platforms.accelerator.nest.machine import Keeping, Machine, Memory
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Along, Problem
from py.platforms.accelerator.nest.space import Rule, Space
from tests.platforms.accelerator.nest.brute import (
    keepings,
    nested,
    obeys,
    obeys_in_pe,
    unrollings,
)

BITS = (8, 8, 16)
ROOMS = (None, 32, 64, 100, 128, 200, 256, 512, 1000, 2048)
HALVES = (None, None, None, 16, 40, 64, 256)
PSUM_ACCESSES: st.SearchStrategy[Literal["read_and_write", "write_only"]] = st.sampled_from(
    ("read_and_write", "write_only")
)
Costs = dict[Access, int]


def along(numbers: list[int]) -> Along:
    """Return three numbers as such."""
    planes, rows, columns = numbers
    return (planes, rows, columns)


@st.composite
def problems(draw: st.DrawFn, loops: int = 4, most: int = 6, macs: int = 300) -> Problem:
    """Draw a problem of at most so many loops longer than 1, with an image that fits its loops."""
    extents: dict[str, int] = {}
    dims = st.sampled_from(DIMS)
    if draw(st.booleans()):  # an output and a tap that slide over the same window
        extents = dict.fromkeys(draw(st.sampled_from(WINDOWS)), 2)
    for dim in draw(st.lists(dims, max_size=loops - len(extents), unique=True)):
        extents[dim] = 2
    left = macs
    for place, dim in enumerate(extents):
        others = 2 ** (len(extents) - place - 1)
        extents[dim] = draw(st.integers(2, max(2, min(most, left // others))))
        left //= extents[dim]
    strides, dilations, paddings, images = [], [], [], []
    for out, tap in WINDOWS:
        stride = draw(st.integers(1, 3))
        dilation = draw(st.integers(1, 2))
        reach = (extents.get(out, 1) - 1) * stride + (extents.get(tap, 1) - 1) * dilation + 1
        padded = reach + draw(st.integers(0, stride - 1))
        before = draw(st.integers(0, min(2, padded - 1)))
        after = draw(st.integers(0, min(2, padded - before - 1)))
        strides.append(stride)
        dilations.append(dilation)
        paddings.append(before)
        images.append(padded - before - after)
    return Problem(
        sizes(**extents), along(strides), along(dilations), along(paddings), along(images)
    )


@st.composite
def memories(draw: st.DrawFn, name: str) -> Memory:
    """Draw a memory that keeps at least one tensor for sure."""
    keeping: st.SearchStrategy[Keeping] = st.sampled_from(get_args(Keeping))
    keeps = [draw(keeping), draw(keeping), draw(keeping)]
    keeps[draw(st.integers(0, 2))] = "kept"
    return Memory(
        name,
        keeps=(keeps[0], keeps[1], keeps[2]),
        bits=draw(st.sampled_from(ROOMS)),
        bits_of=draw(st.tuples(*[st.sampled_from(HALVES)] * 3)),
        bank_bits=draw(st.sampled_from((1, 1, 24, 64))),
        halo=draw(st.sampled_from(("refetched", "kept"))),
        first_psum_access=draw(PSUM_ACCESSES),
        double=draw(st.booleans()),
    )


@st.composite
def machines(
    draw: st.DrawFn, problem: Problem | None = None, levels: tuple[int, ...] = (2, 3), pes: int = 4
) -> Machine:
    """Draw a machine; the loops along its axes are mostly those of the problem."""
    number = draw(st.sampled_from(levels))
    dims = DIMS
    if problem is not None and draw(st.integers(0, 5)):
        dims = "".join(dim for dim in DIMS if problem.extent(dim) > 1) or DIMS
    axes = draw(st.lists(st.integers(1, pes), min_size=1, max_size=2))
    loops = st.lists(st.sampled_from(dims), unique=True, max_size=len(dims)).map("".join)
    outermost = Memory("m0", first_psum_access=draw(PSUM_ACCESSES))
    return Machine(
        (outermost, *(draw(memories(f"m{level}")) for level in range(1, number))),
        array_at=draw(st.integers(1, number)),
        axes=tuple(axes),
        unrolls=tuple(draw(loops) for _ in axes),
        multicast=draw(st.booleans()),
        padding=draw(st.sampled_from(("fetched", "not_fetched"))),
        operands=draw(st.sampled_from(("every_mac", "on_change"))),
    )


def dataflow(
    machine: Machine, name: Literal["any", "row", "weight", "output", "no local reuse"]
) -> Space:
    """Return a dataflow as constraints on a machine's nest, or the space of all mappings."""
    tiles: list[dict[str, Rule]] = [{} for _ in machine.memories[1:]]
    stationary: list[str | None] = [None for _ in machine.memories]
    in_pe = range(machine.array_at - 1, len(tiles))
    spread = {"any": "", "row": "rp", "weight": "mc", "output": "pq", "no local reuse": "mc"}[name]
    if name == "row" and in_pe:
        tiles[in_pe[0]] = {"r": "one", "p": "one", "s": "whole"}
    if name == "weight":
        stationary[machine.array_at - 1] = "weight"
    if name == "output":
        stationary[machine.array_at - 1] = "ofmap"
    if name == "no local reuse":
        for level in in_pe:
            tiles[level] = dict.fromkeys(DIMS, "one")
    return Space(tuple(tiles), tuple(stationary), spread, name)


@st.composite
def spaces(draw: st.DrawFn, machine: Machine) -> Space:
    """Draw a space: any, a dataflow, or random constraints."""
    names: list[Literal["any", "row", "weight", "output", "no local reuse"]]
    names = ["any", "row", "weight", "output", "no local reuse"]
    chosen = draw(st.sampled_from((*names, None)))
    if chosen is not None:
        return dataflow(machine, chosen)
    rule: st.SearchStrategy[Rule] = st.sampled_from(get_args(Rule))
    rules = st.dictionaries(st.sampled_from(DIMS), rule, max_size=6)
    tensor = st.sampled_from((None, *TENSORS))
    return Space(
        tuple(draw(rules) for _ in machine.memories[1:]),
        tuple(draw(tensor) for _ in machine.memories),
        "".join(draw(st.lists(st.sampled_from(DIMS), unique=True, max_size=4))),
        "random",
    )


def orders(draw: st.DrawFn, space: Space) -> tuple[str, ...]:
    """Draw an order for each level as a space allows it."""
    drawn = []
    for tensor in space.stationary:
        dims = draw(st.permutations(DIMS))
        if tensor is not None:
            dims = sorted(dims, key=lambda dim: dim not in DEPENDS[tensor])
        drawn.append("".join(dims))
    return tuple(drawn)


@st.composite
def space_mappings(draw: st.DrawFn, problem: Problem, machine: Machine, space: Space) -> Mapping:
    """Draw a mapping of a space; its tiles need not fit the memories."""
    outside = machine.array_at - 1
    inner, outer = {}, {}
    for dim, extent in zip(DIMS, problem.extents, strict=True):
        rules = [own.get(dim, "any") for own in space.tiles]
        inner[dim] = draw(
            st.sampled_from(
                [
                    tiles
                    for tiles in nested(extent, 1, len(rules) - outside)
                    if obeys_in_pe(tiles, rules[outside:])
                ]
            )
        )
    pe = sizes(**{dim: tiles[0] if tiles else 1 for dim, tiles in inner.items()})
    unrolled = draw(st.sampled_from(list(unrollings(problem, machine, space, pe))))
    for i, (dim, extent) in enumerate(zip(DIMS, problem.extents, strict=True)):
        array = min(extent, pe[i] * prod(factors[i] for factors in unrolled))
        rules = [own.get(dim, "any") for own in space.tiles]
        offered = [
            (*tiles, *inner[dim])
            for tiles in nested(extent, array, outside)
            if obeys(extent, (*tiles, *inner[dim]), rules)
        ]
        assume(offered)
        outer[dim] = draw(st.sampled_from(offered))
    tiles = [
        sizes(**{dim: of_dim[level] for dim, of_dim in outer.items()})
        for level in range(len(space.tiles))
    ]
    kept = draw(st.sampled_from(list(keepings(machine))))
    return Mapping(tuple(tiles), unrolled, orders(draw, space), kept)


@st.composite
def free_mappings(draw: st.DrawFn, problem: Problem, machine: Machine) -> Mapping:
    """Draw a mapping with tiles and factors of any size, whether a space would offer them or not.

    Factors stay within the axes; they may be more than there are tiles to unroll.
    """
    tiles: list[Sizes] = []
    around = problem.extents
    for _ in machine.memories[1:]:
        chosen = {dim: draw(st.integers(1, outer)) for dim, outer in zip(DIMS, around, strict=True)}
        around = sizes(**chosen)
        tiles.append(around)
    unrolled: list[Sizes] = []
    for pes, loops in zip(machine.axes, machine.unrolls, strict=True):
        factors: dict[str, int] = {}
        for dim in loops:
            factors[dim] = draw(st.integers(1, pes))
            pes //= factors[dim]
        unrolled.append(sizes(**factors))
    kept = draw(st.sampled_from(list(keepings(machine))))
    anything = Space(({},) * len(tiles), (None,) * len(machine.memories))
    return Mapping(tuple(tiles), tuple(unrolled), orders(draw, anything), kept)


Mapped = tuple[Problem, Machine, Mapping]
Asked = tuple[Problem, Machine, Space]


@st.composite
def mapped(draw: st.DrawFn) -> Mapped:
    """Draw a problem, a machine and a mapping, of a space or free."""
    problem = draw(problems())
    machine = draw(machines(problem, levels=(1, 2, 3)))
    if draw(st.booleans()):
        return problem, machine, draw(free_mappings(problem, machine))
    space = draw(spaces(machine))
    return problem, machine, draw(space_mappings(problem, machine, space))


@st.composite
def asked(draw: st.DrawFn, loops: int = 3, most: int = 4, macs: int = 48) -> Asked:
    """Draw a problem, a machine and a space to look for the best mapping in."""
    problem = draw(problems(loops=loops, most=most, macs=macs))
    machine = draw(machines(problem))
    return problem, machine, draw(spaces(machine))


@st.composite
def costs(draw: st.DrawFn, machine: Machine, most: int = 200) -> Costs:
    """Draw what a word of each access costs; 0 and equal costs are among them."""
    cost = st.one_of(st.integers(0, 3), st.integers(0, most))
    places = [*(memory.id for memory in machine.memories), ARRAY]
    return {
        (tensor, place, kind): draw(cost)
        for tensor in (*TENSORS, "psum")
        for place in places
        for kind in get_args(Kind)
    }


def priced(cost: Costs) -> Callable[[Counter[Access]], int]:
    """Return the energy of counts at such costs."""
    return lambda count: sum(number * cost[access] for access, number in count.items())
