"""What tells two machines apart, of all that doctor says: what does not change by the hour."""

from collections.abc import Mapping
from typing import Any

_KEPT = {
    "system": ("name", "architecture", "python"),
    "surroundings": ("virtual", "virtual_machine", "container"),
    "processor": ("name", "sockets", "cores", "threads", "hyper_threading"),
    "clocks": ("base_mhz", "max_mhz", "limit_mhz", "governor", "energy_preference", "turbo"),
    "memory": ("total_bytes", "limit_bytes"),
    "share": ("threads", "quota_cpus"),
}
_OF_GPU = ("name", "driver", "memory_total_bytes", "ecc", "mig", "power_limit_w")


def identity_of(machine: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that have to stay the same for rows to belong to one capture.

    ``machine`` is a ``joulegraph/doctor/1`` object, or what a file has in its place. The clocks'
    settings are among them: rows of another governor would be of another device. Names are
    ``part.field``, so that a difference can be told.
    """
    found: dict[str, Any] = {}
    for part, names in _KEPT.items():
        fields = machine.get(part)
        for name in names:
            value = fields.get(name) if isinstance(fields, Mapping) else None
            found[f"{part}.{name}"] = value
    gpus = machine.get("gpus")
    for place, gpu in enumerate(gpus if isinstance(gpus, list) else []):
        for name in _OF_GPU:
            found[f"gpu {place}.{name}"] = gpu.get(name) if isinstance(gpu, Mapping) else None
    return found
