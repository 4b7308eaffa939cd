"""``--calibrate FILE``: measured times of whole networks, by which a profile is scaled.

The file is a table with a column ``runtime_ms`` and, as far as they are needed, ``model`` (an ONNX
file beside the table, a sample's id, or nothing for the model that is priced), ``batch`` (1 if left
out) and ``power_w``.
"""

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from py.bounded_json import read_bounded
from py.breakdown import Options, Result, price
from py.errors import JoulegraphError
from py.layers import Choices, Model, read_model
from py.layers.read import with_batch
from py.platforms import Platform
from py.platforms.load import PUBLIC, is_platform_id
from py.platforms.measured.calibration import Calibration, factor

NONE = "none"
_MOST_BYTES = 1_000_000
_MOST_NETWORKS = 100


class MeasuredNetwork(NamedTuple):
    """A whole network with its measured time, and power where it was measured."""

    model: str
    batch: int
    time_s: float
    power_w: float | None
    line: int


class Networks(NamedTuple):
    """The measured networks of a file, and the folder that it lies in."""

    folder: Path
    rows: tuple[MeasuredNetwork, ...]


def networks_of(path: str | None) -> Networks | None:
    """Return the networks of a file; None where no file is given.

    Raises:
        JoulegraphError: ``calibration-invalid`` with the line and what was expected there.
    """
    if path is None or path == NONE:
        return None
    file = Path(path)
    try:
        text = read_bounded(file, _MOST_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(f"a table that can be read, got {error}") from None
    try:
        found = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise _invalid(f"comma-separated values, got a line that is none ({error})") from None
    if not 1 <= len(found) <= _MOST_NETWORKS:
        raise _invalid(f"from 1 to {_MOST_NETWORKS} rows of networks, got {len(found)}")
    return Networks(file.parent, tuple(_row(row, at) for at, row in enumerate(found, 2)))


def calibration_of(networks: Networks, priced: Model, platform: Platform) -> Calibration:
    """Return by what a platform's times, and powers where measured, are to be scaled.

    Raises:
        JoulegraphError: ``calibration-invalid`` for a model that is not there, or whose layers the
            platform does not all time.
    """
    measured_s, predicted_s = [], []
    measured_w, predicted_w = [], []
    for row in networks.rows:
        model = _model(row, networks.folder, priced)
        result = price(model, platform, Options())
        measured_s.append(row.time_s)
        predicted_s.append(_time(result, row))
        if row.power_w is not None and result.power_w is not None:
            measured_w.append(row.power_w)
            predicted_w.append(result.power_w)
    return Calibration(
        time=factor(measured_s, predicted_s),
        power=factor(measured_w, predicted_w) if measured_w else None,
        networks=len(networks.rows),
    )


def _row(row: Mapping[str | None, object], line: int) -> MeasuredNetwork:
    cells = {str(name).strip(): str(cell or "").strip() for name, cell in row.items()}
    if "runtime_ms" not in cells:
        raise _invalid(f"a column 'runtime_ms', got {', '.join(cells)[:100]}")
    runtime_ms = _number(cells["runtime_ms"], "runtime_ms", line)
    power = cells.get("power_w", "")
    batch = _number(cells.get("batch", "") or "1", "batch", line)
    if batch != int(batch):
        raise _invalid(f"a whole number in column 'batch', got {batch:g}", line)
    return MeasuredNetwork(
        model=cells.get("model", "") or cells.get("network", ""),
        batch=int(batch),
        time_s=runtime_ms / 1000,
        power_w=_number(power, "power_w", line) if power else None,
        line=line,
    )


def _number(text: str, column: str, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1e12:
        raise _invalid(f"a number above 0 in column '{column}', got {text[:40]!r}", line)
    return value


def _model(row: MeasuredNetwork, folder: Path, priced: Model) -> Model:
    if not row.model:
        return with_batch(priced, row.batch) if row.batch != priced.batch else priced
    path = folder / row.model
    if not row.model.endswith(".onnx"):
        path = PUBLIC / "models" / f"{row.model}.onnx"
        if not is_platform_id(row.model):
            raise _invalid(f"a model's file or a sample's id, got {row.model[:60]!r}", row.line)
    try:
        with path.open("rb") as file:
            return read_model(file, path.name, Choices(batch=row.batch))
    except OSError as error:
        expected = f"a model that can be read, got {row.model[:60]!r}: {error.strerror}"
        raise _invalid(expected, row.line) from None


def _time(result: Result, row: MeasuredNetwork) -> float:
    if result.time_s is None or result.not_modelled:
        missing = ", ".join(entry.name for entry in result.not_modelled[:3])
        raise _invalid(f"a network whose layers are all timed, got none for {missing}", row.line)
    return result.time_s


def _invalid(expected: str, line: int = 0) -> JoulegraphError:
    where = f"Line {line} of the calibration" if line else "The calibration"
    return JoulegraphError(
        "calibration-invalid",
        f"{where} should have {expected}.",
        "Give a table with the columns model, batch and runtime_ms, as in resnet50,1,7.3.",
    )
