"""How much memory a shape could have now, on the device that is to run it."""

import importlib
import sys
from typing import Any

from py.measure.machine.tree import Tree, whole

_GIGA = 1e9
#: Control groups of version 2 and 1: the folder, the limit, what is used of it.
_LIMITS = (
    ("sys/fs/cgroup", "memory.max", "memory.current"),
    ("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
)


def free_bytes(device: str, tree: Tree) -> int | None:
    """Return the bytes that are free on ``cpu`` or ``cuda:N``; None where nobody says."""
    return _free_of_host(tree) if device == "cpu" else _free_of_gpu(device)


def too_large(needed: int | None, free: int | None) -> str | None:
    """Return why a shape can't be measured, or None where it fits or nobody knows."""
    if needed is None or free is None or needed <= free:
        return None
    return f"needs {needed / _GIGA:.1f} GB, {free / _GIGA:.1f} GB are free"


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
    place = whole(device.partition(":")[2] or "0")
    torch: Any = sys.modules.get("torch")
    try:
        if torch is not None:
            free = int(torch.cuda.mem_get_info(place)[0])
            kept = torch.cuda.memory_reserved(place) - torch.cuda.memory_allocated(place)
            return free + int(kept)
        pynvml: Any = importlib.import_module("pynvml")
        pynvml.nvmlInit()
        return int(pynvml.nvmlDeviceGetMemoryInfo(pynvml.nvmlDeviceGetHandleByIndex(place)).free)
    except Exception:  # a driver's errors are of many kinds, and all mean that it does not say
        return None
