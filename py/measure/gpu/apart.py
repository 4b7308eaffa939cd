"""Whole networks, each predicted by a fit that has seen none of its layers' shapes.

A shape is left out at every batch and in every precision, whatever else differs: sizes that the
network has are not in the fit at all.
"""

import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from py.errors import JoulegraphError
from py.graph import Choices
from py.layers import Model, read_model
from py.measure.fit.profile_fit import fit_profile
from py.measure.plans.networks import network_path
from py.measure.table.row import Row
from py.measure.table.row_workload import BITS, workload_of_row
from py.platforms.measured.engine import Measured
from py.platforms.measured.of_layer import workload_of
from py.platforms.measured.read import profile_from_json
from py.platforms.measured.workload import PRECISIONS, Workload

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Predicted:
    """A measured network and what a fit says of it; None is unavailable."""

    network: str
    batch: int
    dtype: str
    time_s: float
    energy_j: float | None
    predicted_s: float
    predicted_j: float | None

    @property
    def time_error(self) -> float:
        return self.predicted_s / self.time_s - 1

    @property
    def energy_error(self) -> float | None:
        if self.energy_j is None or self.predicted_j is None:
            return None
        return self.predicted_j / self.energy_j - 1


def networks_of(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the measured rows of whole networks, by the network."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = row.others.get("network", "").strip()
        if row.is_network and name and row.runtime_s is not None:
            found.setdefault(name, []).append(row)
    return found


def each_apart(rows: Sequence[Row], pool: Executor) -> list[Predicted]:
    """Return every network as fits predict it that are made without its layers' shapes."""
    layers = [row for row in rows if row.is_layer]
    jobs = [
        pool.submit(_apart, without_own(layers, name), name, tuple(own))
        for name, own in networks_of(rows).items()
    ]
    return [found for job in jobs for found in job.result()]


def with_own(platform: Measured, rows: Sequence[Row]) -> list[Predicted]:
    """Return every network as one platform predicts it."""
    return [predicted(platform, row) for name, own in networks_of(rows).items() for row in own]


def without_own(layers: Sequence[Row], network: str) -> list[Row]:
    """Return the rows of layers whose shape the network has not."""
    own = {_key(work, 1) for work in _works(_model(network, 1))}
    return [row for row in layers if not _is_among(row, own)]


def predicted(platform: Measured, row: Row) -> Predicted:
    """Return what a platform says of a measured network: the sum over its layers."""
    name, dtype = row.others.get("network", "").strip(), (row.dtype or "fp32").lower()
    batch = row.batch or 1
    times: list[float] = []
    energies: list[float | None] = []
    for work, runs in _with_runs(_model(name, batch)):
        estimate = platform.answer(in_precision(work, dtype)).estimate().repeated(runs)
        times.append(estimate.time_s or 0.0)
        energies.append(estimate.energy_j)
    known = [one for one in energies if one is not None]
    return Predicted(
        *(name, batch, dtype, row.runtime_s or math.nan, row.energy_j, math.fsum(times)),
        math.fsum(known) if len(known) == len(energies) else None,
    )


def in_precision(work: Workload, dtype: str) -> Workload:
    """Return a workload at a precision, by its name in tables."""
    bits = BITS[dtype]
    precision = dtype if dtype in PRECISIONS else ""
    return replace(work, weight_bits=bits, activation_bits=bits, precision=precision)


def _apart(layers: Sequence[Row], name: str, rows: Sequence[Row]) -> list[Predicted]:
    found = fit_profile("apart", layers, (), {})
    platform = Measured("apart", name, "", profile_from_json(found.json))
    return [predicted(platform, row) for row in rows]


def _model(network: str, batch: int) -> Model:
    path = network_path(network)
    with path.open("rb") as file:
        return read_model(file, path.name, Choices(batch=batch))


def _with_runs(model: Model) -> list[tuple[Workload, int | float]]:
    """Return what the layers of a model compute, without those that move nothing."""
    found = []
    for layer in model.layers:
        work = None if layer.in_place else workload_of(layer)
        if work is not None:
            found.append((work, layer.runs))
    return found


def _works(model: Model) -> list[Workload]:
    return [work for work, _ in _with_runs(model)]


def _is_among(row: Row, own: set[Key]) -> bool:
    try:
        work = workload_of_row(row)
    except JoulegraphError:
        return False  # the fit leaves it out as well
    return _key(work, row.batch or 1) in own


def _key(work: Workload, batch: int) -> Key:
    """Return what tells shapes apart at whatever batch and precision."""
    sizes = work.groups, work.cin, work.cout, work.h, work.w, work.oh, work.ow, work.kh, work.kw
    each = work.ifmap_elements / batch, work.ofmap_elements / batch, work.weight_elements
    return work.kind, *sizes, round(work.stride, 6), *each
