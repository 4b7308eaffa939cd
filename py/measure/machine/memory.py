"""Memory: how much there is, how much is free, and what of the machine this process may use."""

from dataclasses import dataclass

from py.measure.machine.checked import check
from py.measure.machine.tree import Tree, ranges, whole

_CGROUPS = "sys/fs/cgroup"
_MOST_LEVELS = 32


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory in bytes; None is unknown. ``limit_bytes`` is a container's, where it has one."""

    total_bytes: int | None = None
    available_bytes: int | None = None
    limit_bytes: int | None = None
    swap_total_bytes: int | None = None
    swap_used_bytes: int | None = None
    numa_nodes: int | None = None

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class Share:
    """What of the processors this process may use.

    ``threads`` may run it; ``quota_cpus`` is how many CPUs' worth of time its group gets, None
    where that is not limited.
    """

    threads: int | None = None
    quota_cpus: float | None = None

    def __post_init__(self) -> None:
        check(self)


def read_memory(tree: Tree) -> Memory:
    """Return what ``/proc/meminfo`` says, within the limit of this process's group."""
    fields = _fields(tree.text("proc/meminfo"))
    total, available = fields.get("MemTotal"), fields.get("MemAvailable")
    swap, swap_free = fields.get("SwapTotal"), fields.get("SwapFree")
    limits = [
        *_limits(tree, "memory", "memory.limit_in_bytes"),
        *_limits(tree, None, "memory.max"),
    ]
    limit = min(limits, default=None)
    if limit is not None and total is not None and limit >= total:
        limit = None  # the kernel writes "no limit" as a number larger than any memory
    return Memory(
        total_bytes=total,
        available_bytes=available,
        limit_bytes=limit,
        swap_total_bytes=swap,
        swap_used_bytes=None if swap is None or swap_free is None else max(0, swap - swap_free),
        numa_nodes=len(tree.names("sys/devices/system/node", r"node\d{1,4}")) or None,
    )


def read_share(tree: Tree) -> Share:
    """Return what ``/proc/self/status`` and the control groups, version 1 and 2, allow."""
    allowed = _status(tree).get("Cpus_allowed_list")
    quotas = []
    for text in _texts(tree, None, "cpu.max"):
        amount, _, period = text.partition(" ")
        quotas.append(_quota(whole(amount, 1), whole(period or "100000", 1)))
    for folder in _folders(tree, "cpu"):
        amount_us = tree.number(f"{folder}/cpu.cfs_quota_us", -1)
        quotas.append(_quota(amount_us, tree.number(f"{folder}/cpu.cfs_period_us", 1)))
    known = [quota for quota in quotas if quota is not None]
    return Share(threads=len(ranges(allowed)) or None, quota_cpus=min(known, default=None))


def _quota(amount: int | None, period: int | None) -> float | None:
    return None if amount is None or amount < 1 or not period else round(amount / period, 4)


def _fields(text: str | None) -> dict[str, int]:
    """Return the lines ``Name:  123 kB`` in bytes."""
    found: dict[str, int] = {}
    for line in (text or "").splitlines():
        name, _, value = line.partition(":")
        amount, _, unit = value.strip().partition(" ")
        kib = whole(amount, 0, 10**15)
        if kib is not None and unit == "kB":
            found.setdefault(name, kib * 1024)
    return found


def _status(tree: Tree) -> dict[str, str]:
    lines = (tree.text("proc/self/status") or "").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _folders(tree: Tree, controller: str | None) -> list[str]:
    """Return the folders of this process's control group and all above it.

    ``controller`` is one of version 1; None asks for version 2. In a container the group's path
    often is the host's and not to be found here: the topmost folder is then the container's own.
    """
    mount, path = (_CGROUPS, None) if controller is None else (f"{_CGROUPS}/{controller}", None)
    for line in (tree.text("proc/self/cgroup") or "").splitlines()[:64]:
        number, _, rest = line.partition(":")
        controllers, _, place = rest.partition(":")
        if (controller is None and number == "0" and not controllers) or (
            controller is not None and controller in controllers.split(",")
        ):
            path = place
    parts = [part for part in (path or "").split("/") if part not in ("", ".", "..")]
    parts = parts[:_MOST_LEVELS]
    return ["/".join((mount, *parts[:depth])) for depth in range(len(parts), -1, -1)]


def _texts(tree: Tree, controller: str | None, name: str) -> list[str]:
    found = (tree.word(f"{folder}/{name}") for folder in _folders(tree, controller))
    return [text for text in found if text is not None]


def _limits(tree: Tree, controller: str | None, name: str) -> list[int]:
    found = (whole(text, 1, 2**63) for text in _texts(tree, controller, name))
    return [limit for limit in found if limit is not None]
