"""Which runner and device are measured where nobody says: the fastest there is."""

import re
from collections.abc import Mapping, Sequence

from py.errors import JoulegraphError
from py.measure.machine.facts import MachineFacts
from py.measure.machine.software import Software

_ORDER = (("torch", "cuda:0"), ("onnxruntime", "cuda"), ("onnxruntime", "cpu"), ("torch", "cpu"))
_NUMBERED = {"cuda": "cuda:0"}
_MOST_SLUG = 32
#: What a maker adds to a name and nobody says.
_NOISE = re.compile(
    r"\((R|TM|r|tm)\)|®|™|@.*$|\bwith\b.*$|\b\d+-Core\b|\b(CPU|Processor|NVIDIA|\d+th Gen)\b"
)


def choose(software: Sequence[Software], runner: str | None, device: str | None) -> tuple[str, str]:
    """Return the runner and the device; what is given stays.

    Raises:
        JoulegraphError: ``runner-missing`` where no runner can be used, with what would help;
            ``device-missing`` where a GPU is asked for that no runner sees.
    """
    device = _NUMBERED.get(device or "", device)
    devices = {one.name: one.devices for one in software if one.works}
    _refuse_missing(devices, runner, device)
    if runner is not None and device is not None:
        return runner, device
    for name, place in _ORDER:
        there = place in devices.get(name, ())
        wanted = _NUMBERED.get(place, place)
        if there and runner in (None, name) and device in (None, wanted):
            return name, wanted
    if runner is not None:
        return runner, device or "cpu"
    if device is not None and devices:  # the runner will say what it makes of that device
        return next(iter(devices)), device
    reasons = "; ".join(f"{one.name}: {one.reason}" for one in software if one.reason)
    remedies = [one.remedy for one in software if one.remedy]
    raise JoulegraphError(
        "runner-missing",
        f"Neither onnxruntime nor torch can run here ({reasons}).",
        f"Install one: {remedies[0]}." if remedies else "Install one of them.",
    )


def _refuse_missing(
    devices: Mapping[str, Sequence[str]], runner: str | None, device: str | None
) -> None:
    """Refuse a GPU that the runner, or each of them, does not see.

    Raises:
        JoulegraphError: ``device-missing``.
    """
    asked = [places for name, places in devices.items() if runner in (None, name)]
    if device is None or not device.startswith("cuda") or not asked:
        return
    if not any(place.startswith("cuda") for places in asked for place in places):
        named = " and ".join(name for name in devices if runner in (None, name))
        raise JoulegraphError(
            "device-missing",
            f"No GPU that {named} could use is seen here, got {device[:40]!r}.",
            "Take --device cpu; python -m py.measure doctor says what is here.",
        )


def default_output(
    facts: MachineFacts, runner: str, device: str, plan: str, dtypes: Sequence[str]
) -> str:
    """Return the name of a capture's file: device, runner and plan, nothing of the host."""
    kind = "fake" if ":" in runner else runner
    others = () if tuple(dtypes) == ("fp32",) else dtypes
    return "-".join([device_slug(facts, device), kind, *others, plan]) + ".csv.gz"


def device_slug(facts: MachineFacts, device: str) -> str:
    """Return a device's name in lower-case letters, digits and hyphens.

    Among GPUs of several names a number of CUDA's may mean any: none is taken.
    """
    kind, _, place = device.partition(":")
    name = facts.processor.name
    if kind != "cpu":
        names = {gpu.name for gpu in facts.gpus}
        there = any(str(gpu.index) == (place or "0") for gpu in facts.gpus)
        name = names.pop() if there and len(names) == 1 else None
    slug = re.sub(r"[^a-z0-9]+", "-", _NOISE.sub(" ", name or "").lower()).strip("-")
    return slug[:_MOST_SLUG].strip("-") or kind
