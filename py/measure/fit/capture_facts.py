"""The facts of a profile that a capture knows: its header's, and the idle power it measured."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from py.errors import JoulegraphError
from py.measure.capture.header import Header, differences
from py.measure.capture.reading import is_capture, open_capture
from py.measure.machine.profile_facts import facts_for_profile
from py.measure.table.row import Row

_LICENCE = "CC0-1.0"
"""What CONTRIBUTING.md asks of measurements; facts given with --about say otherwise."""


_IDLE_WINDOWS = "idle windows of the capture"


def facts_of_captures(paths: Sequence[Path], rows: Iterable[Row]) -> dict[str, Any]:
    """Return the facts that captures of one machine say of themselves; nothing of plain tables.

    Idle power is the median of the idle windows: of the device itself, and on a GPU's host that of
    the processor's package.

    Raises:
        JoulegraphError: ``rows-mixed`` for captures of several machines, devices or runners.
    """
    header = _common_header(paths)
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


def _common_header(paths: Sequence[Path]) -> Header | None:
    """Return the header of the first table, where it is a capture; the others' say the same."""
    found: list[tuple[Path, Header]] = []
    for path in paths:
        if not path.is_file() or not is_capture(path):
            continue
        with open_capture(path) as capture:
            if capture.header is not None:
                found.append((path, capture.header))
    if not found:
        return None
    (first_path, first), *rest = found
    for path, header in rest:
        # Plans and settings of the measuring may differ: what was measured on may not.
        alike = replace(header, plan=first.plan, plan_hash=first.plan_hash, method=first.method)
        differing = differences(first, alike)
        if differing:
            raise JoulegraphError(
                "rows-mixed",
                f"A profile is of one machine and one runner, got {path.name} beside "
                f"{first_path.name}: {'; '.join(differing[:5])}.",
                "Fit each of them to a profile of its own.",
            )
    return first if found[0][0] == paths[0] else None


def _median_w(powers: Sequence[float | None]) -> dict[str, Any] | None:
    known = [power for power in powers if power is not None]
    if not known:
        return None
    source = f"median of {len(known)} {_IDLE_WINDOWS}"
    return {"value": float(f"{median(known):.4g}"), "source": source}


def is_of_capture(fact: Any) -> bool:
    """Say whether a power of a profile states that it was worked out here."""
    return isinstance(fact, dict) and str(fact.get("source")).endswith(_IDLE_WINDOWS)


def _package_w(row: Row) -> float | None:
    """Return the power of the host's package in an idle window: its energy over the window."""
    try:
        energy_mj, window_s = (float(row.others[name]) for name in ("package_mj", "window_s"))
    except (KeyError, ValueError):
        return None
    return energy_mj / 1e3 / window_s if window_s > 0 else None
