"""The hardware under zeus: what amdsmi, Apple's monitor and a Jetson's rails would say.

Where zeus is installed its own classes run over this; elsewhere ``load`` gives small classes with
the same signatures in their place (``test_zeus_meters.py`` compares the signatures where it can).
"""

from dataclasses import dataclass
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

HAS_ZEUS = find_spec("zeus") is not None


class AmdBoard:
    """An AMD GPU: 100 W, and a counter that is read once to know whether it agrees with that."""

    def __init__(self) -> None:
        self.energy_mj = 5_000
        self.power_mw: int | None = 100_000
        self.counts = True
        self.error: Exception | None = None


class AMDGPUs:
    """Stands in for ``zeus.device.gpu.amd.AMDGPUs`` where there is no zeus."""

    boards: tuple[AmdBoard, ...] = ()

    def __init__(self, ensure_homogeneous: bool = False) -> None:
        self.gpus = list(self.boards)

    def supports_get_total_energy_consumption(self, gpu_index: int) -> bool:
        return self.gpus[gpu_index].counts

    def get_total_energy_consumption(self, gpu_index: int) -> int:
        board = self.gpus[gpu_index]
        if board.error is not None:
            raise board.error
        return board.energy_mj

    def get_instant_power_usage(self, gpu_index: int) -> int:
        raise ValueError("Instant power usage is not supported on this AMD GPU.")

    def get_average_power_usage(self, gpu_index: int) -> int:
        power_mw = self.gpus[gpu_index].power_mw
        if power_mw is None:
            raise ValueError("Average power usage is not supported on this AMD GPU.")
        return power_mw


@dataclass
class Measurement:
    """Fields of Apple's and of a Jetson's measurement that are read here."""

    cpu_total_mj: float | None = None
    gpu_mj: float | None = None
    dram_mj: float | None = None
    ane_mj: float | None = None
    total_energy_mj: float | None = None
    cpu_energy_mj: float | None = None
    gpu_energy_mj: float | None = None


class Chip:
    """Stands in for ``AppleSilicon`` and ``Jetson``."""

    shown = Measurement()

    def get_available_metrics(self) -> set[str]:
        return {name for name, value in vars(self.shown).items() if value is not None}

    def get_total_energy_consumption(self) -> Measurement:
        return self.shown


def amd(boards: tuple[AmdBoard, ...], available: bool = True) -> Any:
    """Return a module in place of ``zeus.device.gpu.amd``."""
    kind = type("AMDGPUs", (AMDGPUs,), {"boards": boards})
    return SimpleNamespace(AMDGPUs=kind, amdsmi_is_available=lambda: available)


def chip(shown: Measurement, available: bool = True) -> Any:
    """Return a module in place of ``zeus.device.soc.apple`` and of ``….jetson``."""
    kind = type("Chip", (Chip,), {"shown": shown})
    return SimpleNamespace(
        AppleSilicon=kind,
        Jetson=kind,
        apple_silicon_is_available=lambda: available,
        jetson_is_available=lambda: available,
    )
