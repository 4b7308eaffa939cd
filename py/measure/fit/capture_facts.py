"""The facts of a profile that a capture knows: its header's, and the idle power it measured."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from py.measure.capture.reading import is_capture, open_capture
from py.measure.machine.profile_facts import facts_for_profile
from py.measure.table.row import Row

_LICENCE = "CC0-1.0"
"""What CONTRIBUTING.md asks of measurements; facts given with --about say otherwise."""


def facts_of_captures(paths: Sequence[Path], rows: Iterable[Row]) -> dict[str, Any]:
    """Return the facts that the first table says of itself; nothing where it is no capture.

    Idle power is the median of the idle windows: of the device itself, and on a GPU's host that of
    the processor's package.
    """
    if not is_capture(paths[0]):
        return {}
    with open_capture(paths[0]) as capture:
        header = capture.header
    if header is None:
        return {}
    facts = facts_for_profile(header.machine, header.runner, header.device, header.started)
    idle = [(row.power_w, _package_w(row)) for row in rows if row.is_idle]
    own = _median_w([power for power, _ in idle])
    if own is not None:
        facts["idle_power_w"] = own
    host = None if header.device == "cpu" else _median_w([power for _, power in idle])
    if host is not None:
        facts["host_idle_power_w"] = host
    return {"licence": _LICENCE, **facts}


def _median_w(powers: Sequence[float | None]) -> dict[str, Any] | None:
    known = [power for power in powers if power is not None]
    if not known:
        return None
    source = f"median of {len(known)} idle windows of the capture"
    return {"value": float(f"{median(known):.4g}"), "source": source}


def _package_w(row: Row) -> float | None:
    """Return the power of the host's package in an idle window: its energy over the window."""
    try:
        energy_mj, window_s = (float(row.others[name]) for name in ("package_mj", "window_s"))
    except (KeyError, ValueError):
        return None
    return energy_mj / 1e3 / window_s if window_s > 0 else None
