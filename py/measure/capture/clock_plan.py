"""The clocks that the plan ``clocks`` measures at: a few of those that the device supports."""

from collections.abc import Sequence

from py.errors import JoulegraphError
from py.measure.meters.gpu_facts import read_gpu_facts
from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_library import Nvml

_COUNT = 8


def supported_clocks_mhz(gpu: int | None) -> tuple[int, ...]:
    """Return some clocks of a GPU, by NVML's index, from the lowest to the highest.

    Raises:
        JoulegraphError: ``clocks-refused`` where the device has none that can be set.
    """
    if gpu is None:
        raise _refused("the clocks of this device can't be set here, only those of NVIDIA GPUs")
    try:
        nvml = Nvml.load()
        try:
            facts = read_gpu_facts(nvml, gpu)
        finally:
            nvml.close()
    except MeterError as error:
        raise _refused(str(error)) from None
    clocks = facts.supported_clocks_mhz
    if not clocks:
        raise _refused(facts.unknown.get("supported_clocks_mhz", "the driver names none"))
    return spread(clocks)


def spread(clocks: Sequence[int], count: int = _COUNT) -> tuple[int, ...]:
    """Return so many of the clocks, evenly spread, the lowest and the highest among them."""
    ordered = sorted(set(clocks))
    if len(ordered) <= count:
        return tuple(ordered)
    return tuple(ordered[round(place * (len(ordered) - 1) / (count - 1))] for place in range(count))


def _refused(reason: str) -> JoulegraphError:
    return JoulegraphError("clocks-refused", f"Clocks: {reason}.", "Choose another --plan.")
