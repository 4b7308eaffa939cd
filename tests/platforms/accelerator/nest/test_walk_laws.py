"""What must hold of every walk: words arrive as they were sent, and fills are what MACs touch."""

from collections import defaultdict
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from py.platforms.accelerator.nest.dims import DEPENDS, PLACE, sizes
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from tests.platforms.accelerator.nest.cases import Mapped, mapped
from tests.platforms.accelerator.nest.turns import Moved, Nest, moved, whole, words
from tests.platforms.accelerator.nest.walk import (
    compute_cycles,
    in_any_order,
    nest_of,
    outside,
    walk,
)

UP = ("psum", "ofmap")


def chain(mapping: Mapping, tensor: int) -> list[int]:
    """Return the levels that keep a tensor."""
    return [0, *(level + 1 for level, kept in enumerate(mapping.kept) if kept[tensor])]


@given(mapped())
@settings(max_examples=150)
def test_operands_arrive_as_they_were_sent(case: Mapped) -> None:
    problem, machine, mapping = case
    count = walk(*case)
    for tensor in ("weight", "ifmap"):
        levels = chain(mapping, tensor == "ifmap")
        places = [machine.memories[level].id for level in levels]
        for at, inner in enumerate(levels[1:]):
            sent = count[tensor, places[at], "read"]
            arrived = count[tensor, places[at + 1], "fill"]
            if levels[at] < machine.array_at <= inner:
                assert count[tensor, "array", "deliver"] == arrived
                assert sent <= arrived <= sent * machine.pes
                if machine.multicast:
                    continue
            assert sent == arrived
        last = count[tensor, places[-1], "read"]
        if levels[-1] < machine.array_at:
            assert count[tensor, "array", "deliver"] == problem.macs
            assert last <= problem.macs
        elif machine.operands == "every_mac":
            assert last == problem.macs
        else:
            assert last <= problem.macs


@given(mapped())
@settings(max_examples=150)
def test_psums_arrive_as_they_were_sent(case: Mapped) -> None:
    problem, machine, mapping = case
    count = walk(*case)
    outputs = problem.elements("ofmap")
    levels = chain(mapping, 2)
    places = [machine.memories[level].id for level in levels]
    for at, level in enumerate(levels):
        place = places[at]
        down = count["psum", place, "read"]
        up = count["psum", place, "update"] + count["ofmap", place, "update"]
        above = level < machine.array_at
        assert count["ofmap", place, "update"] == (outputs if above else 0)
        next_level = levels[at + 1] if at + 1 < len(levels) else None
        to_mac = next_level is None and not above
        if to_mac and machine.operands == "every_mac":
            assert down == up == problem.macs
        elif machine.memories[level].first_psum_access == "write_only":
            assert down == up - outputs
        else:
            assert down == up
        crosses = above and (next_level is None or next_level >= machine.array_at)
        if next_level is not None:
            drained = sum(count[tensor, places[at + 1], "drain"] for tensor in UP)
            assert count["psum", places[at + 1], "fill"] == down
            assert drained == up + (count["psum", "array", "hop"] if crosses else 0)
        if crosses:
            assert count["psum", "array", "deliver"] == down
            assert count["psum", "array", "collect"] == count["psum", place, "update"]
            assert count["ofmap", "array", "collect"] == outputs
    assert min(count.values()) > 0


@given(mapped())
@settings(max_examples=100)
def test_sharing_and_keeping_never_cost(case: Mapped) -> None:
    problem, machine, mapping = case
    best = replace(
        machine,
        multicast=True,
        padding="not_fetched",
        operands="on_change",
        memories=tuple(
            replace(memory, halo="kept", first_psum_access="write_only")
            for memory in machine.memories
        ),
    )
    worst = replace(
        machine,
        multicast=False,
        padding="fetched",
        operands="every_mac",
        memories=tuple(
            replace(memory, halo="refetched", first_psum_access="read_and_write")
            for memory in machine.memories
        ),
    )
    least, most = walk(problem, best, mapping), walk(problem, worst, mapping)
    count = walk(*case)
    for access in least | count | most:
        assert least[access] <= count[access] <= most[access]


@given(mapped())
@settings(max_examples=100)
def test_cycles_lie_between_all_pes_busy_and_one(case: Mapped) -> None:
    problem, machine, _ = case
    cycles = compute_cycles(*case)
    assert problem.macs <= cycles * machine.pes
    assert cycles <= problem.macs


