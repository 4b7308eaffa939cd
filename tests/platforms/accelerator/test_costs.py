"""What one word costs: widths, coding, skipped MACs (Yang et al. 2017, sections III-C and IV-A)."""

import pytest

from py.layers import Zeros
from py.platforms.accelerator.costs import Widths, WordCosts, word_costs
from tests.papers.reproduction import eyeriss


def costs(widths: Widths, zeros: Zeros, **conventions: object) -> WordCosts:
    return word_costs(eyeriss(**conventions).hardware, widths, zeros)


def test_native_words_cost_what_the_table_says() -> None:
    found = costs(Widths(16, 16, 16), Zeros())
    for tensor in ("ifmap", "weight", "ofmap"):
        assert [found.energy[tensor, level] for level in ("dram", "global_buffer", "array")] == [
            200,
            6,
            2,
        ]
    assert found.mac == 1
    assert found.kept_macs == 1


def test_data_are_linear_in_bits_and_a_mac_in_each_operands() -> None:
    found = costs(Widths(8, 4, 16), Zeros())
    assert found.energy["weight", "dram"] == 100
    assert found.energy["ifmap", "dram"] == 50
    assert found.energy["ofmap", "dram"] == 50  # complete outputs leave at the activations' width
    assert found.energy["ofmap", "global_buffer"] == 1.5
    assert found.energy["psum", "global_buffer"] == 6
    assert found.mac == 8 * 4 / 256


def test_a_significance_map_is_one_bit_a_word_and_the_non_zero_words() -> None:
    found = costs(Widths(16, 16, 16), Zeros(ifmap=0.75, weight=0.0))
    assert found.bits["ifmap", "dram"] == 16 * 0.25 + 1
    assert found.bits["weight", "dram"] == 17
    assert found.bits["ofmap", "dram"] == 16  # nobody counted its zeros
    assert found.bits["ifmap", "global_buffer"] == 16  # decoded at the chip's edge
    everywhere = costs(
        Widths(16, 16, 16),
        Zeros(ifmap=0.75),
        coded_levels=["dram", "global_buffer", "array", "register_file"],
    )
    assert everywhere.bits["ifmap", "register_file"] == 5


@pytest.mark.parametrize(
    ("rule", "kept"), [("none", 1.0), ("ifmap_zero", 0.5), ("either_zero", 0.2)]
)
def test_which_zero_spares_a_mac(rule: str, kept: float) -> None:
    """50 % of the ifmap and 40 % of the weights non-zero leave 20 % (section IV-A)."""
    found = costs(Widths(16, 16, 16), Zeros(ifmap=0.5, weight=0.6), skipped_mac=rule)
    assert found.kept_macs == pytest.approx(kept)


def test_spared_accesses() -> None:
    chip = costs(Widths(16, 16, 16), Zeros(ifmap=0.75), spared_accesses=["weight"])
    assert [chip.register_reads(name) for name in ("ifmap", "weight", "psum")] == [1, 0.25, 1]
    shipped = costs(Widths(16, 16, 16), Zeros(ifmap=0.75))
    assert [shipped.register_reads(name) for name in ("ifmap", "weight", "psum")] == [
        1,
        0.25,
        0.25,
    ]
