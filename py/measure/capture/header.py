"""The header of a capture: what was to be measured, by what and on what. One line of JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from py.bounded_json import parse_json
from py.columns import shortened
from py.errors import JoulegraphError
from py.version import ENGINE

SCHEMA = "joulegraph/capture/1"
#: A header's first letters; a table's line never begins so.
MARK = "# "
#: What every capture begins with, as ``Header.line`` writes it.
BEGINS = f'{MARK}{{"schema": "{SCHEMA}"'
_MOST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Header:
    """What holds for all rows of a capture.

    ``runner`` is the runner's identity, ``machine`` what is known of the machine (``doctor``),
    ``method`` the settings of the measuring, ``started`` ISO 8601 in UTC.
    """

    plan: str
    plan_hash: str
    started: str
    runner: Mapping[str, str]
    device: str
    machine: Mapping[str, Any]
    method: Mapping[str, Any]
    engine: str = ENGINE

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            value = getattr(self, name)
            if not isinstance(value, kind):
                rule = "an object" if kind is Mapping else "a text"
                raise ValueError(f"Header: {name} is {rule}, got {str(value)[:_MOST_SHOWN]!r}")
        for name, value in self.runner.items():
            if not isinstance(value, str):
                raise ValueError(f"Header: runner's {name} is a text, got {value!r}")

    @property
    def line(self) -> str:
        """The header as a file's first line, without its end."""
        return MARK + json.dumps({"schema": SCHEMA, **asdict(self)}, allow_nan=False)


_KINDS: dict[str, type] = {
    one.name: Mapping if one.name in ("runner", "machine", "method") else str
    for one in fields(Header)
}


def parse_header(line: str, file: str) -> Header:
    """Return the header that a file's first line holds.

    Raises:
        JoulegraphError: ``capture-invalid`` with what was expected.
    """
    if not line.startswith(MARK + "{"):
        raise invalid(file, f"a first line that begins with '{MARK}{{', got {line[:20]!r}")
    try:
        document = parse_json(line[len(MARK) :], what=f"The header of {file}")
    except JoulegraphError as error:
        raise invalid(file, f"a header in JSON ({error.message})") from None
    if document.get("schema") != SCHEMA:
        got = str(document.get("schema"))[:_MOST_SHOWN]
        raise invalid(file, f"the schema {SCHEMA!r}, got {got!r}")
    missing = [name for name in _KINDS if name not in document]
    if missing:
        raise invalid(file, f"a header with {', '.join(missing)}, got none")
    try:
        return Header(**{name: document[name] for name in _KINDS})
    except ValueError as error:
        raise invalid(file, f"a header that holds ({error})") from None


def differences(had: Header, wanted: Header) -> list[str]:
    """Return why rows of ``wanted`` can't be appended to those of ``had``, one phrase each."""
    found = []
    if (had.plan, had.plan_hash) != (wanted.plan, wanted.plan_hash):
        same = had.plan == wanted.plan
        found.append(
            f"its plan {had.plan} has other shapes, or another order"
            if same
            else f"the plan is {had.plan}, not {wanted.plan}"
        )
    if had.device != wanted.device:
        found.append(f"the device is {had.device}, not {wanted.device}")
    for part in ("runner", "machine", "method"):
        before, now = (_compared(part, getattr(one, part)) for one in (had, wanted))
        found += [f"{part}: {told}" for told in _changed(before, now)]
    return found + _other_meters(had, wanted)


def _other_meters(had: Header, wanted: Header) -> list[str]:
    """Return which meters work now and did not, or no longer do: rows would differ in energy."""
    before, now = _meters(had), _meters(wanted)
    if before is None or now is None:
        return []
    return [
        *(
            f"the meter {name} works now and did not when it was begun"
            for name in sorted(now - before)
        ),
        *(f"the meter {name} no longer works" for name in sorted(before - now)),
    ]


def _meters(header: Header) -> set[str] | None:
    """Return the names of the working meters that say something of the device; None is unknown."""
    reports = header.machine.get("meters")
    if not isinstance(reports, list | tuple):
        return None
    domains = _OF_HOST if header.device == "cpu" else (*_OF_HOST, "gpu")
    return {
        str(one.get("name"))[:_MOST_SHOWN]
        for one in reports
        if isinstance(one, Mapping) and one.get("works") is True and one.get("domain") in domains
    }


_OF_HOST = ("package", "core", "dram", "soc")


def _compared(part: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what of a part has to stay the same."""
    return machine_identity(values) if part == "machine" else values


def machine_identity(machine: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what tells machines and their settings apart, without what changes by itself.

    ``machine`` is what ``doctor --json`` says. Names are as in ``processor.name``.
    """
    found = {
        f"{part}.{name}": machine[part].get(name)
        for part, names in _IDENTITY.items()
        if isinstance(machine.get(part), Mapping)
        for name in names
    }
    for place, gpu in enumerate(machine.get("gpus") or ()):
        if isinstance(gpu, Mapping):
            found |= {f"gpus[{place}].{name}": gpu.get(name) for name in _IDENTITY_OF_GPU}
    return found


_IDENTITY = {
    "system": ("architecture",),
    "surroundings": ("virtual_machine", "container", "wsl"),
    "processor": ("name", "sockets", "cores", "threads", "last_level_cache_bytes"),
    "share": ("threads", "quota_cpus"),
    "clocks": ("governor", "turbo"),
}
_IDENTITY_OF_GPU = ("name", "driver", "memory_total_bytes", "ecc", "mig", "power_limit_w")


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            had, has = (_shown(values.get(name)) for values in (before, now))
            yield f"{name} was {had} and is {has}"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return shortened(text, _MOST_SHOWN) if value is not None else "unknown"


def invalid(file: str, expected: str) -> JoulegraphError:
    """Return the error of a file that is no capture."""
    return JoulegraphError(
        "capture-invalid",
        f"{file} should be a capture: it should have {expected}.",
        "Give another file, or another --output.",
    )
