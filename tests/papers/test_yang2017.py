"""Yang et al. 2017 (papers/001): ``yang2017.py`` has the table."""

import math

import pytest

from tests.papers.reproduction import estimated, eyeriss, reproduced, with_chip_mappings
from tests.papers.yang2017 import TABLE, Row, distance, ours


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.model}-{row.quantity}")
def test_the_papers_numbers(row: Row) -> None:
    off = distance(row)
    if row.distance is None:
        assert abs(off) <= row.tolerance
    else:
        assert row.reason
        assert abs(off) > row.tolerance, "it is within the tolerance now: say so in the table"
        assert off == pytest.approx(row.distance, abs=0.005)


def test_with_the_chips_own_mappings_alexnet_is_within_the_tolerance() -> None:
    platform = eyeriss()
    found = reproduced(with_chip_mappings(estimated("alexnet", platform), platform))
    assert found.covered == pytest.approx(3.9e9, rel=0.05)
    assert found.covered > ours("alexnet").covered


def test_with_pooling_and_normalisation_alexnet_is_within_the_tolerance() -> None:
    assert ours("alexnet").everything == pytest.approx(3.9e9, rel=0.05)


def test_squeezenet_costs_more_than_alexnet_dense_against_dense() -> None:
    """Section V-A: 51.8 times fewer weights, and still more energy."""
    squeezenet = reproduced(estimated("squeezenet1_0", eyeriss(), dense=True))
    alexnet = reproduced(estimated("alexnet", eyeriss(), dense=True))
    assert squeezenet.covered > alexnet.covered
    assert squeezenet.everything > alexnet.everything


def test_weights_dominate_fully_connected_layers() -> None:
    """Section V-A: there is no convolutional reuse in them."""
    result = estimated("alexnet", eyeriss())
    for row in result.rows:
        if row.layer.kind == "dense":
            weights = [term.energy for term in row.counted.terms if term.tensor == "weight"]
            assert math.fsum(weights) > 0.5 * row.counted.energy_macs
