"""Yang et al. 2017 (papers/001) as a table: what it reports, what we find, and why it differs.

One choice for both networks. The paper states neither its batch, nor the levels at which coding
counts, nor which register-file accesses a skipped MAC spares; public/accelerators/eyeriss.json
gives a source for each choice, tests/benchmarks/conventions_grid.py prints the alternatives.
"""

from dataclasses import dataclass
from functools import cache

import pytest

from tests.papers.reproduction import (
    Reproduction,
    estimated,
    eyeriss,
    reproduced,
    with_chip_mappings,
)


@dataclass(frozen=True, slots=True)
class Row:
    """``tolerance`` and ``distance`` are relative for energies, absolute for shares.

    ``distance`` is None where we must be within the tolerance. Where we are not, it is what we are
    off by, held to half a per cent so that it can't change unnoticed, and ``reason`` says why.
    """

    where: str
    model: str
    quantity: str
    paper: float
    tolerance: float
    distance: float | None = None
    reason: str = ""


TABLE = (
    Row(
        "table I",
        "alexnet",
        "covered",
        3.9e9,
        0.05,
        distance=-0.065,
        reason=(
            "The paper uses precomputed dataflows; our exact search finds mappings that cost less. "
            "With the chip's own (JSSC 2017, table III) the distance is -1.1 %."
        ),
    ),
    Row("figure 6", "alexnet", "conv", 0.72, 0.02),
    Row("figure 6", "alexnet", "dense", 0.28, 0.02),
    Row(
        "table I",
        "googlenet",
        "covered",
        7.4e9,
        0.06,
        distance=-0.071,
        reason=(
            "As for AlexNet. Where only the parameters of JSSC 2017, table III, were searched, in "
            "which tiles of one size serve all images, the distance was -5.4 %: weights then came "
            "from DRAM for 0.41e9, now for 0.26e9."
        ),
    ),
    Row("section V-A", "googlenet", "computation", 0.10, 0.02),
    Row(
        "section V-A",
        "googlenet",
        "feature_maps",
        0.68,
        0.06,
        distance=0.062,
        reason=(
            "Weights cost less than in the paper (see above), and psums on their way between PEs "
            "are accesses of the register files, 0.15e9, which a model of four accesses a MAC "
            "leaves out; without both the share was 0.72."
        ),
    ),
)


@cache
def ours(model: str) -> Reproduction:
    return reproduced(estimated(model, eyeriss()))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.model}-{row.quantity}")
def test_the_papers_numbers(row: Row, capsys: pytest.CaptureFixture[str]) -> None:
    seen: float = getattr(ours(row.model), row.quantity)
    distance = seen - row.paper if row.paper < 1 else seen / row.paper - 1
    with capsys.disabled():
        print(
            f"\n{row.where}: {row.model} {row.quantity}: {seen:.4g}, paper {row.paper:.4g}", end=""
        )
        print(f", off by {distance:+.1%} (tolerance {row.tolerance:.0%})", end="")
    if row.distance is None:
        assert abs(distance) <= row.tolerance
    else:
        assert row.reason
        assert abs(distance) > row.tolerance, "it is within the tolerance now: say so in the table"
        assert distance == pytest.approx(row.distance, abs=0.005)


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
            parts = row.estimate.parts()
            assert sum(parts["weight"].values()) > 0.5 * row.estimate.energy_macs
