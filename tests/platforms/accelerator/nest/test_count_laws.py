"""What holds for the counts of any mapping, also of problems far too large to walk."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from py.platforms.accelerator.nest.access import ARRAY, Kind
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.dims import DIMS, TENSORS, Sizes
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Along, Problem
from tests.platforms.accelerator.nest.cases import Mapped, free_mappings, machines, problems


@st.composite
def large(draw: st.DrawFn) -> Mapped:
    """Draw a problem of up to thousands of turns a loop, on a machine, with any mapping."""
    problem = draw(problems(loops=4, most=3000, macs=10**11))
    machine = draw(machines(problem, levels=(1, 2, 3, 4), pes=64))
    assume(machine.padding == "fetched")
    return problem, machine, draw(free_mappings(problem, machine))


def keepers(mapping: Mapping, tensor: str) -> list[int]:
    """Return the levels that keep a tensor, from the outermost in."""
    place = TENSORS.index(tensor)
    return [0, *(level for level, kept in enumerate(mapping.kept, 1) if kept[place])]


@settings(max_examples=100)
@given(large())
def test_what_a_level_receives_it_was_sent(case: Mapped) -> None:
    _, machine, mapping = case
    count = accesses(*case)
    for tensor in ("weight", "ifmap"):
        for outer, inner in pairwise(keepers(mapping, tensor)):
            sent = count.get((tensor, machine.memories[outer].id, "read"), 0)
            received = count.get((tensor, machine.memories[inner].id, "fill"), 0)
            if outer < machine.array_at <= inner:
                assert count.get((tensor, ARRAY, "deliver"), 0) == received
                assert sent <= received <= sent * machine.pes
                assert machine.multicast or sent == received
            else:
                assert sent == received


@settings(max_examples=100)
@given(large())
def test_psums_go_up_as_often_as_they_leave_and_down_as_often_as_they_arrive(case: Mapped) -> None:
    problem, machine, mapping = case
    count = accesses(*case)

    def words(kind: Kind, place: str, *tensors: str) -> int:
        return sum(count.get((tensor, place, kind), 0) for tensor in tensors)

    for outer, inner in pairwise(keepers(mapping, "ofmap")):
        above, below = machine.memories[outer].id, machine.memories[inner].id
        up = words("update", above, "psum", "ofmap")
        left = words("drain", below, "psum", "ofmap")
        assert words("read", above, "psum") == words("fill", below, "psum")
        if outer < machine.array_at <= inner:
            assert left == up + words("hop", ARRAY, "psum")
            assert words("collect", ARRAY, "psum", "ofmap") == up
        else:
            assert left == up
        if outer < machine.array_at:
            assert count["ofmap", above, "update"] == problem.elements("ofmap")


@settings(max_examples=100)
@given(large())
def test_every_word_of_a_tensor_comes_at_least_once(case: Mapped) -> None:
    problem, machine, mapping = case
    count = accesses(*case)
    outermost = machine.memories[0].id
    assert count["weight", outermost, "read"] >= problem.elements("weight")
    assert count["ofmap", outermost, "update"] >= problem.elements("ofmap")
    for tensor in TENSORS:
        assert keepers(mapping, tensor)[0] == 0
    assert all(number > 0 for number in count.values())


@settings(max_examples=100)
@given(large(), st.permutations((0, 1, 2)))
def test_planes_rows_and_columns_have_no_names(case: Mapped, order: list[int]) -> None:
    """Windows that change places, everywhere, count the same."""
    problem, machine, mapping = case
    letters = str.maketrans(
        {
            old: new
            for at, to in enumerate(order)
            for old, new in (("opq"[at], "opq"[to]), ("trs"[at], "trs"[to]))
        }
    )
    moved = [DIMS.index(dim.translate(letters)) for dim in DIMS]

    def sizes_moved(own: Sizes) -> Sizes:
        found = [1] * len(DIMS)
        for place, size in enumerate(own):
            found[moved[place]] = size
        n, g, m, c, o, p, q, t, r, s = found
        return (n, g, m, c, o, p, q, t, r, s)

    def along_moved(own: Along) -> Along:
        found = [0, 0, 0]
        for at, to in enumerate(order):
            found[to] = own[at]
        return (found[0], found[1], found[2])

    renamed = (
        Problem(
            sizes_moved(problem.extents),
            along_moved(problem.stride),
            along_moved(problem.dilation),
            along_moved(problem.padding),
            along_moved(problem.image),
        ),
        replace(machine, unrolls=tuple(own.translate(letters) for own in machine.unrolls)),
        Mapping(
            tuple(map(sizes_moved, mapping.tiles)),
            tuple(map(sizes_moved, mapping.unrolled)),
            tuple(own.translate(letters) for own in mapping.orders),
            mapping.kept,
        ),
    )
    assert accesses(*renamed) == accesses(*case)


@settings(max_examples=100)
@given(large())
def test_a_product_has_no_names_for_its_operands(case: Mapped) -> None:
    """In a matrix product weights and ifmap, m and n, may change places."""
    problem, machine, mapping = case
    only = tuple(
        extent if dim in "ngmc" else 1 for dim, extent in zip(DIMS, problem.extents, strict=True)
    )
    assume(all(memory.halo == "refetched" for memory in machine.memories))
    product = Problem(ten(only))
    cut = cut_to(mapping, only)
    other_machine = replace(
        machine,
        memories=tuple(
            replace(
                memory,
                keeps=(memory.keeps[1], memory.keeps[0], memory.keeps[2]),
                bits_of=(memory.bits_of[1], memory.bits_of[0], memory.bits_of[2]),
            )
            for memory in machine.memories
        ),
        unrolls=tuple(own.translate(SWAP) for own in machine.unrolls),
    )
    other = Mapping(
        tuple(map(swapped, cut.tiles)),
        tuple(map(swapped, cut.unrolled)),
        tuple(own.translate(SWAP) for own in cut.orders),
        tuple((i, w, o) for w, i, o in cut.kept),
    )
    names = {"weight": "ifmap", "ifmap": "weight", "ofmap": "ofmap", "psum": "psum"}
    renamed = accesses(Problem(swapped(product.extents)), other_machine, other)
    assert accesses(product, machine, cut) == {
        (names[tensor], place, kind): words for (tensor, place, kind), words in renamed.items()
    }


SWAP = str.maketrans({"n": "m", "m": "n"})


def swapped(own: Sizes) -> Sizes:
    """Return sizes with those of n and m changed for each other."""
    n, g, m, c, o, p, q, t, r, s = own
    return (m, g, n, c, o, p, q, t, r, s)


def ten(own: tuple[int, ...]) -> Sizes:
    """Return the same sizes as a tuple of ten."""
    n, g, m, c, o, p, q, t, r, s = own
    return (n, g, m, c, o, p, q, t, r, s)


def cut_to(mapping: Mapping, extents: tuple[int, ...]) -> Mapping:
    """Return a mapping with no tile or factor above the bounds of a smaller problem."""

    def cut(own: Sizes) -> Sizes:
        return ten(tuple(min(a, b) for a, b in zip(own, extents, strict=True)))

    return Mapping(
        tuple(map(cut, mapping.tiles)),
        tuple(map(cut, mapping.unrolled)),
        mapping.orders,
        mapping.kept,
    )
