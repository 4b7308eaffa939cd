"""A device's file of schema joulegraph/device/1, strictly read."""

import re
from typing import Any

from py.platforms.datasheet.device import PRECISIONS, Device, Figure
from py.platforms.datasheet.engine import Datasheet
from py.platforms.fields import MOST_TEXT, Fields, choice, invalid, number, whole

SCHEMA = "joulegraph/device/1"
CLASSES = (
    *("data-centre GPU", "GeForce GPU", "workstation GPU", "Jetson", "server CPU"),
    *("desktop CPU", "laptop or phone SoC", "edge accelerator"),
)
_MOST_SOURCES = 50
_MOST_REMARKS = 16
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST = {
    "bandwidth_bytes_per_s": 1e15,
    "rated_power_w": 1e5,
    "idle_power_w": 1e5,
    "launch_overhead_s": 1.0,
    "memory_bytes": 1e15,
    "multiprocessors": 1e6,
    "clock_hz": 1e12,
}
_MOST_RATE = 1e18


def datasheet_from_json(data: dict[str, Any], digest: str) -> Datasheet:
    """Read a device's file; ``digest`` is its hash.

    Raises:
        JoulegraphError: ``platform-invalid`` naming the field, what was expected and got.
    """
    fields = Fields(data)
    for name in ("schema", "kind", "licence"):
        fields.text(name)
    identity, name = fields.identity("id"), fields.text("name")
    whole("version", fields.raw("version"), 1, 1 << 30)
    sources = _sources(fields)
    peak = fields.inner("peak")
    peaks = {precision: _rate(peak, precision, sources) for precision in PRECISIONS}
    peak.end()
    figures = {name: _figure(fields, name, most, sources) for name, most in _MOST.items()}
    efficiency: dict[str, Figure | None] = dict.fromkeys(("computation", "memory"))
    if fields.raw("efficiency") is not None:
        shares = fields.inner("efficiency")
        efficiency = {name: _share(shares, name, sources) for name in efficiency}
        shares.end()
    device = Device(
        device_class=choice("class", fields.raw("class"), *CLASSES),
        peaks={name: rate for name, rate in peaks.items() if rate is not None},
        **figures,
        **efficiency,
        remarks=_remarks(fields),
    )
    fields.end()
    return Datasheet(identity, name, digest, device)


def _sources(fields: Fields) -> frozenset[str]:
    """Return the keys of the sources."""
    inner = fields.inner("sources")
    if not 1 <= len(inner.data) <= _MOST_SOURCES:
        raise invalid("sources", f"1 to {_MOST_SOURCES} sources by key", inner.data)
    for key in inner.data:
        if not isinstance(key, str) or len(key) > MOST_TEXT or not _KEY.fullmatch(key):
            raise invalid("sources", "keys of lower-case letters, digits and '-'", key)
        source = inner.inner(key)
        source.text("title")
        url, seen = source.text("url"), source.text("seen")
        if not re.fullmatch(r"https?://\S+", url):
            raise invalid(source.at("url"), "an address of http or https", url)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", seen):
            raise invalid(source.at("seen"), "a day like 2026-11-21", seen)
        source.end()
    return frozenset(inner.data)


def _figure(fields: Fields, name: str, most: float, sources: frozenset[str]) -> Figure | None:
    """Return a number above 0 with its source, None for null; the field itself must be there."""
    if not fields.has(name):
        raise invalid(fields.at(name), "a value with its source, or null", None)
    if fields.raw(name) is None:
        return None
    inner = fields.inner(name)
    found = _sourced(inner, most, sources)
    inner.end()
    return found


def _share(fields: Fields, name: str, sources: frozenset[str]) -> Figure:
    """Return a share above 0 with its source."""
    inner = fields.inner(name)
    found = _sourced(inner, 1.0, sources)
    inner.end()
    return found


def _rate(fields: Fields, name: str, sources: frozenset[str]) -> Figure | None:
    """Return a peak in operations a second."""
    if fields.raw(name) is None:
        if not fields.has(name):
            raise invalid(fields.at(name), "a peak with its unit and source, or null", None)
        return None
    inner = fields.inner(name)
    choice(inner.at("unit"), inner.raw("unit"), "OP/s" if name == "int8" else "FLOP/s")
    found = _sourced(inner, _MOST_RATE, sources)
    inner.end()
    return found


def _sourced(fields: Fields, most: float, sources: frozenset[str]) -> Figure:
    value = number(fields.at("value"), fields.raw("value"), 0.0, most)
    if value == 0.0:
        raise invalid(fields.at("value"), "a number above 0", fields.raw("value"))
    source = fields.text("source")
    key, colon, _ = source.partition(": ")
    if not colon or key not in sources:
        expected = "a key of sources, a colon and what stands there"
        raise invalid(fields.at("source"), expected, source)
    return Figure(value, source)


def _remarks(fields: Fields) -> tuple[str, ...]:
    found = fields.raw("remarks")
    if not isinstance(found, list) or len(found) > _MOST_REMARKS:
        raise invalid("remarks", f"a list of at most {_MOST_REMARKS} texts", found)
    for place, text in enumerate(found):
        if not isinstance(text, str) or not 1 <= len(text) <= MOST_TEXT:
            raise invalid(f"remarks[{place}]", f"a text of 1 to {MOST_TEXT} characters", text)
    return tuple(found)
