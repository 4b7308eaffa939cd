"""What an NVIDIA GPU says of itself while it works."""

from typing import Any

from py.measure.meters.device_state import DeviceState
from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_library import Nvml

REASONS = {
    0x004: "sw_power_cap",
    0x008: "hw_slowdown",
    0x010: "sync_boost",
    0x020: "sw_thermal_slowdown",
    0x040: "hw_thermal_slowdown",
    0x080: "hw_power_brake",
    0x100: "display_clock_setting",
    0x200: "board_limit",
    0x400: "reliability",
}
"""NVML's bits. Newer drivers call them clocks event reasons, older ones throttle reasons."""

ASKED_FOR = 0x001 | 0x002
"""Idle, and clocks that the user has set: no reasons for running slower than was asked."""


class NvmlStateReader:
    """Looks at one GPU. What the driver doesn't say is None."""

    def __init__(self, nvml: Nvml, index: int) -> None:
        self._nvml = nvml
        self._handle = nvml.handle(index)

    def state(self) -> DeviceState:
        """Return the state right now."""
        module = self._nvml.module
        return DeviceState(
            clock_mhz=self._number("nvmlDeviceGetClockInfo", module.NVML_CLOCK_SM),
            memory_clock_mhz=self._number("nvmlDeviceGetClockInfo", module.NVML_CLOCK_MEM),
            temperature_c=temperature_c(self._nvml, self._handle),
            throttled=throttle_reasons(self._nvml, self._handle) or (),
        )

    def close(self) -> None:
        self._nvml.close()

    def _number(self, name: str, *arguments: object) -> float | None:
        try:
            return float(self._nvml.ask(name, self._handle, *arguments))
        except MeterError:
            return None


def temperature_c(nvml: Nvml, handle: Any) -> float | None:
    """Return the temperature of the die; newer drivers have another function for it."""
    sensor = nvml.module.NVML_TEMPERATURE_GPU
    for name in ("nvmlDeviceGetTemperatureV", "nvmlDeviceGetTemperature"):
        try:
            return float(nvml.ask(name, handle, sensor))
        except MeterError:
            continue
    return None


def throttle_reasons(nvml: Nvml, handle: Any) -> tuple[str, ...] | None:
    """Return why the GPU runs below its clocks, by NVML's names; None where it doesn't say."""
    for name in (
        "nvmlDeviceGetCurrentClocksEventReasons",
        "nvmlDeviceGetCurrentClocksThrottleReasons",
    ):
        try:
            bits = int(nvml.ask(name, handle)) & ~ASKED_FOR
        except MeterError:
            continue
        return tuple(
            REASONS.get(bit, f"reason_{bit:#x}")
            for bit in (1 << place for place in range(64))
            if bits & bit
        )
    return None
