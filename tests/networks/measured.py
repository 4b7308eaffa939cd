"""The networks that were measured whole, each with what a profile fitted to layers alone says."""

import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from py.breakdown import Options, Result, price
from py.errors import JoulegraphError
from py.layers import Choices, Model, read_model
from py.measure.table.row import Row
from py.measure.table.rows import read_rows
from py.platforms.load import platform_from_json, read_platform_file, shipped_platforms
from py.platforms.measured.calibration import Calibration, factor
from py.platforms.measured.engine import Measured
from tests.networks.torchvision import NETWORKS, measured_network

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT.parent / "shared" / "data" / "networks.csv"


@dataclass(frozen=True, slots=True)
class Case:
    """A network at one batch on one device, as often as it was measured."""

    device: str
    network: str
    batch: int
    side: int
    rows: tuple[Row, ...]

    @property
    def times_s(self) -> tuple[float, ...]:
        return tuple(row.runtime_s for row in self.rows if row.runtime_s is not None)

    @property
    def energies_j(self) -> tuple[float, ...]:
        return tuple(row.energy_j for row in self.rows if row.energy_j is not None)


def cases() -> tuple[Case, ...]:
    """Return what networks.csv holds, repeats together, in its order."""
    found: dict[tuple[str, str, int, int], list[Row]] = {}
    for row in read_rows([TABLE]).rows:
        assert row.is_network
        assert row.batch is not None
        assert row.h is not None
        key = row.others["device"], row.others["network"], row.batch, row.h
        found.setdefault(key, []).append(row)
    return tuple(Case(*key, tuple(rows)) for key, rows in found.items())


@cache
def model_of(network: str, batch: int, side: int) -> Model:
    """Return a measured network; VGG-16 is the sample that ships."""
    if network in NETWORKS:
        data = measured_network(network, side).SerializeToString()
    else:
        data = (ROOT / "public" / "models" / f"{network}.onnx").read_bytes()
    model = read_model(io.BytesIO(data), f"{network}.onnx", Choices(batch=batch))
    assert list(model.inputs.values()) == [(batch, 3, side, side)]
    return model


@dataclass(frozen=True, slots=True)
class Predicted:
    """A case with what a platform says of it."""

    case: Case
    result: Result

    @property
    def time_s(self) -> float:
        assert self.result.time_s is not None
        return self.result.time_s

    @property
    def measured_s(self) -> float:
        """The mean of the repeats."""
        return math.fsum(self.case.times_s) / len(self.case.times_s)

    @property
    def measured_j(self) -> float | None:
        energies = self.case.energies_j
        return math.fsum(energies) / len(energies) if energies else None

    @property
    def error(self) -> float:
        return self.time_s / self.measured_s - 1

    @property
    def energy_error(self) -> float | None:
        energy, measured = self.result.energy_j, self.measured_j
        return None if energy is None or measured is None else energy / measured - 1

    @property
    def ends_s(self) -> tuple[float, float] | None:
        interval = self.result.interval
        return None if interval is None else interval.of("time_s")

    def outside(self, *, by_time: bool) -> float:
        """Return the share of the layers, or of the time, that lies outside of what was measured.

        Layers that take no time (views) do not count.
        """
        timed = [row.estimate for row in self.result.rows if row.estimate.time_s]
        beyond = [estimate for estimate in timed if not estimate.in_range]
        if not by_time:
            return len(beyond) / len(timed)
        return math.fsum(one.time_s or 0.0 for one in beyond) / self.time_s

    def not_measured(self) -> float:
        """Return the share of the time that kinds without a model take."""
        others = [
            row.estimate.time_s or 0.0
            for row in self.result.rows
            if any(note.code == "kind-not-measured" for note in row.estimate.notes)
        ]
        return math.fsum(others) / self.time_s


def predict(case: Case, platform: Measured) -> Predicted:
    """Return what a platform says of a case."""
    result = price(model_of(case.network, case.batch, case.side), platform, Options())
    return Predicted(case, result)


def calibrated_by(platform: Measured, known: Predicted) -> Measured:
    """Return a platform scaled so that it meets the time, and the energy if known, of a case."""
    time = factor([known.measured_s], [known.time_s])
    power = None
    energy, measured = known.result.energy_j, known.measured_j
    if energy is not None and measured is not None:
        power = factor([measured / known.measured_s], [energy / known.time_s])
    return platform.calibrated(Calibration(time, power, 1))


def profiles(names: Iterable[str] = ()) -> Mapping[str, Measured]:
    """Return the platforms by the devices of networks.csv: of files, or of those that ship.

    A profile is taken where its rows are those of one of these devices and of the same source.
    """
    found: dict[str, Measured] = {}
    for name in list(names) or shipped_platforms("measured"):
        data = read_platform_file(name)
        for device in sorted({case.device for case in cases()}):
            if _is_of(data, device):
                platform = platform_from_json(data)
                assert isinstance(platform, Measured)
                found.setdefault(device, platform)
    return found


_FILES = {"gpu": "gpu_layers_cde_forward.csv.gz", "cpu": "cpu_layers_willowec.csv"}
"""The layers that come from where the networks of GPUs and CPUs do."""


def _is_of(data: Mapping[str, Any], device: str) -> bool:
    """Return whether a profile is fitted to the layers of a device, and to nothing else."""
    sources = data.get("rows")
    if not isinstance(sources, list) or data.get("form") != "default":
        return False
    fitted = [source for source in sources if source["file"] != TABLE.name]
    chosen = [(source["file"], source["where"]) for source in fitted]
    return chosen == [(_FILES[device.split(":")[0]], [f"device={device}"])]


def not_used(platform: Measured) -> None:
    """Refuse a profile whose coefficients or correlation networks.csv may have had a part in.

    A profile may list the table, as its networks are compared with predictions when it is made.

    Raises:
        JoulegraphError: ``networks-used``.
    """
    about = platform.profile.about
    fitted = sum(model.about["rows"] for model in platform.profile.models.values())
    if platform.profile.correlation is not None or fitted > about["fit"]["rows"]:
        raise JoulegraphError(
            "networks-used",
            f"{platform.id} is fitted to networks that it is tested on.",
            "Fit it to rows of layers alone.",
        )
