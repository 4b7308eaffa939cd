"""Ifmap tiles counted by hand: halos, padding, gaps, and what PEs share."""

from dataclasses import replace

import pytest

from py.platforms.accelerator.nest.dims import Sizes, sizes
from py.platforms.accelerator.nest.machine import Machine, Memory
from py.platforms.accelerator.nest.problem import Problem
from tests.platforms.accelerator.nest.counted import accesses, mapping, of
from tests.platforms.accelerator.nest.walk import fits, walk

# Five outputs of three taps over seven words, two ifmap channels.
LINE = Problem(sizes(c=2, q=5, s=3), image=(1, 1, 7))
DRAM = Memory("dram")
KEPT = Machine((DRAM, Memory("rf", halo="kept")), array_at=1, axes=(), unrolls=())
REFETCHED = replace(KEPT, memories=(DRAM, Memory("rf")))


def fills(problem: Problem, machine: Machine, tile: Sizes, orders: str) -> int:
    """Return the ifmap words that come into the register file."""
    return walk(problem, machine, mapping([tile], orders))["ifmap", "rf", "fill"]


@pytest.mark.parametrize(
    ("machine", "orders", "words"),
    [
        (REFETCHED, "cq/", 2 * (4 + 4 + 3)),
        (KEPT, "cq/", 2 * (4 + 2 + 1)),
        (REFETCHED, "qc/", 2 * (4 + 4 + 3)),
        (KEPT, "qc/", 2 * (4 + 4 + 3)),  # another channel has been there since
    ],
)
def test_halo_is_kept_along_the_innermost_loop(machine: Machine, orders: str, words: int) -> None:
    assert fills(LINE, machine, sizes(q=2, s=3), orders) == words


def test_halo_is_kept_past_loops_on_which_the_ifmap_does_not_depend() -> None:
    twice = replace(LINE, extents=sizes(m=2, c=2, q=5, s=3))
    assert fills(twice, KEPT, sizes(q=2, s=3), "cqm/") == 2 * (4 + 2 + 1)
    assert fills(twice, KEPT, sizes(q=2, s=3), "mcq/") == 4 * (4 + 2 + 1)


def test_halo_of_taps() -> None:
    # Five outputs reach over five words; the next tap needs one more.
    assert fills(LINE, REFETCHED, sizes(c=2, q=5), "s/") == 2 * (5 + 5 + 5)
    assert fills(LINE, KEPT, sizes(c=2, q=5), "s/") == 2 * (5 + 1 + 1)


@pytest.mark.parametrize(
    ("machine", "padding", "words"),
    [
        (REFETCHED, "fetched", 4 + 4 + 3),
        (REFETCHED, "not_fetched", 3 + 4 + 2),
        (KEPT, "fetched", 4 + 2 + 1),
        (KEPT, "not_fetched", 3 + 2 + 0),
    ],
)
def test_padding(machine: Machine, padding: str, words: int) -> None:
    padded = Problem(sizes(q=5, s=3), padding=(0, 0, 1), image=(1, 1, 5))
    machine = replace(machine, padding=padding)  # type: ignore[arg-type]
    assert fills(padded, machine, sizes(q=2, s=3), "q/") == words


def test_padding_is_multiplied_all_the_same() -> None:
    # Of fifteen MACs two are with padding. A register file without a word for it, read for every
    # MAC, is read fifteen times; read on change, thirteen times.
    padded = Problem(sizes(q=5, s=3), padding=(0, 0, 1), image=(1, 1, 5))
    every = replace(REFETCHED, padding="not_fetched")
    change = replace(every, operands="on_change")
    whole = mapping([sizes(q=5, s=3)], "/qs")
    assert walk(padded, every, whole)["ifmap", "rf", "read"] == 15
    assert walk(padded, change, whole)["ifmap", "rf", "read"] == 13
    bare = Machine((DRAM,), array_at=1, axes=(), unrolls=(), padding="not_fetched")
    assert of(walk(padded, bare, mapping([], "qs")), "ifmap") == accesses(
        """
        ifmap dram: read 13
        ifmap array: deliver 15
        """
    )


