"""What a profile says of device, host and software, from the header of its capture."""

from collections.abc import Mapping
from typing import Any

from py.measure.machine.software import cudnn_version
from py.measure.machine.told import Told, listed
from py.platforms.fields import MOST_TEXT

_SAMPLED = ("nvml-power", "zeus-amd-power", "zeus-jetson")
"""Meters of devices that state their power and count no energy."""


def facts_for_profile(
    machine: Mapping[str, Any],
    runner: Mapping[str, str],
    device: str,
    started: str | None = None,
) -> dict[str, Any]:
    """Return those facts of ``py.measure.fit.about.FACTS`` that a capture's header knows.

    ``machine`` is doctor's object (``joulegraph/doctor/1``), ``runner`` the runner's identity,
    ``device`` is ``cpu`` or ``cuda:0``, ``started`` the header's moment. What the header does not
    know is left out; who measured, under which licence and how it was cooled, people say.
    """
    told = Told(machine)
    gpu = measured_gpu(told, runner, device)
    on_gpu = device.startswith("cuda")
    name = gpu.text("name") if on_gpu else told.at("processor").text("name")
    name = name or _of_runner(runner, "device_name")
    software = _software(runner)
    found: dict[str, Any] = {
        "name": listed((name or device, software))[:200],
        "device": name,
        "host": _host(told, on_gpu),
        "driver": _prefixed("NVIDIA ", gpu.text("driver")) if on_gpu else None,
        "software": software,
        "clocks": _gpu_clocks(gpu) if on_gpu else _clocks(told),
        "rated_power_w": _rated(gpu) if on_gpu else None,
        "measured": _measured(runner, started, _energy(told, gpu, on_gpu)),
        "remarks": list(_remarks(told, gpu, on_gpu)),
    }
    return {
        field: value[:MOST_TEXT] if isinstance(value, str) else value
        for field, value in found.items()
        if value
    }


def measured_gpu(told: Told, runner: Mapping[str, str], device: str) -> Told:
    """Return the GPU that a device is, or one of its name; nothing where several could be it.

    CUDA may count in another order, or only some: its number tells where it agrees with the name.
    """
    gpus = told.list("gpus")
    name = _of_runner(runner, "device_name")
    alike = [gpu for gpu in gpus if name is not None and gpu.text("name") == name]
    index = device.partition(":")[2] or "0"
    by_index = [gpu for gpu in gpus if str(gpu.number("index")) in (index, f"{index}.0")]
    both = [gpu for gpu in alike if gpu in by_index]
    return next(iter(both or alike or (gpus if len(gpus) == 1 else ())), Told({}))


def _of_runner(runner: Mapping[str, str], name: str) -> str | None:
    return Told(runner).text(name)


def _software(runner: Mapping[str, str]) -> str | None:
    told = Told(runner)
    name = told.text("name") or told.text("runner")
    if name is None:
        return None
    parts = [f"{name} {told.text('version') or 'of unknown version'}"]
    for field, prefix in (("provider", ""), ("cuda", "CUDA "), ("cudnn", "cuDNN ")):
        value = told.text(field)
        if field == "cudnn" and value is not None and value.isdecimal():
            value = cudnn_version(int(value)) or value
        parts += [] if value is None else [prefix + value]
    return listed(parts)


def _host(told: Told, on_gpu: bool) -> str | None:
    processor, memory = told.at("processor"), told.at("memory").number("total_bytes")
    around = told.at("surroundings")
    counts = [
        f"{count:g} {noun}{'' if count == 1 else 's'}"
        for noun in ("socket", "core", "thread")
        if (count := processor.number(f"{noun}s")) is not None
    ]
    virtual = around.text("virtual_machine")
    return (
        listed(
            (
                told.at("system").text("model"),
                processor.text("name") if on_gpu else None,
                *counts,
                None if memory is None else f"{memory / 1e9:.4g} GB",
                told.at("system").text("name"),
                told.at("system").text("kernel"),
                None if virtual is None else f"virtual machine ({virtual})",
                _prefixed("container: ", around.text("container")),
            )
        )
        or None
    )


