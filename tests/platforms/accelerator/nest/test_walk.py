"""Small nests counted by hand: products, memories that keep less, arrays."""

from dataclasses import replace

import pytest

from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.machine import Machine, Memory
from py.platforms.accelerator.nest.problem import Problem
from tests.platforms.accelerator.nest.counted import accesses, mapping, of
from tests.platforms.accelerator.nest.walk import compute_cycles, fits, walk

# Two rows times a matrix of 3 (c) by 4 (m): 24 MACs, 12 weights, 6 ifmap words, 8 outputs.
PRODUCT = Problem(sizes(n=2, m=4, c=3))
DRAM = Memory("dram")
RF = Memory("rf")
ONE_PE = Machine((DRAM, RF), array_at=1, axes=(), unrolls=())
BARE_ROW = Machine((DRAM,), array_at=1, axes=(3,), unrolls=("mc",))
BARE_PAIR = replace(BARE_ROW, axes=(2,))


def test_product_weight_stationary() -> None:
    once = mapping([sizes()], "mcn/")
    assert walk(PRODUCT, ONE_PE, once) == accesses(
        """
        weight dram: read 12
        weight array: deliver 12
        weight rf: fill 12, read 24
        ifmap dram: read 24
        ifmap array: deliver 24
        ifmap rf: fill 24, read 24
        psum dram: read 16, update 16
        psum array: deliver 16, collect 16
        psum rf: fill 16, read 24, update 24, drain 16
        ofmap rf: drain 8
        ofmap array: collect 8
        ofmap dram: update 8
        """
    )
    assert compute_cycles(PRODUCT, ONE_PE, once) == 24


def test_product_output_stationary() -> None:
    assert walk(PRODUCT, ONE_PE, mapping([sizes()], "nmc/")) == accesses(
        """
        weight dram: read 24
        weight array: deliver 24
        weight rf: fill 24, read 24
        ifmap dram: read 24
        ifmap array: deliver 24
        ifmap rf: fill 24, read 24
        psum rf: read 24, update 24
        ofmap rf: drain 8
        ofmap array: collect 8
        ofmap dram: update 8
        """
    )


def test_product_input_stationary_with_psums_read_on_the_first_access_too() -> None:
    machine = replace(ONE_PE, memories=(replace(DRAM, first_psum_access="read_and_write"), RF))
    assert walk(PRODUCT, machine, mapping([sizes()], "ncm/")) == accesses(
        """
        weight dram: read 24
        weight array: deliver 24
        weight rf: fill 24, read 24
        ifmap dram: read 6
        ifmap array: deliver 6
        ifmap rf: fill 6, read 24
        psum dram: read 24, update 16
        psum array: deliver 24, collect 16
        psum rf: fill 24, read 24, update 24, drain 16
        ofmap rf: drain 8
        ofmap array: collect 8
        ofmap dram: update 8
        """
    )


def test_operands_read_on_change() -> None:
    machine = replace(ONE_PE, operands="on_change")
    count = walk(PRODUCT, machine, mapping([sizes(n=2, m=4, c=3)], "/mcn"))
    assert count == accesses(
        """
        weight dram: read 12
        weight array: deliver 12
        weight rf: fill 12, read 12
        ifmap dram: read 6
        ifmap array: deliver 6
        ifmap rf: fill 6, read 24
        psum rf: read 16, update 24
        ofmap rf: drain 8
        ofmap array: collect 8
        ofmap dram: update 8
        """
    )


def test_rf_that_reads_psums_on_the_first_change_too() -> None:
    rf = replace(RF, first_psum_access="read_and_write")
    machine = replace(ONE_PE, memories=(DRAM, rf), operands="on_change")
    count = walk(PRODUCT, machine, mapping([sizes(n=2, m=4, c=3)], "/mcn"))
    assert count["psum", "rf", "read"] == count["psum", "rf", "update"] == 24


def test_weights_bypass_the_buffer() -> None:
    memories = (DRAM, Memory("gb", keeps=("bypassed", "kept", "kept")), RF)
    machine = replace(ONE_PE, memories=memories, array_at=2)
    count = walk(
        PRODUCT,
        machine,
        mapping([sizes(n=2, m=4, c=3), sizes()], "/mcn/", kept=["io", "wio"]),
    )
    assert count == accesses(
        """
        weight dram: read 12
        weight array: deliver 12
        weight rf: fill 12, read 24
        ifmap dram: read 6
        ifmap gb: fill 6, read 24
        ifmap array: deliver 24
        ifmap rf: fill 24, read 24
        psum gb: read 16, update 16
        psum array: deliver 16, collect 16
        psum rf: fill 16, read 24, update 24, drain 16
        ofmap rf: drain 8
        ofmap array: collect 8
        ofmap gb: update 8, drain 8
        ofmap dram: update 8
        """
    )


