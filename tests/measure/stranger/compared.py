"""A profile fitted to a sample of a made-up machine, beside what the machine takes for networks."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from py.measure.fit.profile_fit import ProfileFit, Source, fit_profile
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.engine import Measured
from py.platforms.measured.read import profile_from_json
from py.platforms.timed import TimedEstimate
from tests.measure.stranger.machines import Machine, measured
from tests.measure.stranger.networks import BATCHES, names, network
from tests.measure.stranger.sample import sample


@dataclass(frozen=True)
class Predicted:
    """A layer of a network: what the machine takes, and what the profile says."""

    network: str
    row: Row
    estimate: TimedEstimate

    @property
    def error(self) -> float:
        assert self.row.runtime_s is not None
        return self.estimate.time_s / self.row.runtime_s - 1

    @property
    def covered(self) -> bool:
        ends = None if self.estimate.interval is None else self.estimate.interval.of("time_s")
        assert self.row.runtime_s is not None
        return ends is not None and ends[0] <= self.row.runtime_s <= ends[1]


def platform_of(fit: ProfileFit) -> Measured:
    """Return the platform of a fit."""
    return Measured(fit.json["id"], fit.json["name"], "", profile_from_json(fit.json))


def fit_of(rows: Sequence[Row]) -> ProfileFit:
    """Return a profile fitted to rows."""
    return fit_profile("stranger", rows, (Source("sample.csv", "0" * 64, ()),), {})


def platform_from(rows: Sequence[Row]) -> Measured:
    """Return the platform of a profile fitted to rows."""
    return platform_of(fit_of(rows))


def fitted(machine: Machine, rows: int) -> ProfileFit:
    """Return a profile fitted to a sample of so many rows."""
    return fit_of(sample(machine, rows))


def predicted(machine: Machine, platform: Measured) -> tuple[Predicted, ...]:
    """Return the layers of all networks and batches."""
    return tuple(
        Predicted(name, taken, platform.answer(workload_of_row(taken)).estimate())
        for name in names()
        for batch in BATCHES
        for taken in (measured(machine, row, None) for row in network(name, batch))
    )


def sums(layers: Sequence[Predicted]) -> dict[tuple[str, int], float]:
    """Return the error of each network's sum, by name and batch."""
    measured_s: dict[tuple[str, int], float] = {}
    predicted_s: dict[tuple[str, int], float] = {}
    for layer in layers:
        assert layer.row.batch is not None
        assert layer.row.runtime_s is not None
        key = layer.network, layer.row.batch
        measured_s[key] = measured_s.get(key, 0.0) + layer.row.runtime_s
        predicted_s[key] = predicted_s.get(key, 0.0) + layer.estimate.time_s
    return {key: predicted_s[key] / measured_s[key] - 1 for key in measured_s}


def median_error(layers: Sequence[Predicted]) -> float:
    """Return the median of the layers' errors, whichever way they are off."""
    return statistics.median(abs(layer.error) for layer in layers)
