"""What the header of a capture says, as short facts for a reviewer."""

from collections.abc import Iterator, Mapping
from typing import Any

from py.columns import shortened
from py.measure.capture.header import Header
from py.measure.machine.profile_facts import facts_for_profile
from py.measure.machine.told import Told, listed
from py.measure.report import units

_MOST_SHOWN = 300
_MOST_SETTINGS = 40
_MOST_LOAD_CPUS = 0.05
"""Other programs that take less of a processor are nothing to speak of."""


def header_facts(header: Header) -> tuple[tuple[str, str], ...]:
    """Return names with what holds of them; what the header does not know is left out."""
    machine = Told(header.machine)
    known = facts_for_profile(machine.data, header.runner, header.device, header.started)
    found = (
        ("plan", header.plan),
        ("started", header.started),
        ("device", listed((header.device, known.get("device")))),
        ("host", known.get("host")),
        ("clocks", known.get("clocks")),
        ("driver", known.get("driver")),
        ("memory", _memory(machine)),
        ("runner", _settings(header.runner)),
        ("meters", listed(_meters(machine))),
        ("when it began", listed(_surroundings(machine))),
        ("other software", listed(_software(machine, header.runner))),
        ("method", _settings(header.method)),
        ("engine", header.engine),
    )
    return tuple((name, shortened(text, _MOST_SHOWN)) for name, text in found if text)


def _memory(machine: Told) -> str:
    memory = machine.at("memory")
    parts = (("total_bytes", "in all"), ("available_bytes", "free"), ("limit_bytes", "allowed"))
    return listed(
        f"{units.quantity(value, 'B')} {what}"
        for name, what in parts
        if (value := memory.number(name)) is not None
    )


def _settings(values: Mapping[str, Any]) -> str:
    """Return settings as they are named: ``updates 20, window_s 0.05``."""
    parts = []
    for name, value in list(values.items())[:_MOST_SETTINGS]:
        if isinstance(value, float):
            parts.append(f"{name} {value:g}")
        elif isinstance(value, str | int):
            parts.append(f"{name} {value}")
    return listed(parts)


def _meters(machine: Told) -> Iterator[str]:
    meters = machine.list("meters")
    for meter in meters:
        name, period_s = meter.text("name"), meter.number("update_period_s")
        if meter.flag("works") and name is not None:
            every = f" (every {units.quantity(period_s, 's')})" if period_s else ""
            yield f"{name}{every}"
    if meters and not any(meter.flag("works") for meter in meters):
        yield "none that works here"


def _surroundings(machine: Told) -> Iterator[str]:
    load, supply, heat = machine.at("load"), machine.at("supply"), machine.at("heat")
    others, stolen = load.number("others_cpus"), load.number("stolen_share")
    threads = machine.at("share").number("threads")
    if others is not None:
        of_all = "" if threads is None else f" of {threads:g}"
        few = others < _MOST_LOAD_CPUS
        yield (
            "no other programs" if few else f"other programs on {units.ratio(others)}{of_all} CPUs"
        )
    if stolen:
        yield f"{units.percent(stolen)} of its time taken by the virtual machine's host"
    if (celsius := heat.number("temperature_c")) is not None:
        yield f"{celsius:g} °C"
    if heat.flag("throttling"):
        yield "throttled"
    if supply.flag("on_battery"):
        yield "on battery"


def _software(machine: Told, runner: Mapping[str, str]) -> Iterator[str | None]:
    yield machine.at("system").text("python")
    for one in machine.list("software"):
        name, version = one.text("name"), one.text("version")
        if name and version and one.flag("works") and name != runner.get("runner"):
            yield f"{name} {version}"
