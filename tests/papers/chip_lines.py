"""The Eyeriss chip in lines: AlexNet (JSSC 2017, table V) and VGG-16 (table VI)."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.papers import chip, vgg
from tests.papers.chip import CHIP, Measured, Row
from tests.papers.line import Line
from tests.papers.power import (
    Fit,
    Point,
    chip_fit,
    constant_errors_mw,
    fit,
    mean_size,
    points,
    root_mean_square,
    sparing,
)
from tests.papers.run import Run, least_energy_mapping, run
from tests.papers.run import chip as hardware
from tests.papers.vgg import VGG

EXACT: Final = "counted, not rounded"
ROUNDED: Final = "three digits are printed"
UNEXPLAINED: Final = (
    "does not follow from the published parameters: with 4 channels of a PE and psums of 64 "
    "filters in the buffer, 256 channels take 64 passes, each reading and writing all psums"
)
TIME: Final = "networks and PEs at full rate, without ramp-up of passes: always shorter"
INFERRED: Final = "the mapping is inferred from this column and others, see tests/papers/vgg.py"
OURS: Final = (
    "under the mapper's own mappings, which are not the chip's: those of least energy, static "
    "power included, keep more channels and fewer filters in a pass, so that early layers move a "
    "tenth of the psums, for which the chip waits"
)
CODED: Final = (
    "run lengths expected from shares of zeros that lie anywhere; ofmaps' shares are another's"
)
FITTED: Final = "fitted: with static power, to these five"
TESTED: Final = "not fitted"
HALF: Final = "at most half the mean error of the best constant for AlexNet's five layers"
CONSTANT: Final = "expected: the error of that constant; only shown"
GATED: Final = (
    "as the line before, with other accesses spared by a zero ifmap value. On AlexNet alone they "
    "fit worse, which is why the file has all three spared"
)
LATENCY: Final = "with other times than the published total latency, see tests/papers/power.py"
CHECKED: Final = "not fitted; post-layout simulation of CONV1 (figure 16)"


@dataclass(frozen=True, slots=True)
class Network:
    """A table of measurements with our runs of its layers."""

    paper: str
    name: str
    rows: Mapping[str, Row]
    total: Measured

    def runs(self) -> dict[str, Run]:
        """Return the layers under the chip's mapping."""
        return {name: run(row, hardware()) for name, row in self.rows.items()}


ALEXNET = Network("JSSC 2017, table V", "AlexNet", CHIP, chip.TOTAL)
VGG16 = Network("JSSC 2017, table VI", "VGG-16", VGG, vgg.TOTAL)


def counts(network: Network) -> Iterator[Line]:
    """Yield PEs at work, processing latency, traffic of the global buffer and of DRAM."""
    runs, published = network.runs(), network is ALEXNET
    paper, model = network.paper, network.name
    for name, found in runs.items():
        seen = network.rows[name].measured
        figure, reason = f"{model} {name} active PEs", EXACT if published else INFERRED
        yield Line(paper, figure, seen.active_pes, found.active_pes, "", 0.0, reason)
    for name, found in runs.items():
        seen = network.rows[name].measured
        figure = f"{model} {name} processing latency"
        yield Line(paper, figure, seen.processing_ms, found.processing_ms, "ms", 0.2, TIME)
    whole = math.fsum(found.processing_ms for found in runs.values())
    expected = network.total.processing_ms
    yield Line(paper, f"{model} processing latency", expected, whole, "ms", 0.2, TIME)
    for name, found in runs.items():
        seen = network.rows[name].measured
        tolerance, reason = (0.005, ROUNDED) if published else (None, INFERRED)
        if (model, name) == ("AlexNet", "CONV3"):
            reason = UNEXPLAINED
        figure = f"{model} {name} global buffer"
        yield Line(paper, figure, seen.buffer_mb, found.buffer_mb, "MB", tolerance, reason)
    for name, found in runs.items():
        seen = network.rows[name].measured
        figure = f"{model} {name} DRAM, coded"
        yield Line(paper, figure, seen.dram_mb, found.dram_mb, "MB", None, CODED)
    whole = math.fsum(found.dram_mb for found in runs.values())
    expected = network.total.dram_mb
    yield Line(paper, f"{model} DRAM, coded", expected, whole, "MB", 0.15, CODED)


