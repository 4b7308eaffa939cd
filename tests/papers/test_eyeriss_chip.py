"""The Eyeriss chip as measured: its PEs at work, its time and its traffic on AlexNet and VGG-16.

``chip.py`` and ``vgg.py`` have the mappings and the measured values, ``chip_lines.py`` the table.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.problem import problem_of
from tests.papers.chip import CHIP, COLUMNS, ROWS, Row, mapping_of
from tests.papers.chip_lines import (
    ALEXNET,
    TIME,
    UNEXPLAINED,
    VGG16,
    Network,
    by_our_mapper,
    counts,
)
from tests.papers.run import chip
from tests.papers.vgg import VGG
from tests.platforms.accelerator.nest.walk import walk

LAYERS: dict[str, Row] = {**CHIP, **VGG}


@pytest.mark.parametrize("network", [ALEXNET, VGG16], ids=lambda network: network.name)
def test_the_chip(network: Network) -> None:
    """All but the buffer's traffic in CONV3, which does not follow from what is published."""
    found = list(counts(network))
    outside = [line for line in found if line.state == "outside"]
    assert [line.reason for line in outside] == [UNEXPLAINED] * (network is ALEXNET)
    for line in found:
        if line.reason == TIME:
            assert line.got < line.expected


def test_traffic_that_the_paper_does_not_explain_stays_what_it_is() -> None:
    (line,) = (line for line in counts(ALEXNET) if line.reason == UNEXPLAINED)
    assert line.got == pytest.approx(69.22, abs=0.005)


def test_the_inferred_mapping_has_the_traffic_that_it_is_inferred_from() -> None:
    """vgg.py says so."""
    shown = [line for line in counts(VGG16) if line.figure.endswith("global buffer")]
    assert len(shown) == len(VGG)
    assert max(abs(line.off) for line in shown) < 0.04
    (dram,) = (line for line in counts(VGG16) if line.figure == "VGG-16 DRAM, coded")
    assert abs(dram.off) < 0.05


@pytest.fixture(scope="module")
def mapped() -> dict[str, float]:
    """VGG-16 under our mapper: how far it is from the chip, by figure."""
    return {line.figure: line.off for line in by_our_mapper()}


def test_our_mapper_takes_another_mapping_than_the_chip(mapped: dict[str, float]) -> None:
    """Its DRAM traffic is the chip's, its latency is not (``chip_lines.OURS`` says why)."""
    assert abs(mapped["VGG-16 DRAM, coded, our mappings"]) < 0.15
    assert mapped["VGG-16 latency, our mappings"] < -0.2
    for name in VGG:
        assert mapped[f"VGG-16 {name} buffer, our mapping"] < -0.2


@pytest.mark.parametrize("layer", LAYERS)
def test_the_mapping_fits_the_array(layer: str) -> None:
    problem, mapping = asked(LAYERS[layer])
    assert fits(problem, mapping)


def asked(row: Row) -> tuple[Problem, Mapping]:
    return problem_of(row.loops()), mapping_of(row.loops(), row.tiles)


def fits(problem: Problem, mapping: Mapping) -> bool:
    """Whether tiles have room in buffer, register files and array (section IV-A)."""
    buffer, file = mapping.tiles
    names = dict(zip("ngmcopqtrs", buffer, strict=True))
    ifmap = names["n"] * names["c"] * 16
    for axis, (out, tap) in enumerate((("o", "t"), ("p", "r"), ("q", "s"))):
        ifmap *= problem.span(axis, names[out], names[tap])
    psums = names["n"] * names["m"] * names["p"] * names["q"] * 16
    _, in_buffer, in_file = chip().machine.memories
    m, c, s = (dict(zip("ngmcopqtrs", file, strict=True))[dim] for dim in "mcs")
    rows, columns = (factors_of(mapping, axis) for axis in (0, 1))
    return (
        in_buffer.holds((0, ifmap, psums))
        and in_file.holds((m * c * s * 16, c * s * 16, m * 16))
        and rows <= ROWS
        and columns <= COLUMNS
    )


def factors_of(mapping: Mapping, axis: int) -> int:
    product = 1
    for factor in mapping.unrolled[axis]:
        product *= factor
    return product


def test_the_counts_are_those_of_a_walk() -> None:
    """Layers like CONV2 and CONV1-1, small enough to walk: folded sets, parts of columns."""
    row = CHIP["CONV2"]
    loops = replace(row.loops(), n=1, g=1, m=8, c=4, q=3, w=7)
    folded = problem_of(loops), mapping_of(loops, replace(row.tiles, m=4, p=2))
    row = VGG["CONV1-1"]
    loops = replace(row.loops(), n=1, m=8, p=15, q=5, h=17, w=7)
    parted = problem_of(loops), mapping_of(loops, replace(row.tiles, m=8, p=2, f=2))
    machine = chip().machine
    for problem, mapping in (folded, parted):
        assert walk(problem, machine, mapping) == accesses(problem, machine, mapping)


COLUMNS_OF_TABLE = {
    "power_mw": "power_mW",
    "total_ms": "total_latency_ms",
    "processing_ms": "processing_latency_ms",
    "active_pes": "active_PEs",
    "buffer_mb": "glb_access_MB",
    "dram_mb": "dram_access_MB",
}


@pytest.mark.parametrize(
    ("network", "table", "zeros"),
    [
        (ALEXNET, "jssc17_alexnet_tableV", "AlexNet"),
        (VGG16, "jssc17_vgg16_tableVI", "VGG16"),
    ],
    ids=["AlexNet", "VGG-16"],
)
def test_the_copied_numbers_are_those_of_the_papers(
    shared: Path, network: Network, table: str, zeros: str
) -> None:
    published = read(shared, "eyeriss_published.json")[table]
    ofmaps = read(shared, "activation_sparsity.json")["networks"][zeros]
    assert published["rows"].keys() == {*network.rows, "Total"}
    assert {published["batch"]} == {row.batch for row in network.rows.values()}
    rows = {name: row.measured for name, row in network.rows.items()} | {"Total": network.total}
    for name, copied in rows.items():
        row = published["rows"][name]
        for own, column in COLUMNS_OF_TABLE.items():
            assert getattr(copied, own) == row[column], (name, own)
        assert 100 * copied.zeros_ifmap == pytest.approx(row["zeros_ifmap_pct"], abs=1e-9)
    for own_row, layer in zip(network.rows.values(), ofmaps, strict=False):
        assert own_row.measured.zeros_ofmap == layer["zeros_ofmap"]
        shape = layer["shape"]
        theirs = [shape[name] for name in ("H_padded", "R", "E", "C_per_group", "M", "stride")]
        assert [own_row.hw, own_row.rs, own_row.ef, own_row.c, own_row.filters, own_row.stride] == (
            theirs
        )


def test_the_mappings_are_those_of_table_iii(shared: Path) -> None:
    hardware = read(shared, "eyeriss_hardware.json")["alexnet_rs_mapping_tableIII"]
    for name, row in CHIP.items():
        tiles = row.tiles
        shape = [row.hw, row.rs, row.ef, row.c, row.filters, row.stride]
        parameters = [tiles.m, tiles.n, tiles.e, tiles.p, tiles.q, tiles.r, tiles.t]
        assert hardware[name][:13] == [*shape, *parameters]
        assert tiles.f is None


def read(shared: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "references" / name).read_text())
    return found