def test_loop_exists_in_a_partial_tile_where_it_turns_once() -> None:
    # m: 4 in tiles of 3 and 1, these in tiles of 2 and 1, and of 1; each comes by for both n.
    machine = replace(ONE_PE, memories=(DRAM, Memory("gb"), RF), array_at=2)
    count = walk(PRODUCT, machine, mapping([sizes(n=2, m=3, c=3), sizes(m=2, c=3)], "m/nm/mc"))
    assert of(count, "weight") == accesses(
        """
        weight dram: read 12
        weight gb: fill 12, read 24
        weight array: deliver 24
        weight rf: fill 24, read 24
        """
    )


@pytest.mark.parametrize(("multicast", "ifmap_reads"), [(True, 12), (False, 24)])
def test_pes_without_memory_take_every_word_anew(multicast: bool, ifmap_reads: int) -> None:
    machine = replace(BARE_PAIR, multicast=multicast)
    spread = mapping([], "nmc", [sizes(m=2)])
    count = walk(PRODUCT, machine, spread)
    assert count["ifmap", "dram", "read"] == ifmap_reads
    del count["ifmap", "dram", "read"]
    assert count == accesses(
        """
        weight dram: read 24
        weight array: deliver 24
        ifmap array: deliver 24
        psum dram: read 16, update 16
        psum array: deliver 16, collect 16
        ofmap array: collect 8
        ofmap dram: update 8
        """
    )
    assert compute_cycles(PRODUCT, machine, spread) == 12


def test_pes_add_to_one_output_from_neighbour_to_neighbour() -> None:
    count = walk(PRODUCT, BARE_ROW, mapping([], "nm", [sizes(c=3)]))
    assert of(count, "psum", "ofmap") == accesses(
        """
        psum array: hop 16
        ofmap array: collect 8
        ofmap dram: update 8
        """
    )


def test_idle_pes_of_a_partial_tile_neither_hop_nor_take() -> None:
    spread = mapping([], "nmc", [sizes(c=2)])
    count = walk(PRODUCT, BARE_PAIR, spread)
    assert count == accesses(
        """
        weight dram: read 24
        weight array: deliver 24
        ifmap dram: read 24
        ifmap array: deliver 24
        psum dram: read 8, update 8
        psum array: hop 8, deliver 8, collect 8
        ofmap array: collect 8
        ofmap dram: update 8
        """
    )
    assert compute_cycles(PRODUCT, BARE_PAIR, spread) == 16


def test_psums_of_two_levels_in_each_pe() -> None:
    # Three PEs, each with its c: 8 outputs in each one's spad; of the three first visits of an
    # output at the boundary of the register, one brings nothing down.
    machine = replace(BARE_ROW, memories=(DRAM, Memory("spad"), Memory("reg")))
    count = walk(PRODUCT, machine, mapping([sizes(n=2, m=4), sizes()], "/nm/", [sizes(c=3)]))
    assert of(count, "psum", "ofmap") == accesses(
        """
        psum spad: read 16, update 24, drain 16
        psum reg: fill 16, drain 24, read 24, update 24
        psum array: hop 16
        ofmap spad: drain 8
        ofmap array: collect 8
        ofmap dram: update 8
        """
    )


def test_cycles_are_those_of_the_busiest_pe() -> None:
    five = Problem(sizes(m=5))
    machine = replace(BARE_PAIR, memories=(DRAM, RF))
    # Two PEs with two of m each, then one PE with the last.
    assert compute_cycles(five, machine, mapping([sizes(m=2)], "m/m", [sizes(m=2)])) == 3


def test_fits_only_what_is_kept_within_rooms_and_axes() -> None:
    tile = [sizes(n=2, m=4)]  # 4 weights, 2 ifmap words, 8 psums
    whole = 4 * 8 + 2 * 8 + 8 * 16
    row = replace(BARE_ROW, memories=(DRAM, replace(RF, bits=whole)))
    spread = mapping(tile, "c/mn", [sizes(c=3)])
    assert fits(PRODUCT, row, spread, (8, 8, 16))
    assert not fits(PRODUCT, row, spread, (8, 8, 17))
    assert not fits(PRODUCT, row, mapping(tile, "c/mn", [sizes(c=3, m=2)]), (8, 8, 16))
    assert not fits(PRODUCT, row, mapping(tile, "c/mn", [sizes(n=2)]), (8, 8, 16))
    small = replace(row, memories=(DRAM, replace(RF, bits=whole - 1)))
    assert not fits(PRODUCT, small, spread, (8, 8, 16))
    assert fits(PRODUCT, small, mapping(tile, "c/mn", [sizes(c=3)], kept=["io"]), (8, 8, 16))
    twice = replace(row, memories=(DRAM, replace(RF, bits=whole, double=True)))
    assert not fits(PRODUCT, twice, spread, (8, 8, 16))
    banks = replace(row, memories=(DRAM, replace(RF, bits=whole, bank_bits=128)))
    assert not fits(PRODUCT, banks, spread, (8, 8, 16))
