"""What one word costs: widths, coding, skipped MACs (Yang et al. 2017, sections III-C and IV-A)."""

from typing import Any

import pytest

from py.layers import Zeros
from py.platforms.accelerator.costs import AccessCosts, Widths, access_costs
from tests.platforms.accelerator.edited import eyeriss

NATIVE = Widths(16, 16, 16)
DENSE = Zeros()


def costs(widths: Widths, zeros: Zeros, **changes: Any) -> AccessCosts:
    return access_costs(eyeriss(**changes), widths, zeros)


def test_native_words_cost_what_the_table_says() -> None:
    found = costs(NATIVE, DENSE)
    energies = found.energies()
    for tensor in ("ifmap", "ofmap", "psum"):
        for kind in ("read", "fill", "drain", "update"):
            assert energies[tensor, "dram", kind] == 200
            assert energies[tensor, "global_buffer", kind] == 6
            assert energies[tensor, "register_file", kind] == 1
        for travel in ("deliver", "hop", "collect"):
            assert energies[tensor, "array", travel] == 2
    assert (found.mac, found.kept_macs) == (1, 1)


def test_filters_pass_the_buffer_on_their_way() -> None:
    """JSSC 2017, section V-A: written and read once, each time they are fetched."""
    assert costs(NATIVE, DENSE).energies()["weight", "dram", "read"] == 200 + 6 + 6
    without = costs(NATIVE, DENSE, **{"levels.1.passes.value": []})
    assert without.energies()["weight", "dram", "read"] == 200


def test_data_are_linear_in_bits_and_a_mac_in_each_operands() -> None:
    found = costs(Widths(8, 4, 16), DENSE)
    energies = found.energies()
    assert energies["weight", "dram", "read"] == 100 + 3 + 3
    assert energies["ifmap", "dram", "read"] == 50
    assert energies["ofmap", "dram", "update"] == 50  # complete: the width of activations
    assert energies["ofmap", "global_buffer", "update"] == 1.5
    assert energies["psum", "global_buffer", "update"] == 6
    assert found.mac == 8 * 4 / 256


def bits(found: AccessCosts, tensor: str, level: str) -> float:
    return found.charges[tensor, level, "read"][0].bits


def test_a_significance_map_is_one_bit_a_word_and_the_non_zero_words() -> None:
    found = costs(NATIVE, Zeros(ifmap=0.75, weight=0.0))
    assert bits(found, "ifmap", "dram") == 16 * 0.25 + 1
    assert bits(found, "weight", "dram") == 17
    assert bits(found, "ofmap", "dram") == 16  # nobody counted its zeros
    assert bits(found, "ifmap", "global_buffer") == 16  # decoded at the chip's edge
    assert bits(found, "psum", "dram") == 16


@pytest.mark.parametrize(
    ("rule", "kept"), [("none", 1.0), ("ifmap_zero", 0.5), ("either_zero", 0.2)]
)
def test_which_zero_spares_a_mac(rule: str, kept: float) -> None:
    """50 % of the ifmap and 40 % of the weights non-zero leave 20 % (section IV-A)."""
    changes = {"conventions.skipped_mac.value": rule, "conventions.spared.value": []}
    assert costs(NATIVE, Zeros(ifmap=0.5, weight=0.6), **changes).kept_macs == pytest.approx(kept)


def test_a_skipped_mac_spares_its_own_accesses_only() -> None:
    found = costs(NATIVE, Zeros(ifmap=0.75))
    shares = {
        (tensor, level, kind): charges[0].share
        for (tensor, level, kind), charges in found.charges.items()
    }
    spared = {access for access, share in shares.items() if share != 1.0}
    assert spared == {
        ("weight", "register_file", "read"),
        ("psum", "register_file", "read"),
        ("psum", "register_file", "update"),
    }
    assert {shares[access] for access in spared} == {0.25}


def test_room_in_values_is_as_many_values_of_any_width() -> None:
    values = {"value": {"weight": 224, "ifmap": 12, "ofmap": 24}, "unit": "values", "source": "x"}
    own, shipped = eyeriss(**{"levels.2.capacity": values}), eyeriss()
    assert own.machine == shipped.machine == shipped.machine_at(8, 4, 16)
    assert own.machine_at(8, 4, 20).memories[2].bits_of == (224 * 8, 12 * 4, 24 * 20)


def test_fills_that_are_not_charged_move_all_the_same() -> None:
    found = costs(NATIVE, DENSE, **{"levels.2.fills.value": "not_charged"})
    assert ("weight", "register_file", "fill") not in found.energies()
    assert found.charges["weight", "register_file", "fill"][0].bits == 16
    assert found.energies()["weight", "register_file", "read"] == 1
