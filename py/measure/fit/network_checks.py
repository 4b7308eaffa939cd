"""Whole networks predicted from layers and compared with what was measured; none is fitted to.

A row of op ``network`` names a model in its column ``network``: one of the project's samples, or an
ONNX file beside the table. Its batch and, where the table has them, its input's channels and sides
must be the model's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from py.breakdown import Options, Result, price
from py.errors import JoulegraphError
from py.layers import Bits, Choices, Model, read_model
from py.measure.fit.errors_of_fit import nine_digits
from py.measure.table.row import Row
from py.measure.table.row_workload import BITS
from py.platforms.load import PUBLIC, is_platform_id
from py.platforms.measured.engine import Measured
from py.platforms.measured.spread import LEVEL
from py.platforms.measured.workload import PRECISIONS

_NATIVE = 32
_SINGLE = "fp32"
LEAST_NETWORKS = 10
"""With fewer networks there is no saying how alike the errors of layers are."""


@dataclass(frozen=True, slots=True)
class Check:
    """A network's measured and predicted time; the ends without and with full correlation.

    The energies are None where they were not measured, or some layer's is not known.
    """

    network: str
    batch: int
    measured_s: float
    predicted_s: float
    apart: tuple[float, float]
    together: tuple[float, float]
    dtype: str = _SINGLE
    measured_j: float | None = None
    predicted_j: float | None = None

    @property
    def correlation(self) -> float:
        """The least correlation of layers whose interval holds the measured time, up to 1."""
        side = 1 if self.measured_s > self.predicted_s else 0
        error = abs(self.measured_s - self.predicted_s)
        narrow = abs(self.apart[side] - self.predicted_s)
        wide = abs(self.together[side] - self.predicted_s)
        if error <= narrow:
            return 0.0
        return 1.0 if error >= wide else (error**2 - narrow**2) / (wide**2 - narrow**2)

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "network": self.network,
            "batch": self.batch,
            "measured_s": nine_digits(self.measured_s),
            "predicted_s": nine_digits(self.predicted_s),
            "error": float(f"{self.predicted_s / self.measured_s - 1:.4g}"),
        }
        if self.dtype != _SINGLE:
            found["dtype"] = self.dtype
        if self.measured_j is not None and self.predicted_j is not None:
            found["measured_j"] = nine_digits(self.measured_j)
            found["predicted_j"] = nine_digits(self.predicted_j)
        return found


def check_networks(
    platform: Measured, rows: Sequence[Row], folder: Path | None
) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Return the checks of rows of whole networks, and why the others could not be checked."""
    checks: list[Check] = []
    left: list[str] = []
    for row in rows:
        try:
            checks.append(_check(platform, row, folder))
        except JoulegraphError as error:
            left.append(f"network on line {row.line} of {row.file}: {error.message}")
    return tuple(checks), tuple(left)


def correlation_of(checks: Sequence[Check]) -> float | None:
    """Return the correlation with which the level's share of the networks lies inside.

    None with fewer than ten networks.
    """
    if len({(check.network, check.batch) for check in checks}) < LEAST_NETWORKS:
        return None
    needed = [check.correlation for check in checks]
    return nine_digits(float(np.quantile(needed, LEVEL, method="higher")))


def _check(platform: Measured, row: Row, folder: Path | None) -> Check:
    if row.runtime_s is None or row.batch is None:
        raise _not("a batch and a runtime", "none")
    model = _model(row, folder)
    platform, options = _at_precision(platform, row)
    ends = []
    predicted, energy_j = 0.0, None
    for correlation in (0.0, 1.0):
        profile = replace(platform.profile, correlation=correlation)
        result = price(model, replace(platform, profile=profile), options)
        predicted, energy_j = _time(result), result.energy_j
        found = None if result.interval is None else result.interval.of("time_s")
        ends.append(found or (predicted, predicted))
    return Check(
        *(_name(row), row.batch, row.runtime_s, predicted, ends[0], ends[1]),
        dtype=row.dtype or _SINGLE,
        measured_j=row.energy_j,
        predicted_j=energy_j,
    )


def network_of(platform: Measured, row: Row, folder: Path | None) -> Result:
    """Return what a network costs, all of its layers timed.

    Raises:
        JoulegraphError: ``network-unknown``, and why.
    """
    platform, options = _at_precision(platform, row)
    result = price(_model(row, folder), platform, options)
    _time(result)
    return result


def _at_precision(platform: Measured, row: Row) -> tuple[Measured, Options]:
    """Return a platform and options that price a network at the precision it was run in.

    The model's file has one, most often fp32, whatever the runner made of it: of the profile's
    models those at the row's precision answer, where there are any.
    """
    name = (row.dtype or "").lower()
    bits = BITS.get(name)
    if bits is None:
        return platform, Options()
    precision = {"bfloat16": "bf16"}.get(name, name)
    dtype = precision if precision in PRECISIONS else f"{bits}x{bits}"
    models = {key: model for key, model in platform.profile.models.items() if key[1] == dtype}
    if not models:
        return platform, Options()
    options = Options() if bits == _NATIVE else Options(bits=Bits(bits, bits))
    return replace(platform, profile=replace(platform.profile, models=models)), options


def _name(row: Row) -> str:
    return row.others.get("network", "").strip()


def _time(result: Result) -> float:
    if result.time_s is None or result.not_modelled:
        missing = ", ".join(entry.name for entry in result.not_modelled[:3])
        raise _not("all layers timed", f"none for {missing}")
    return result.time_s


def _model(row: Row, folder: Path | None) -> Model:
    name = _name(row)
    path = PUBLIC / "models" / f"{name}.onnx"
    if name.endswith(".onnx") and folder is not None and Path(name).name == name:
        path = folder / name
    elif not is_platform_id(name) or not path.is_file():
        raise _not("the name of a sample, or an ONNX file beside the table", repr(name[:40]))
    try:
        with path.open("rb") as file:
            model = read_model(file, path.name, Choices(batch=row.batch))
    except OSError as error:
        raise _not("a model that can be read", str(error.strerror)) from None
    _same_input(model, row)
    return model


def _same_input(model: Model, row: Row) -> None:
    asked = (row.cin, row.h, row.w)
    shapes = [shape for shape in model.inputs.values() if shape is not None and len(shape) == 4]
    if None not in asked and shapes and not any(shape[1:] == asked for shape in shapes):
        raise _not(f"an input of {shapes[0][1:]}, which the model has", f"{asked}")


def _not(expected: str, got: str) -> JoulegraphError:
    return JoulegraphError("network-unknown", f"expected {expected}, got {got}.", "Leave it out.")
