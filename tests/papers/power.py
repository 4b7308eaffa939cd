"""The chip's power by two parameters: the joules of a MAC energy, and static power.

The chip's power is on-chip energy over time, and what it draws whatever it does:

    power = idle_power_w + mac_energy_j * (MAC energies on chip) / (total latency)

DRAM is off the chip and left out. The time is the published *total* latency, not the processing
latency and not ours: the average power that the tables print in their last line follows from the
layers' powers only with total latencies as weights (AlexNet 278.3, VGG-16 235.8, printed 278 and
236; by processing latencies 277.2 and 235.3), and 23.1 GMAC/s at 278 mW are the 83.1 GMAC/s/W of
section VI-A only so. While the chip waits for DRAM it draws static power and moves little.

Fitted by least squares on AlexNet's five layers (table V) under the published mappings (table III);
tested on VGG-16's thirteen (table VI), under the mappings of ``vgg.py``.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.nest.mapping import Mapping
from tests.papers.chip import CHIP, Row
from tests.papers.run import Run, chip, run

Latency = Literal["total", "processing", "ours"]


@dataclass(frozen=True, slots=True)
class Point:
    """A layer: MAC energies a second on chip, and the power measured."""

    name: str
    macs_per_s: float
    power_w: float


@dataclass(frozen=True, slots=True)
class Fit:
    """The two parameters."""

    mac_energy_j: float
    idle_power_w: float

    def power_w(self, point: Point) -> float:
        """Return the power that the fit expects."""
        return self.idle_power_w + self.mac_energy_j * point.macs_per_s

    def residuals_mw(self, points: Iterable[Point]) -> list[float]:
        """Return expected less measured power, in mW."""
        return [1e3 * (self.power_w(point) - point.power_w) for point in points]


def points(
    rows: dict[str, Row],
    hardware: Hardware | None = None,
    *,
    latency: Latency = "total",
    mappings: dict[str, Mapping] | None = None,
) -> list[Point]:
    """Return the layers under their tiles, or under other mappings."""
    found = []
    for name, row in rows.items():
        counted = run(row, hardware or chip(), None if mappings is None else mappings[name])
        seconds = _latency_ms(row, counted, latency) / 1e3
        found.append(Point(name, counted.on_chip / seconds, row.measured.power_mw / 1e3))
    return found


def _latency_ms(row: Row, counted: Run, latency: Latency) -> float:
    measured = row.measured
    return {
        "total": measured.total_ms,
        "processing": measured.processing_ms,
        "ours": counted.processing_ms,
    }[latency]


def fit(given: Sequence[Point]) -> Fit:
    """Return the line through the points with the least sum of squared differences in power."""
    rates, powers = ([getattr(point, name) for point in given] for name in Point.__slots__[1:])
    middle_rate, middle_power = mean(rates), mean(powers)
    above = math.fsum(
        (rate - middle_rate) * (power - middle_power)
        for rate, power in zip(rates, powers, strict=True)
    )
    slope = above / math.fsum((rate - middle_rate) ** 2 for rate in rates)
    return Fit(slope, middle_power - slope * middle_rate)


def standard_errors(given: Sequence[Point]) -> tuple[float, float]:
    """Return the standard errors of the two parameters, in J and W."""
    found = fit(given)
    left = math.fsum((residual / 1e3) ** 2 for residual in found.residuals_mw(given))
    variance = left / (len(given) - 2)
    rates = [point.macs_per_s for point in given]
    spread = math.fsum((rate - mean(rates)) ** 2 for rate in rates)
    of_idle = variance * (1 / len(given) + mean(rates) ** 2 / spread)
    return math.sqrt(variance / spread), math.sqrt(of_idle)


def fitted_text(found: Fit) -> str:
    """Return the two parameters with their standard errors."""
    of_mac, of_idle = standard_errors(points(CHIP))
    return (
        f"mac_energy_j {found.mac_energy_j:.4g} ({of_mac:.2g}), "
        f"idle_power_w {found.idle_power_w:.4g} ({of_idle:.2g}); in brackets standard errors"
    )


@cache
def chip_fit() -> Fit:
    """Return the fit that the shipped files state."""
    return fit(points(CHIP))


def constant_errors_mw(trained: Sequence[Point], tested: Sequence[Point]) -> list[float]:
    """Return how far the best constant for some layers is off on others, in mW."""
    constant = mean([point.power_w for point in trained])
    return [1e3 * (constant - point.power_w) for point in tested]


def mean(values: Sequence[float]) -> float:
    """Return the mean."""
    return math.fsum(values) / len(values)


def mean_size(values: Iterable[float]) -> float:
    """Return the mean of the absolute values."""
    return mean([abs(value) for value in values])


def root_mean_square(values: Sequence[float]) -> float:
    """Return the root of the mean of the squares."""
    return math.sqrt(mean([value * value for value in values]))


def sparing(*tensors: str) -> Hardware:
    """Return the chip with other accesses spared by a zero ifmap value."""
    hardware = chip()
    return replace(hardware, skipped=replace(hardware.skipped, spared=tensors))
