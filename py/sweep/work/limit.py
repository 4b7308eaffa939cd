"""What this machine gives to its workers: cores, and a part of the memory each."""

import os
import sys

from py.errors import JoulegraphError

#: Decimal megabytes, as everywhere. An interpreter with the engine and numpy takes some 60 MB;
#: less than twice that is no room to work in.
LEAST_BYTES = 128_000_000


def usable_cores() -> int:
    """Return the number of cores that this process may run on: all, or fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_count(
    count: int | None, memory_bytes: int | None, least_bytes: int = LEAST_BYTES
) -> int:
    """Return how many workers there are: as asked, else one per core that memory is left for.

    Raises JoulegraphError ``workers-memory`` if memory doesn't suffice for those asked for.
    """
    if count is not None and count < 1:
        raise ValueError(f"worker_count: 1 or more workers, got {count}")
    if memory_bytes is None:
        return count or usable_cores()
    most = memory_bytes // least_bytes
    if most < (count or 1):
        raise JoulegraphError(
            "workers-memory",
            f"{count or 1} workers need {(count or 1) * least_bytes / 1e6:.0f} MB of memory "
            f"or more, got {memory_bytes / 1e6:.0f} MB.",
            "Allow more memory or ask for fewer workers.",
        )
    return count or min(usable_cores(), most)


def limit_memory(limit_bytes: int) -> bool:
    """Limit the memory of this process, for good; return whether the system does that.

    Beyond it an allocation fails and Python raises MemoryError. Linux counts the writable private
    memory (``RLIMIT_DATA``), so that libraries mapped from files and address space set aside don't
    count; elsewhere the address space is what may be limited. macOS refuses either.
    """
    if sys.platform == "win32":
        return False
    import resource

    name = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, hard = resource.getrlimit(name)
    if hard != resource.RLIM_INFINITY:
        limit_bytes = min(limit_bytes, hard)
    try:
        resource.setrlimit(name, (limit_bytes, limit_bytes))
    except (ValueError, OSError):
        return False
    return True