def _clocks(told: Told) -> str | None:
    clocks = told.at("clocks")
    parts = [
        f"{value:,.0f} MHz {what}"
        for field, what in (("base_mhz", "base"), ("max_mhz", "at most"), ("limit_mhz", "allowed"))
        if (value := clocks.number(field)) is not None
    ]
    turbo = clocks.flag("turbo")
    parts += [
        text
        for text in (
            _prefixed("governor ", clocks.text("governor")),
            _prefixed("energy preference ", clocks.text("energy_preference")),
            None if turbo is None else f"turbo {'on' if turbo else 'off'}",
        )
        if text
    ]
    return listed(parts) or None


def _gpu_clocks(gpu: Told) -> str | None:
    most, memory = gpu.number("clock_most_mhz"), gpu.number("memory_clock_most_mhz")
    limit = gpu.number("power_limit_w")
    return (
        listed(
            (
                None if most is None else f"up to {most:,.0f} MHz",
                None if memory is None else f"memory up to {memory:,.0f} MHz",
                None if limit is None else f"power limit {limit:g} W",
            )
        )
        or None
    )


def _rated(gpu: Told) -> dict[str, Any] | None:
    value = gpu.number("power_limit_default_w")
    if value is None or not 1e-6 <= value <= 1e9:
        return None
    return {"value": value, "source": "the board's default power limit, as NVML states it"}


def _energy(told: Told, gpu: Told, on_gpu: bool) -> str | None:
    """Return by which meter the device's energy was measured, and whether that one counts."""
    number = gpu.number("index")
    for domain in ("gpu" if on_gpu else "package", "soc"):
        for one in told.list("quantities"):
            meter, own = one.text("how"), one.number("device") in (None, number)
            if one.text("quantity") == domain and one.flag("available") and meter and own:
                name = meter.partition(":")[0]
                sampled = name.startswith(_SAMPLED)
                how = "power sampled and added up" if sampled else "its counter"
                return f"energy by {how} ({name})"
    return None


def _measured(runner: Mapping[str, str], started: str | None, energy: str | None) -> dict[str, Any]:
    told = Told(runner)
    settings = listed(
        value if name == "settings" else f"{name} {value}"
        for name in ("settings", "layout", "launch", "threads")
        if (value := told.text(name)) is not None
    )
    single = "single layers, one after the other, python -m py.measure"
    method = f"{single}; {energy}" if energy else single
    day = (started or "")[:10]
    return {
        "who": None,
        "date": day if len(day) == 10 and day.isascii() and day.isprintable() else None,
        "source": None,
        "licence": None,
        "method": f"{method}; {settings}"[:MOST_TEXT] if settings else method,
    }


def _remarks(told: Told, gpu: Told, on_gpu: bool) -> list[str]:
    around, supply, load = told.at("surroundings"), told.at("supply"), told.at("load")
    others, stolen = load.number("others_cpus"), load.number("stolen_share")
    found = []
    if around.flag("virtual"):
        found.append("Measured in a virtual machine: its host may have taken time away.")
    if supply.flag("on_battery"):
        found.append("Measured on battery, where processors are held back.")
    if others is not None and others >= 0.2:
        found.append(f"Other programs took {others:.1f} processors' time when it began.")
    if stolen is not None and stolen >= 0.01:
        found.append(f"The virtual machine's host took {stolen:.0%} of its time when it began.")
    if on_gpu and gpu.flag("mig"):
        found.append("The GPU was cut into instances (MIG), and its meter counts them all.")
    if on_gpu and (gpu.number("other_processes") or 0) > 0:
        found.append("Other programs used the GPU when it began.")
    return found


def _prefixed(prefix: str, text: str | None) -> str | None:
    return None if text is None else prefix + text