def power() -> Iterator[Line]:
    """Yield power by the fit: layer by layer, the error that counts, and two checks."""
    found = chip_fit()
    for network, reason in ((ALEXNET, FITTED), (VGG16, TESTED)):
        for name, point in zip(network.rows, points(dict(network.rows)), strict=True):
            figure = f"{network.name} {name} power"
            expected = network.rows[name].measured.power_mw
            got = 1e3 * found.power_w(point)
            yield Line(network.paper, figure, expected, got, "mW", None, reason)
    yield _error("VGG-16 mean error of power", found, 0.5, HALF)
    constant = root_mean_square(constant_errors_mw(points(CHIP), points(VGG)))
    got = root_mean_square(found.residuals_mw(points(VGG)))
    figure = "VGG-16 root mean square error of power"
    yield Line(VGG16.paper, figure, constant, got, "mW", None, CONSTANT)
    for what, spared in (("and psum", ("weight", "psum")), ("alone", ("weight",))):
        other = sparing(*spared)
        refit = fit(points(CHIP, other))
        figure = f"the same, a zero sparing MAC, weight {what}"
        yield _error(figure, refit, None, GATED, points(VGG, other))
    for latency in ("processing", "ours"):
        refit = fit(points(CHIP, latency=latency))
        figure = f"the same, latency: {latency}"
        yield _error(figure, refit, None, LATENCY, points(VGG, latency=latency))
    yield from _checks(found)


def _error(
    figure: str,
    found: Fit,
    tolerance: float | None,
    reason: str,
    tested: list[Point] | None = None,
) -> Line:
    given = points(VGG) if tested is None else tested
    constant = mean_size(constant_errors_mw(points(CHIP), given))
    got = mean_size(found.residuals_mw(given))
    allowed = constant if tolerance is None else tolerance * constant
    limit = None if tolerance is None else 0.0
    return Line(VGG16.paper, figure, allowed, got, "mW", limit, reason, at_most=True)


def _checks(found: Fit) -> Iterator[Line]:
    """Yield what the fit says of CONV1, beside the paper's simulation of its power."""
    row = CHIP["CONV1"]
    watts = row.measured.power_mw / 1e3
    seconds = row.measured.total_ms / 1e3
    macs = row.loops().macs * (1 - row.measured.zeros_ifmap) * found.mac_energy_j / seconds
    moved = run(row, hardware()).on_chip * found.mac_energy_j / seconds - macs
    paper = "JSSC 2017, section VI-A"
    alus, data = "AlexNet CONV1 power of ALUs", "AlexNet CONV1 power of data movement"
    yield Line(paper, alus, 10, 100 * macs / watts, "%", 0.0, CHECKED, at_most=True)
    yield Line(paper, data, 45, 100 * moved / watts, "%", 0.0, CHECKED, at_most=True)


@cache
def mapped_by_us() -> dict[str, Run]:
    """Return VGG-16's layers under the mappings of our mapper."""
    return {
        name: run(row, hardware(), least_energy_mapping(row, hardware()))
        for name, row in VGG.items()
    }


def by_our_mapper() -> Iterator[Line]:
    """Yield VGG-16's latency and traffic under row stationary as our mapper has it."""
    runs = mapped_by_us()
    paper = VGG16.paper
    for name, found in runs.items():
        expected, got = VGG[name].measured.processing_ms, found.processing_ms
        yield Line(paper, f"VGG-16 {name} latency, our mapping", expected, got, "ms", 0.2, OURS)
    for quantity, unit, tolerance in (("processing_ms", "ms", 0.2), ("dram_mb", "MB", 0.15)):
        what = {"processing_ms": "latency", "dram_mb": "DRAM, coded"}[quantity]
        got = math.fsum(getattr(found, quantity) for found in runs.values())
        expected = getattr(VGG16.total, quantity)
        yield Line(paper, f"VGG-16 {what}, our mappings", expected, got, unit, tolerance, OURS)
    for name, found in runs.items():
        expected, got = VGG[name].measured.buffer_mb, found.buffer_mb
        yield Line(paper, f"VGG-16 {name} buffer, our mapping", expected, got, "MB", None, OURS)
