"""Whole networks, each predicted by a fit that has seen none of its layers' shapes.

A shape is left out at every batch and in every precision, whatever else differs: sizes that the
network has are not in the fit at all.
"""

import math
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from py.errors import JoulegraphError
from py.graph import Choices
from py.layers import Model, read_model
from py.measure.fit.profile_fit import Source, fit_profile
from py.measure.plans.networks import network_path
from py.measure.table.row import NETWORK, Row
from py.measure.table.row_workload import BITS, workload_of_row
from py.measure.table.rows import stream_rows
from py.platforms.measured.engine import Measured
from py.platforms.measured.of_layer import workload_of
from py.platforms.measured.read import profile_from_json
from py.platforms.measured.workload import PRECISIONS, Workload

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Predicted:
    """A measured network and what a fit says of it; None is unavailable, and ``note`` says why."""

    network: str
    batch: int
    dtype: str
    time_s: float
    energy_j: float | None
    predicted_s: float | None
    predicted_j: float | None
    note: str = ""

    @property
    def time_error(self) -> float | None:
        return None if self.predicted_s is None else self.predicted_s / self.time_s - 1

    @property
    def energy_error(self) -> float | None:
        if self.energy_j is None or self.predicted_j is None:
            return None
        return self.predicted_j / self.energy_j - 1


def networks_of(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the measured rows of whole networks, by the network."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = row.others.get("network", "").strip()
        if row.is_network and name and row.runtime_s is not None:
            found.setdefault(name, []).append(row)
    return found


def each_apart(
    source: Source, capture: Path, networks: Iterable[Row], pool: Executor
) -> list[Predicted]:
    """Return every network as fits predict it that are made without its layers' shapes."""
    jobs = [pool.submit(apart, source, capture, name) for name in networks_of(networks)]
    return [found for job in jobs for found in job.result()]


def apart(source: Source, capture: Path, network: str) -> list[Predicted]:
    """Return one network of a capture as a fit without its layers' shapes predicts it."""
    rows = stream_rows([capture])
    layers = Without(rows, network)
    own = networks_of(rows.of_op(NETWORK))[network]
    try:
        found = fit_profile("apart", layers, (source,), {})
    except JoulegraphError as error:  # too little is left
        return [_unknown(row, error.message) for row in own]
    platform = Measured("apart", network, "", profile_from_json(found.json))
    return [predicted(platform, row) for row in own]


def with_own(platform: Measured, rows: Iterable[Row]) -> list[Predicted]:
    """Return every network as one platform predicts it."""
    return [predicted(platform, row) for name, own in networks_of(rows).items() for row in own]


class Without(Iterable[Row]):
    """Layers of other shapes than a network's, gone through anew each time and never all held."""

    def __init__(self, rows: Iterable[Row], network: str) -> None:
        self._rows = rows
        self._own = {_key(work, 1) for work in _works(_model(network, 1))}

    def __iter__(self) -> Iterator[Row]:
        return (row for row in self._rows if row.is_layer and not _is_among(row, self._own))


def predicted(platform: Measured, row: Row) -> Predicted:
    """Return what a platform says of a measured network: the sum over its layers."""
    _, batch, dtype = _named(row)
    times: list[float] = []
    energies: list[float | None] = []
    try:
        for work, runs in _with_runs(_model(_named(row)[0], batch)):
            estimate = platform.answer(in_precision(work, dtype)).estimate().repeated(runs)
            times.append(estimate.time_s)
            energies.append(estimate.energy_j)
    except JoulegraphError as error:
        return _unknown(row, error.message)
    known = [one for one in energies if one is not None]
    energy_j = math.fsum(known) if len(known) == len(energies) else None
    return replace(_unknown(row, ""), predicted_s=math.fsum(times), predicted_j=energy_j)


def _unknown(row: Row, note: str) -> Predicted:
    return Predicted(*_named(row), row.runtime_s or math.nan, row.energy_j, None, None, note)


def _named(row: Row) -> tuple[str, int, str]:
    return row.others.get("network", "").strip(), row.batch or 1, (row.dtype or "fp32").lower()


def in_precision(work: Workload, dtype: str) -> Workload:
    """Return a workload at a precision, by its name in tables."""
    bits = BITS[dtype]
    precision = dtype if dtype in PRECISIONS else ""
    return replace(work, weight_bits=bits, activation_bits=bits, precision=precision)


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
