"""Estimates beside simulations on platforms of every kind, and what their energies are made of."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from py.breakdown import Options, Result, price
from py.layers import Density, Model, Zeros
from py.platforms.load import platform_from_json, read_platform_file, shipped_platforms
from py.simulate import Inputs, RunLength, density_of, read_inputs
from py.simulate.beside import Beside, beside
from py.simulate.coding import Chunks
from py.simulate.run import Run
from tests.platforms.accelerator.edited import edited
from tests.simulate.models import layers_of
from tests.simulate.test_trained import FILE, FOLDER

IMAGES = 24
SIGNIFICANCE = {"method": "significance_map", "tensors": ["weight", "ifmap", "ofmap"]}


@cache
def model() -> Model:
    return layers_of(FILE.read_bytes(), IMAGES)


@cache
def run() -> Run:
    arrays = read_inputs(FOLDER / "held_out.npz").arrays
    some = {name: array[:IMAGES] for name, array in arrays.items()}
    return Run(FILE, Inputs(some, "some images"), model().layers)


def priced(file: dict[str, Any], density: Density | None = None) -> Result:
    own = density or Density.from_json(density_of(run()))
    return price(model(), platform_from_json(file), Options(density=own))


def put_beside(file: dict[str, Any]) -> Beside:
    return beside(priced(file), run())


def close(found: Beside) -> None:
    """The analytical figures must be those of the estimate."""
    rows = {row.layer.name: row.estimate for row in found.result.rows}
    assert [layer.name for layer in found.layers] == ["conv1", "conv2", "fc1", "fc2"]
    for layer in found.layers:
        assert layer.energy_macs.analytical == pytest.approx(rows[layer.name].energy_macs, rel=1e-9)


@pytest.mark.parametrize("name", shipped_platforms("accelerator"))
def test_the_estimate_is_what_is_expected_of_zero_fractions(name: str) -> None:
    found = put_beside(read_platform_file(name))
    close(found)
    assert found.energy_share is not None
    assert 0 < found.energy_share < 1
    if not found.sees_zeros:
        for layer in found.layers:
            assert layer.energy_macs.simulated == pytest.approx(layer.energy_macs.analytical)


def test_levels_that_words_only_pass_may_code_them_too() -> None:
    """No weight is zero, so each takes a bit more where it passes: 17 for 16, twice."""
    plain = put_beside(read_platform_file("eyeriss"))
    coded = put_beside(edited({"levels.1.coding": {"value": SIGNIFICANCE, "source": "a test"}}))
    close(coded)
    for layer, other in zip(coded.layers, plain.layers, strict=True):
        if layer.name.startswith("fc"):
            assert layer.energy_macs.simulated == pytest.approx(layer.energy_macs.analytical)
        assert layer.coded_bits.simulated > other.coded_bits.simulated
    row = coded.result.rows[0]
    passing = [t for t in row.counted.terms if t.tensor == "weight" and t.level == "global_buffer"]
    assert {term.bits_per_word for term in passing} == {17.0}


def test_a_tensor_that_coding_would_lengthen_moves_as_it_is_where_the_file_says_so() -> None:
    file = edited(
        {"levels.0.coding": {"value": SIGNIFICANCE | {"where_shorter": True}, "source": "a test"}}
    )
    found = put_beside(file)
    close(found)
    for layer in found.layers:
        bits = {count.access: count for count in layer.simulated.counts}
        weights = bits["weight", "dram", "read"]
        assert weights.coding == "uncoded"
        assert weights.bits == 16 * weights.words
    ofmap = {count.access: count for count in found.layers[1].simulated.counts}
    assert ofmap["ofmap", "dram", "update"].coding == "significance map"


def test_run_length_in_words_of_a_memory_and_in_a_stream() -> None:
    ones: Chunks = np.ones((5, 4), bool)
    words = RunLength(pairs=3)
    assert words.bits(ones, 16) == 5 * 2 * 64  # four pairs take two words of three
    assert replace(words, whole_words=False).bits(ones, 16) == 5 * (4 * 21 + 2)
    sizes = {"run_bits": 5, "level_bits": 16, "pairs": 3}
    coding = SIGNIFICANCE | sizes | {"method": "run_length"}
    found = put_beside(edited({"levels.0.coding": {"value": coding, "source": "a test"}}))
    close(found)
    weights = {count.access: count for count in found.layers[2].simulated.counts}
    assert weights["weight", "dram", "read"].bits % 64 == 0


def test_nothing_is_spared_where_the_file_skips_nothing() -> None:
    file = edited(
        {
            "conventions.skipped_mac": {"value": "none", "source": "a test"},
            "conventions.spared": {"value": [], "source": "a test"},
        }
    )
    found = put_beside(file)
    close(found)
    for layer in found.layers:
        assert layer.macs_done.simulated == layer.macs_done.analytical == layer.simulated.macs.total


def test_zeros_that_an_estimate_does_not_know_are_still_counted() -> None:
    """Where names are shared the estimate takes words as they are, the simulation codes them."""
    some = Density("some", {"conv1": Zeros(0.5, 0.0, 0.5)})
    found = beside(priced(read_platform_file("eyeriss"), some), run())
    close(found)
    fc2 = found.layers[-1]
    accesses = {count.access: count for count in fc2.analytical.counts}
    assert accesses["ifmap", "dram", "read"].coding == "uncoded"
    assert fc2.macs_done.simulated < fc2.macs_done.analytical == fc2.simulated.macs.total


def test_layers_left_and_simulated_are_all_there_are() -> None:
    found = put_beside(read_platform_file("eyeriss"))
    places = [*(layer.place for layer in found.layers), *(entry.place for entry in found.left)]
    assert sorted(places) == list(range(len(model().layers)))
    for entry in found.left:
        assert found.reason_of(entry.place) == entry.reason
    assert found.reason_of(found.layers[0].place) is None
