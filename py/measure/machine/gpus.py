"""NVIDIA GPUs, by NVML; and graphics cards that are there but that no driver speaks for."""

from collections.abc import Callable

from py.measure.machine.gpu import Gpu
from py.measure.machine.host import Host
from py.measure.machine.redacted import free_text
from py.measure.meters.device_state import DeviceState
from py.measure.meters.gpu_facts import GpuFacts, read_gpu_facts
from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.nvml_state import NvmlStateReader

_PCI = "sys/bus/pci/devices"
_DISPLAY = 0x03
_MAKERS = {0x10DE: "NVIDIA", 0x1002: "AMD"}


def read_gpus(own_id: int, load: Callable[[], Nvml] = Nvml.load) -> tuple[Gpu, ...]:
    """Return the GPUs that NVML sees; none where NVML can't be used (a meter's report says why).

    ``own_id`` is this process's number, which does not count as another's.
    """
    try:
        nvml = load()
    except MeterError:
        return ()
    try:
        return tuple(
            as_gpu(read_gpu_facts(nvml, index), _state(nvml, index), own_id)
            for index in range(nvml.count())
        )
    except MeterError:
        return ()
    finally:
        nvml.close()


def as_gpu(facts: GpuFacts, state: DeviceState, own_id: int) -> Gpu:
    """Return what may be published of a GPU: neither its UUID nor its place on the bus."""
    total, free = facts.memory_total_bytes, facts.memory_free_bytes
    limits = facts.power_limit_range_w
    processes = facts.processes
    return Gpu(
        facts.index,
        name=free_text(facts.name, 100),
        driver=free_text(facts.driver_version, 40),
        cuda=facts.cuda_version,
        compute_capability=facts.compute_capability,
        memory_total_bytes=total,
        memory_free_bytes=free,
        clock_mhz=state.clock_mhz,
        clock_most_mhz=facts.max_clock_mhz,
        memory_clock_mhz=state.memory_clock_mhz,
        memory_clock_most_mhz=max(facts.supported_memory_clocks_mhz or (), default=None),
        persistence=facts.persistence,
        ecc=facts.ecc,
        mig=facts.mig,
        power_limit_w=facts.power_limit_w,
        power_limit_default_w=facts.power_limit_default_w,
        power_limit_most_w=None if limits is None else limits[1],
        temperature_c=state.temperature_c,
        throttled=state.throttled,
        other_processes=None
        if processes is None
        else len([one for one in processes if one.pid != own_id]),
        virtualization=facts.virtualization,
    )


def cards_here(host: Host) -> tuple[str, ...]:
    """Return whose graphics cards are on the bus, one for each: NVIDIA, AMD.

    A GPU within the chip is ``Apple`` or ``Jetson``.
    """
    tree = host.tree
    if host.system == "Darwin" and host.architecture == "arm64":
        return ("Apple",)
    found = ["Jetson"] if "tegra" in (tree.word("proc/device-tree/compatible") or "") else []
    for device in tree.names(_PCI):
        kind = _hexadecimal(tree.word(f"{_PCI}/{device}/class"))
        vendor = _hexadecimal(tree.word(f"{_PCI}/{device}/vendor"))
        if kind is not None and kind >> 16 == _DISPLAY and vendor in _MAKERS:
            found.append(_MAKERS[vendor])
    return tuple(found)


def _state(nvml: Nvml, index: int) -> DeviceState:
    try:
        return NvmlStateReader(nvml, index).state()
    except MeterError:
        return DeviceState()


def _hexadecimal(text: str | None) -> int | None:
    try:
        return int(text or "", 16)
    except ValueError:
        return None