def sorted_into_tiles(
    problem: Problem, padding: str, tensor: str, nest: Nest, halo_kept: bool
) -> Moved:
    """Count fills the other way round: every MAC says in which turn of each loop it falls.

    A tile is then what the MACs touch that agree on the turns it stays for; so it is, of an ifmap,
    where windows slide by one word and leave no gaps.
    """
    relevant = [
        at for at, turn in enumerate(nest) if turn.over == "time" and turn.dim in DEPENDS[tensor]
    ]
    innermost = max(relevant, default=-1)
    fills: dict[tuple[int, ...], dict[tuple[int, ...], set[tuple[int, ...]]]] = defaultdict(dict)
    macs: list[tuple[int, ...]] = [()]
    for extent in problem.extents:
        macs = [(*mac, x) for mac in macs for x in range(extent)]
    for mac in macs:
        left = list(mac)
        turns = []
        for turn in nest:
            j, left[PLACE[turn.dim]] = divmod(left[PLACE[turn.dim]], turn.step)
            turns.append(j)
        time = tuple(j for at, j in enumerate(turns) if nest[at].over == "time" and at <= innermost)
        pe = tuple(j for at, j in enumerate(turns) if nest[at].over == "array")
        touched = words(problem, padding, tensor, tuple((x, 1) for x in mac))
        fills[time].setdefault(pe, set()).update(touched)
    halo = halo_kept and tensor == "ifmap" and relevant and nest[innermost].dim in "opqtrs"
    stops = each = union = 0
    seen: set[tuple[int, ...]] = set()
    for time, tiles in fills.items():
        before = fills.get((*time[:-1], time[-1] - 1), {}) if halo else {}
        needs = [tile - before.get(pe, set()) for pe, tile in tiles.items()]
        stops += len(needs)
        each += sum(len(need) for need in needs)
        union += len(set().union(*needs))
        seen.update(*needs)
    return Moved(stops, each, union, len(seen))


@given(mapped(), st.booleans())
@settings(max_examples=150)
def test_fills_are_what_the_macs_touch(case: Mapped, halo_kept: bool) -> None:
    problem, machine, _ = case
    levels, over_pes = nest_of(*case)
    for boundary in range(1, len(levels) + 1):
        nest = outside(levels, over_pes, boundary, machine.array_at)
        for tensor, padding in (
            ("weight", "fetched"),
            ("ofmap", "fetched"),
            ("ifmap", "fetched"),
            ("ifmap", "not_fetched"),
        ):
            tried = problem
            if tensor == "ifmap":
                tried = replace(problem, stride=(1, 1, 1), dilation=(1, 1, 1))
            walked = moved(tried, padding, tensor, nest, halo_kept=halo_kept)
            assert walked == sorted_into_tiles(tried, padding, tensor, nest, halo_kept)


@given(mapped())
@settings(max_examples=100)
def test_every_turn_is_walked_in_any_order(case: Mapped) -> None:
    problem, machine, _ = case
    levels, over_pes = nest_of(*case)
    nest = outside(levels, over_pes, len(levels), machine.array_at)
    for tensor in ("weight", "ifmap", "ofmap"):
        one, other = (
            moved(problem, machine.padding, tensor, loops, every_turn=True)
            for loops in (nest, in_any_order(nest))
        )
        assert one == other
        assert one.stops == problem.macs


@given(mapped())
@settings(max_examples=100)
def test_a_tile_of_everything_is_filled_once(case: Mapped) -> None:
    problem, machine, mapping = case
    assume(len(machine.memories) > 1)
    roomy = replace(mapping, tiles=(problem.extents, *mapping.tiles[1:]))
    unrolled = tuple(sizes() for _ in machine.axes)
    count = walk(problem, machine, replace(roomy, unrolled=unrolled))
    inner = machine.memories[1].id
    for at, tensor in enumerate(("weight", "ifmap")):
        if mapping.kept[0][at]:
            elements = len(words(problem, machine.padding, tensor, whole(problem)))
            assert count[tensor, inner, "fill"] == elements
    if mapping.kept[0][2]:
        assert count["ofmap", machine.memories[0].id, "update"] == problem.elements("ofmap")
