"""Which meters NVIDIA's GPUs offer on this machine."""

from collections.abc import Callable
from functools import partial

from py.measure.meters.candidate import Candidate, unavailable
from py.measure.meters.clock import Clock
from py.measure.meters.meter import Meter, MeterError, MeterFacts
from py.measure.meters.nvml import NvmlEnergyMeter, open_power_meter
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.report import MeterUnavailableError

ABOUT_COUNTER = "the whole board, counted by the GPU itself (NVML, mJ)"
ABOUT_POWER = "the whole board, its power sampled every 20 ms and integrated (NVML, mW)"


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
        return _opened(load, partial(open_power_meter, index=index, clock=clock, facts=facts))

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
