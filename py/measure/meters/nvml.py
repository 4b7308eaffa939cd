"""Energy of NVIDIA GPUs: the board's own counter, or its power, sampled and added up.

Volta and newer count energy. Before that, and where a virtual GPU hides the counter, power is all
there is; it is sampled every 20 ms in a thread and integrated. Its value is then as good as the
samples: on Ampere and newer, where only ``nvmlDeviceGetPowerUsage`` answers, the driver gives the
mean of the last second (GA100 excepted), so a window shorter than some seconds is blurred; the
newer query of instantaneous power is preferred where the driver has it.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from py.measure.meters.background import Background
from py.measure.meters.candidate import Candidate, unavailable
from py.measure.meters.clock import Clock
from py.measure.meters.meter import Meter, MeterError, MeterFacts
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.power_integral import PowerIntegral
from py.measure.meters.report import MeterUnavailableError

SAMPLE_PERIOD_S = 0.02
HIGHEST_STEP_W = 10_000.0
"""More than any board draws: a counter that grew faster was reset."""

ABOUT_COUNTER = "the whole board, counted by the GPU itself (NVML, mJ)"
ABOUT_POWER = "the whole board: its power, sampled every 20 ms and integrated (NVML, mW)"


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


class NvmlPowerMeter:
    """A GPU's power, sampled in a thread and integrated by the trapezoidal rule."""

    def __init__(
        self,
        nvml: Nvml,
        index: int,
        clock: Clock,
        facts: MeterFacts,
        period_s: float = SAMPLE_PERIOD_S,
    ) -> None:
        self.facts = facts
        self._nvml = nvml
        self._clock = clock
        self._handle = nvml.handle(index)
        self._lock = threading.Lock()
        self._failed: MeterError | None = None
        power_w = read_power_w(nvml, self._handle)
        self._integral = PowerIntegral(clock.now_s(), power_w)
        self._sampler = Background(self.sample, period_s, f"{facts.name} sampler")
        self._sampler.start()

    def sample(self) -> None:
        """Take a sample now. A meter that has failed stays failed.

        Raises:
            MeterError: the power can't be read.
        """
        with self._lock:
            if self._failed is not None:
                raise MeterError(f"{self.facts.name} failed before: {self._failed}")
            try:
                power_w = read_power_w(self._nvml, self._handle)
            except MeterError as error:
                self._failed = error
                raise
            self._integral.add(self._clock.now_s(), power_w)

    def energy_j(self) -> float:
        self.sample()
        return self._integral.energy_j

    def power_w(self) -> float | None:
        return read_power_w(self._nvml, self._handle)

    def close(self) -> None:
        self._sampler.close()
        self._nvml.close()


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


def candidates(clock: Clock, load: Callable[[], Nvml] = Nvml.load) -> list[Candidate]:
    """Return two meters for each NVIDIA GPU, its counter and its power, working or not."""
    try:
        nvml = load()
    except MeterUnavailableError as error:
        return _none(error.reason, error.remedy)
    try:
        count = nvml.count()
        found = [pair for index in range(count) for pair in _of_gpu(nvml, index, clock, load)]
    except MeterError as error:
        return _none(str(error))
    finally:
        nvml.close()
    return found or _none("NVML sees no GPU")


def _none(reason: str, remedy: str = "") -> list[Candidate]:
    return [
        unavailable("nvml-energy", "gpu", "counter", ABOUT_COUNTER, reason, remedy),
        unavailable("nvml-power", "gpu", "power", ABOUT_POWER, reason, remedy),
    ]


def _of_gpu(nvml: Nvml, index: int, clock: Clock, load: Callable[[], Nvml]) -> list[Candidate]:
    try:
        name = str(nvml.call("nvmlDeviceGetName", nvml.handle(index)))
    except MeterError:
        name = "a GPU that doesn't say its name"
    shared = "; MIG is on, so all of its instances count" if _mig_is_on(nvml, index) else ""

    def open_energy(facts: MeterFacts) -> Meter:
        return _opened(load, partial(NvmlEnergyMeter, index=index, clock=clock, facts=facts))

    def open_power(facts: MeterFacts) -> Meter:
        return _opened(load, partial(NvmlPowerMeter, index=index, clock=clock, facts=facts))

    return [
        Candidate(
            f"nvml-energy:{index}",
            "gpu",
            "counter",
            f"{name}: {ABOUT_COUNTER}{shared}",
            open_energy,
            index,
        ),
        Candidate(
            f"nvml-power:{index}",
            "gpu",
            "power",
            f"{name}: {ABOUT_POWER}{shared}",
            open_power,
            index,
        ),
    ]


def _opened(load: Callable[[], Nvml], make: Callable[[Nvml], Meter]) -> Meter:
    nvml = load()
    try:
        return make(nvml)
    except MeterError:
        nvml.close()
        raise


def _mig_is_on(nvml: Nvml, index: int) -> bool:
    try:
        current, _ = nvml.ask("nvmlDeviceGetMigMode", nvml.handle(index))
    except MeterError:
        return False
    return bool(current)
