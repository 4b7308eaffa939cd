"""How much memory is free now, on a processor or a GPU, for what is to be put there."""

import sys
from typing import Any

from py.measure.machine.host import Host
from py.measure.machine.tree import Tree, whole
from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_library import Nvml
from py.measure.meters.which_gpu import which_gpu

#: Control groups of version 2 and 1: the folder, the limit, what is used of it.
_LIMITS = (
    ("sys/fs/cgroup", "memory.max", "memory.current"),
    ("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
)


def free_bytes(device: str, host: Host) -> int | None:
    """Return the bytes that are free on ``cpu`` or ``cuda:N``; None where nobody says."""
    if device != "cpu":
        return _free_of_gpu(device)
    if host.system == "Darwin":
        from py.measure.machine.mac import read_mac_memory

        return read_mac_memory(host).available_bytes
    return _free_of_host(host.tree)


def _free_of_host(tree: Tree) -> int | None:
    """Return what the kernel says is available, within the limit of a container."""
    free = []
    for line in (tree.text("proc/meminfo") or "").splitlines():
        name, _, value = line.partition(":")
        available = whole(value.strip().removesuffix(" kB"))
        if name == "MemAvailable" and available is not None:
            free.append(available * 1024)
    for folder, limit, used in _LIMITS:
        most, now = tree.number(f"{folder}/{limit}"), tree.number(f"{folder}/{used}")
        if most is not None and now is not None:
            free.append(max(0, most - now + _kept_files(tree, folder)))
    return min(free, default=None)


def _kept_files(tree: Tree, folder: str) -> int:
    """Return the bytes of files that the kernel keeps in memory, and gives up when asked."""
    for line in (tree.text(f"{folder}/memory.stat") or "").splitlines():
        name, _, value = line.partition(" ")
        if name == "inactive_file":
            return whole(value) or 0
    return 0


def _free_of_gpu(device: str) -> int | None:
    """Return what torch says, where it runs here: its own cache is free as well; else NVML."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return _free_by_nvml(which_gpu(device).nvml)
    place = whole(device.partition(":")[2] or "0")
    try:
        free = int(torch.cuda.mem_get_info(place)[0])
        kept = torch.cuda.memory_reserved(place) - torch.cuda.memory_allocated(place)
        return free + int(kept)
    except Exception:  # a driver's errors are of many kinds, and all mean that it does not say
        return None


def _free_by_nvml(index: int | None) -> int | None:
    if index is None:
        return None
    try:
        nvml = Nvml.load()
        try:
            return int(nvml.call("nvmlDeviceGetMemoryInfo", nvml.handle(index)).free)
        finally:
            nvml.close()
    except MeterError:
        return None
