"""The Eyeriss chip as measured: its global-buffer traffic, its PEs at work and its time on AlexNet.

``chip.py`` has the mappings and the measured values.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from py.layers.layer import Zeros
from py.platforms.accelerator.costs import Widths, access_costs
from py.platforms.accelerator.delay import delay_of
from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.problem import problem_of
from py.platforms.accelerator.work import Work
from tests.papers.chip import BATCH, CHIP, COLUMNS, ROWS, mapping_of
from tests.platforms.accelerator.edited import eyeriss
from tests.platforms.accelerator.nest.walk import walk

WORD_BYTES = 2
WIDTHS = Widths(weight=16, activation=16, psum=16)
HARDWARE = eyeriss()

# Its value does not follow from the published parameters: printed beside ours, not asserted.
UNEXPLAINED = "CONV3"

# paper, layer, quantity, expected, relative tolerance, reason of the tolerance
ROUNDING = "three digits are printed"
TIME = "without ramp-up and stalls, of which the paper gives no cycles: always shorter"
TABLE = [
    *(
        ("JSSC 2017, table V", name, "buffer_mb", row.buffer_mb, 0.005, ROUNDING)
        for name, row in CHIP.items()
        if name != UNEXPLAINED
    ),
    *(
        ("JSSC 2017, table V", name, "processing_ms", row.processing_ms, 0.2, TIME)
        for name, row in CHIP.items()
    ),
]


def asked(layer: str) -> tuple[Problem, Mapping]:
    loops = CHIP[layer].loops()
    return problem_of(loops), mapping_of(loops, CHIP[layer].tiles)


def buffer_mb(found: dict[Access, int]) -> float:
    """Return what table V counts: what the array reads and writes of ifmaps and psums.

    Not the traffic with DRAM, and no filters, which have a buffer of their own (section V-A).
    """
    words = sum(
        count
        for (_, level, kind), count in found.items()
        if level == "global_buffer" and kind in ("read", "update")
    )
    return words * WORD_BYTES / 1e6


def measured(layer: str, quantity: str) -> float:
    problem, mapping = asked(layer)
    found = accesses(problem, HARDWARE.machine, mapping)
    if quantity == "buffer_mb":
        return buffer_mb(found)
    assert HARDWARE.clock_hz is not None
    work = Work.of(problem, HARDWARE, mapping)
    costs = access_costs(HARDWARE, WIDTHS, Zeros())
    delay = delay_of(HARDWARE, found, costs, compute=work.cycles, active_pes=work.active_pes)
    assert delay is not None
    return delay.cycles / HARDWARE.clock_hz * 1e3


@pytest.mark.parametrize(("paper", "layer", "quantity", "expected", "tolerance", "reason"), TABLE)
def test_the_chip(
    paper: str, layer: str, quantity: str, expected: float, tolerance: float, reason: str
) -> None:
    seen = measured(layer, quantity)
    print(f"{paper}: {layer} {quantity} {expected} ± {tolerance:.1%} ({reason}), seen {seen:.2f}")
    assert seen == pytest.approx(expected, rel=tolerance)
    if reason == TIME:
        assert seen < expected


def test_traffic_that_the_paper_does_not_explain_is_shown() -> None:
    seen, expected = measured(UNEXPLAINED, "buffer_mb"), CHIP[UNEXPLAINED].buffer_mb
    print(f"JSSC 2017, table V: {UNEXPLAINED} global buffer {expected} MB, seen {seen:.2f} MB")
    assert seen == pytest.approx(69.22, abs=0.005)


@pytest.mark.parametrize("layer", CHIP)
def test_the_mapping_fits_the_array_and_keeps_as_many_pes_at_work(layer: str) -> None:
    row = CHIP[layer]
    problem, mapping = asked(layer)
    assert fits(problem, mapping)
    assert Work.of(problem, HARDWARE, mapping).active_pes == row.active_pes


def fits(problem: Problem, mapping: Mapping) -> bool:
    """Whether tiles have room in buffer, register files and array (section IV-A)."""
    buffer, file = mapping.tiles
    names = dict(zip("ngmcopqtrs", buffer, strict=True))
    ifmap = names["n"] * names["c"] * 16
    for axis, (out, tap) in enumerate((("o", "t"), ("p", "r"), ("q", "s"))):
        ifmap *= problem.span(axis, names[out], names[tap])
    psums = names["n"] * names["m"] * names["p"] * names["q"] * 16
    _, in_buffer, in_file = HARDWARE.machine.memories
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
    """A layer like CONV2, small enough to walk, with sets of PEs that fold."""
    row = CHIP["CONV2"]
    loops = replace(row.loops(), n=1, g=1, m=8, c=4, q=3, w=7)
    tiles = replace(row.tiles, m=4, p=2)
    problem, mapping = problem_of(loops), mapping_of(loops, tiles)
    assert walk(problem, HARDWARE.machine, mapping) == accesses(problem, HARDWARE.machine, mapping)


def test_the_copied_numbers_are_those_of_the_papers(shared: Path) -> None:
    hardware = read(shared, "eyeriss_hardware.json")["alexnet_rs_mapping_tableIII"]
    published = read(shared, "eyeriss_published.json")["jssc17_alexnet_tableV"]
    assert published["batch"] == BATCH
    for name, row in CHIP.items():
        tiles = row.tiles
        shape = [row.hw, row.rs, row.ef, row.c, row.filters, row.stride]
        parameters = [tiles.m, tiles.n, tiles.e, tiles.p, tiles.q, tiles.r, tiles.t]
        assert hardware[name][:13] == [*shape, *parameters]
        assert published["rows"][name]["glb_access_MB"] == row.buffer_mb
        assert published["rows"][name]["active_PEs"] == row.active_pes
        assert published["rows"][name]["processing_latency_ms"] == row.processing_ms


def read(shared: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "references" / name).read_text())
    return found