def test_stretch_includes_what_a_stride_steps_over() -> None:
    # Outputs at 0, 3 and 6.
    apart = Problem(sizes(q=3), stride=(1, 1, 3), image=(1, 1, 7))
    assert fills(apart, REFETCHED, sizes(q=3), "/q") == 7
    assert fills(apart, REFETCHED, sizes(), "q/") == 3
    dilated = Problem(sizes(s=3), dilation=(1, 1, 2), image=(1, 1, 5))
    assert fills(dilated, REFETCHED, sizes(s=3), "/s") == 5


def test_array_reads_what_its_pes_cover() -> None:
    apart = Problem(sizes(q=3), stride=(1, 1, 3), image=(1, 1, 7))
    row = Machine((DRAM, Memory("rf")), array_at=1, axes=(3,), unrolls=("q",))
    assert of(walk(apart, row, mapping([sizes()], "/", [sizes(q=3)])), "ifmap") == accesses(
        """
        ifmap dram: read 3
        ifmap array: deliver 3
        ifmap rf: fill 3, read 3
        """
    )


@pytest.mark.parametrize(("multicast", "reads"), [(True, 2 * (6 + 3)), (False, 2 * (8 + 3))])
def test_pes_share_their_halo(multicast: bool, reads: int) -> None:
    # Two PEs with two outputs each: words 0 to 3 and 2 to 5; then one PE with words 4 to 6.
    pair = Machine((DRAM, Memory("rf")), 1, axes=(2,), unrolls=("q",), multicast=multicast)
    spread = mapping([sizes(q=2, s=3)], "cq/", [sizes(q=2)])
    count = walk(LINE, pair, spread)
    assert count["ifmap", "dram", "read"] == reads
    assert count["ifmap", "array", "deliver"] == count["ifmap", "rf", "fill"] == 2 * (8 + 3)


def test_kept_halo_of_each_pe_is_its_own() -> None:
    # Outputs 0 and 1, 2 and 3, then 4: the first PE keeps word 2 of its 0 to 2, the second has
    # words 1 to 3, then 3 to 5; last, the first PE keeps word 4 of its 2 to 4 for 4 to 6.
    pair = Machine((DRAM, Memory("rf", halo="kept")), 1, axes=(2,), unrolls=("q",))
    count = walk(LINE, pair, mapping([sizes(s=3)], "cq/", [sizes(q=2)]))
    assert count["ifmap", "rf", "fill"] == 2 * ((3 + 3) + (2 + 2) + 2)
    assert count["ifmap", "dram", "read"] == 2 * (4 + 3 + 2)


def test_pes_of_a_diagonal_share_an_ifmap_row() -> None:
    # Rows of the filter down, rows of the ofmap across: PEs of one diagonal take the same row.
    plane = Problem(sizes(p=3, r=3), image=(1, 5, 1))
    square = Machine((DRAM, Memory("rf")), 1, axes=(3, 3), unrolls=("r", "p"))
    spread = mapping([sizes()], "/", [sizes(r=3), sizes(p=3)])
    count = walk(plane, square, spread)
    assert count == accesses(
        """
        weight dram: read 3
        weight array: deliver 9
        weight rf: fill 9, read 9
        ifmap dram: read 5
        ifmap array: deliver 9
        ifmap rf: fill 9, read 9
        psum array: hop 6
        psum rf: read 9, update 9, drain 6
        ofmap rf: drain 3
        ofmap array: collect 3
        ofmap dram: update 3
        """
    )


def test_fits_a_stretch_with_its_padding() -> None:
    padded = Problem(sizes(q=3, s=3), padding=(0, 0, 1), image=(1, 1, 3))
    whole = mapping([sizes(q=3, s=3)], "/qs")
    room = 3 * 8 + 5 * 8 + 3 * 16
    for bits, enough in ((room, True), (room - 1, False)):
        rf = Memory("rf", bits=bits)
        machine = replace(REFETCHED, memories=(DRAM, rf), padding="not_fetched")
        assert fits(padded, machine, whole, (8, 8, 16)) is enough
