"""A layer on the chip under a given mapping: what we count of what was measured."""

import math
from dataclasses import dataclass
from functools import cache

from py.layers.layer import Zeros
from py.platforms import load_platform
from py.platforms.accelerator.best import EFFORT, best
from py.platforms.accelerator.costs import AccessCosts, Widths, access_costs
from py.platforms.accelerator.delay import delay_of
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.problem import problem_of
from py.platforms.accelerator.terms import access_terms, compute_term
from py.platforms.accelerator.work import Work
from tests.papers.chip import Row, mapping_of

WORD_BYTES = 2
WIDTHS = Widths(weight=16, activation=16, psum=16)


@dataclass(frozen=True, slots=True)
class Run:
    """Counts of one layer for its batch; ``on_chip`` in MAC energies, all but what DRAM takes."""

    active_pes: int
    processing_ms: float
    buffer_mb: float
    dram_mb: float
    on_chip: float


@cache
def chip() -> Hardware:
    """Return the chip as shipped."""
    platform = load_platform("eyeriss-chip")
    assert isinstance(platform, Accelerator)
    return platform.hardware


def run(row: Row, hardware: Hardware, mapping: Mapping | None = None) -> Run:
    """Count a layer under its own tiles, or another mapping."""
    problem = problem_of(row.loops())
    mapping = mapping_of(row.loops(), row.tiles) if mapping is None else mapping
    costs = access_costs(hardware, WIDTHS, row.zeros)
    found = accesses(problem, hardware.machine, mapping)
    terms = (compute_term(problem.macs, costs, WIDTHS), *access_terms(problem, found, costs))
    dram_bits = [term.accesses * term.bits_per_word for term in terms if term.level == "dram"]
    return Run(
        active_pes=Work.of(problem, hardware, mapping).active_pes,
        processing_ms=_processing_ms(problem, hardware, mapping, found, costs),
        buffer_mb=_buffer_words(found) * WORD_BYTES / 1e6,
        dram_mb=math.fsum(dram_bits) / 8e6,
        on_chip=math.fsum(term.energy for term in terms if term.level != "dram"),
    )


def least_energy_mapping(row: Row, hardware: Hardware) -> Mapping:
    """Return the mapping that our mapper would choose under row stationary."""
    costs = access_costs(hardware, WIDTHS, row.zeros)
    space = hardware.dataflow().space
    problem = problem_of(row.loops())
    return best(problem, hardware, space, WIDTHS, costs, looks=EFFORT).found.mapping


def _buffer_words(found: dict[Access, int]) -> int:
    """Return what the tables count: what the array reads and writes of ifmaps and psums.

    Not the traffic with DRAM, and no filters, which have a buffer of their own (section V-A).
    """
    return sum(
        count
        for (_, level, kind), count in found.items()
        if level == "global_buffer" and kind in ("read", "update")
    )


def _processing_ms(
    problem: Problem,
    hardware: Hardware,
    mapping: Mapping,
    found: dict[Access, int],
    costs: AccessCosts,
) -> float:
    """Return how long the chip processes: PEs compute while the three networks feed them.

    Traffic with DRAM is left out, as in the tables' processing latency (section VI-A); it does not
    go over these networks (section V-B).
    """
    inside = {
        access: count
        for access, count in found.items()
        if access[1] != "dram" and (access[1], access[2]) not in _WITH_DRAM
    }
    work = Work.of(problem, hardware, mapping)
    delay = delay_of(hardware, inside, costs, compute=work.cycles, active_pes=work.active_pes)
    assert delay is not None
    assert hardware.clock_hz is not None
    return delay.cycles / hardware.clock_hz * 1e3


_WITH_DRAM = {("global_buffer", "fill"), ("global_buffer", "drain")}
DENSE = Zeros()
