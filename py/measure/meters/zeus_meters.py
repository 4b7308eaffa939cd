"""Meters that the package zeus adds: AMD GPUs, Jetson boards and Apple silicon.

Optional: ``python -m pip install zeus`` (on a Mac ``'zeus[apple]'``). Its classes read the devices;
here their millijoules become joules since opening. NVIDIA's GPUs and RAPL are read without zeus.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from py.measure.meters.candidate import Candidate, unavailable
from py.measure.meters.clock import Clock
from py.measure.meters.meter import Domain, Meter, MeterError, MeterFacts, Source
from py.measure.meters.report import MeterUnavailableError
from py.measure.meters.sampled import SampledMeter

TEGRA = ("usr/lib/aarch64-linux-gnu/tegra", "etc/nv_tegra_release")
INSTALL = "python -m pip install zeus"
INSTALL_APPLE = "python -m pip install 'zeus[apple]'"

Import = Callable[[str], Any]
"""Returns a module by its name; raises ImportError. Passed in, so that tests bring their own."""


@dataclass(frozen=True, slots=True)
class SocPart:
    """One field of what zeus measures of a system on a chip, in millijoules."""

    name: str
    domain: Domain
    field: str
    about: str


APPLE_PARTS = (
    SocPart("cpu", "package", "cpu_total_mj", "all clusters of processor cores"),
    SocPart("gpu", "gpu", "gpu_mj", "the graphics on the chip"),
    SocPart("dram", "dram", "dram_mj", "memory"),
    SocPart("ane", "other", "ane_mj", "the Neural Engine"),
)
JETSON_PARTS = (
    SocPart("total", "soc", "total_energy_mj", "the module's whole supply"),
    SocPart("cpu", "package", "cpu_energy_mj", "the supply rail of the processor cores"),
    SocPart("gpu", "gpu", "gpu_energy_mj", "the supply rail of the graphics"),
)


class ZeusMeter:
    """Energy from one of zeus's devices, since the meter was opened."""

    def __init__(
        self,
        facts: MeterFacts,
        read_mj: Callable[[], float | None],
        read_w: Callable[[], float] | None = None,
    ) -> None:
        self.facts = facts
        self._read_mj = read_mj
        self._read_w = read_w
        self._first_mj = self._last_mj = self._energy_mj()

    def energy_j(self) -> float:
        energy_mj = self._energy_mj()
        if energy_mj < self._last_mj:
            raise MeterError(
                f"{self.facts.name} went back from {self._last_mj} mJ to {energy_mj} mJ: it was "
                "reset, so the energy of this window is lost"
            )
        self._last_mj = energy_mj
        return (energy_mj - self._first_mj) / 1000

    def power_w(self) -> float | None:
        return None if self._read_w is None else self._read_w()

    def close(self) -> None:
        """Do nothing: zeus keeps its devices for the life of the process."""

    def _energy_mj(self) -> float:
        # Zeus and the libraries under it raise many kinds of errors, without a base of their own.
        try:
            value = self._read_mj()
        except Exception as error:
            raise MeterError(f"{self.facts.name}: {_words(error)}") from error
        if value is None or not math.isfinite(value):
            raise MeterError(f"{self.facts.name} reads {value}, not an energy")
        return float(value)


def candidates(
    root: Path, clock: Clock, load: Import = import_module, platform: str = sys.platform
) -> list[Candidate]:
    """Return the meters that zeus offers here, or one that says why there are none of its kind.

    Where the device can't be there at all, zeus is not asked, nor its installation advised.
    """
    apple = "" if platform == "darwin" else f"this is {platform}, not a Mac"
    tegra = any((root / file).exists() for file in TEGRA)
    amd = "" if (root / "sys/module/amdgpu").exists() else "the driver amdgpu is not loaded"
    return [
        *_amd(load, clock, amd),
        *_soc(load, "apple", apple),
        *_soc(load, "jetson", "" if tegra else "this is no Jetson board"),
    ]


