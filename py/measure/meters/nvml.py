"""Energy of NVIDIA GPUs: the board's own counter, or its power, sampled and added up.

Volta and newer count energy. Before that, and where a virtual GPU hides the counter, power is all
there is; it is sampled every 20 ms in a thread and integrated. Its value is then as good as the
samples: on Ampere and newer, where only ``nvmlDeviceGetPowerUsage`` answers, the driver gives the
mean of the last second (GA100 excepted), so a window shorter than some seconds is blurred; the
newer query of instantaneous power is preferred where the driver has it.
"""

import threading
from typing import Any

from py.measure.meters.clock import Clock
from py.measure.meters.meter import MeterError, MeterFacts
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.report import MeterUnavailableError
from py.measure.meters.sampled import SampledMeter

HIGHEST_STEP_W = 10_000.0
"""More than any board draws: a counter that grew faster was reset."""


class NvmlEnergyMeter:
    """A GPU's own energy counter."""

    def __init__(self, nvml: Nvml, index: int, clock: Clock, facts: MeterFacts) -> None:
        self.facts = facts
        self._nvml = nvml
        self._clock = clock
        self._handle = nvml.handle(index)
        self._lock = threading.Lock()
        self._last_mj = int(nvml.ask("nvmlDeviceGetTotalEnergyConsumption", self._handle))
        self._last_s = clock.now_s()
        self._total_mj = 0

    def energy_j(self) -> float:
        with self._lock:
            read_mj = int(self._nvml.call("nvmlDeviceGetTotalEnergyConsumption", self._handle))
            now_s = self._clock.now_s()
            step_mj = read_mj - self._last_mj
            # 64 bits of millijoules never wrap; what goes back was reset with the driver.
            if not 0 <= step_mj / 1000 <= HIGHEST_STEP_W * (now_s - self._last_s + 1.0):
                raise MeterError(
                    f"{self.facts.name} went from {self._last_mj} mJ to {read_mj} mJ in "
                    f"{now_s - self._last_s:.3f} s: its driver was reset"
                )
            self._total_mj += step_mj
            self._last_mj, self._last_s = read_mj, now_s
            return self._total_mj / 1000

    def power_w(self) -> float | None:
        try:
            return read_power_w(self._nvml, self._handle)
        except MeterUnavailableError:
            return None

    def close(self) -> None:
        self._nvml.close()


def open_power_meter(nvml: Nvml, index: int, clock: Clock, facts: MeterFacts) -> SampledMeter:
    """Return a meter that samples a GPU's power; closing it closes ``nvml``.

    Raises:
        MeterUnavailableError: the device states no power.
    """
    handle = nvml.handle(index)
    return SampledMeter(facts, lambda: read_power_w(nvml, handle), clock, nvml.close)


def read_power_w(nvml: Nvml, handle: Any) -> float:
    """Return a board's power: right now where the driver knows that, else as it averages it.

    Raises:
        MeterUnavailableError: the device states no power, with NVML's words.
    """
    instant_w = _instant_power_w(nvml, handle)
    if instant_w is not None:
        return instant_w
    return int(nvml.ask("nvmlDeviceGetPowerUsage", handle)) / 1000


def _instant_power_w(nvml: Nvml, handle: Any) -> float | None:
    module = nvml.module
    field_id = getattr(module, "NVML_FI_DEV_POWER_INSTANT", None)
    if field_id is None:
        return None
    try:
        (field,) = nvml.ask("nvmlDeviceGetFieldValues", handle, [field_id])
    except MeterUnavailableError:
        return None
    if field.nvmlReturn != module.NVML_SUCCESS:
        return None
    if field.valueType != module.NVML_VALUE_TYPE_UNSIGNED_INT:
        return None
    return int(field.value.uiVal) / 1000
