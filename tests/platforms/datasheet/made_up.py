"""A made-up device with round figures: it exists nowhere, and its figures have no source."""

from typing import Any

from py.platforms.datasheet import Datasheet
from py.platforms.load import platform_from_json
from tests.platforms.accelerator.edited import edited as changed

PEAK, BANDWIDTH, POWER, SHARE = 1e12, 1e11, 50.0, 0.5


def _figure(value: float, **more: str) -> dict[str, Any]:
    return {"value": value, **more, "source": "nowhere: made up for tests"}


MADE_UP: dict[str, Any] = {
    "schema": "joulegraph/device/1",
    "id": "made-up",
    "kind": "datasheet",
    "name": "A made-up device",
    "version": 1,
    "licence": "CC0-1.0",
    "class": "edge accelerator",
    "sources": {
        "nowhere": {"title": "Nowhere", "url": "https://example.org/", "seen": "2026-11-21"}
    },
    "peak": {
        "fp64": None,
        "fp32": _figure(PEAK, unit="FLOP/s"),
        "tf32": None,
        "fp16": _figure(4 * PEAK, unit="FLOP/s"),
        "bf16": None,
        "int8": _figure(8 * PEAK, unit="OP/s"),
    },
    "bandwidth_bytes_per_s": _figure(BANDWIDTH),
    "memory_bytes": _figure(1 << 30),
    "rated_power_w": _figure(POWER),
    "idle_power_w": _figure(5.0),
    "launch_overhead_s": None,
    "multiprocessors": None,
    "clock_hz": None,
    "efficiency": {"computation": _figure(SHARE), "memory": _figure(SHARE)},
    "remarks": [],
}


def edited(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the device's file with fields changed by their path; ``...`` leaves one out."""
    return changed(changes, MADE_UP)


def device(changes: dict[str, Any] | None = None) -> Datasheet:
    """Return the made-up device, with fields of its file changed."""
    platform = platform_from_json(edited(changes or {}))
    assert isinstance(platform, Datasheet)
    return platform