def _amd(load: Import, clock: Clock, absent: str) -> list[Candidate]:
    about = "AMD GPU: the whole board, counted by the GPU itself (zeus, amdsmi)"

    def none(reason: str, remedy: str = "") -> list[Candidate]:
        return [unavailable("zeus-amd-energy", "gpu", "counter", about, reason, remedy)]

    if absent:
        return none(absent)
    try:
        amd = load("zeus.device.gpu.amd")
    except ImportError:
        return none("AMD GPUs are read through the package zeus, which is not installed", INSTALL)
    try:
        if not amd.amdsmi_is_available():
            return none(
                "zeus finds no AMD GPU: amdsmi doesn't start (no ROCm driver, or another version)"
            )
        gpus = amd.AMDGPUs(ensure_homogeneous=False)
        boards = list(gpus.gpus)
    except Exception as error:
        return none(f"zeus can't open the AMD GPUs: {_words(error)}")
    if not boards:
        return none("zeus finds no AMD GPU")
    return [board for index in range(len(boards)) for board in _board(gpus, index, about, clock)]


def _board(gpus: Any, index: int, about: str, clock: Clock) -> list[Candidate]:
    def power_w() -> float:
        try:
            try:
                return float(gpus.get_instant_power_usage(index)) / 1000
            except Exception:
                return float(gpus.get_average_power_usage(index)) / 1000
        except Exception as error:
            raise MeterError(f"the power of AMD GPU {index}: {_words(error)}") from error

    def open_meter(facts: MeterFacts) -> Meter:
        if not gpus.supports_get_total_energy_consumption(index):
            raise MeterUnavailableError(
                "zeus finds that this GPU's energy counter doesn't agree with its power "
                "(ROCm/amdsmi issue 38)"
            )
        return ZeusMeter(facts, lambda: gpus.get_total_energy_consumption(index), power_w)

    def open_power(facts: MeterFacts) -> Meter:
        return SampledMeter(facts, power_w, clock)

    sampled = "AMD GPU: the whole board, its power sampled every 20 ms and integrated (zeus)"
    return [
        Candidate(f"zeus-amd-energy:{index}", "gpu", "counter", about, open_meter, index),
        Candidate(f"zeus-amd-power:{index}", "gpu", "power", sampled, open_power, index),
    ]


def _soc(load: Import, kind: str, absent: str) -> list[Candidate]:
    parts = APPLE_PARTS if kind == "apple" else JETSON_PARTS
    # Apple's chip counts energy; on a Jetson zeus samples power rails every 0.1 s and adds up.
    source: Source = "counter" if kind == "apple" else "power"
    label = "Apple silicon" if kind == "apple" else "Jetson"

    def none(reason: str, remedy: str = "") -> list[Candidate]:
        return [
            unavailable(f"zeus-{kind}", "soc", source, f"{label} (zeus)", reason, remedy),
        ]

    if absent:
        return none(absent)
    try:
        module = load(f"zeus.device.soc.{kind}")
    except ImportError:
        return none(
            f"{label} is read through the package zeus, which is not installed",
            INSTALL_APPLE if kind == "apple" else INSTALL,
        )
    try:
        here = module.apple_silicon_is_available if kind == "apple" else module.jetson_is_available
        if not here():
            return none(f"zeus finds no {label} here")
        chip = module.AppleSilicon() if kind == "apple" else module.Jetson()
        shown = set(chip.get_available_metrics())
    except Exception as error:
        return none(f"zeus can't open {label}: {_words(error)}")
    return [_part(chip, part, shown, kind, source, label) for part in parts]


def _part(
    chip: Any, part: SocPart, shown: set[str], kind: str, source: Source, label: str
) -> Candidate:
    def open_meter(facts: MeterFacts) -> Meter:
        if part.field not in shown:
            raise MeterUnavailableError(f"this chip doesn't show {part.about}")
        return ZeusMeter(facts, lambda: getattr(chip.get_total_energy_consumption(), part.field))

    name = f"zeus-{kind}-{part.name}"
    return Candidate(name, part.domain, source, f"{label}: {part.about} (zeus)", open_meter)


def _words(error: Exception) -> str:
    """Return what an error says in one line of bounded length."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__
