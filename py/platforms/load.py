"""From a platform's file, its JSON or its name to a ``Platform``."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from py.bounded_json import parse_json, read_bounded
from py.errors import JoulegraphError
from py.platforms.accelerator.altered import Altered, with_array, with_clock
from py.platforms.accelerator.capacity import resized
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.file import hardware_from_json
from py.platforms.accelerator.file.read import SCHEMA
from py.platforms.accelerator.mapper.worth import OBJECTIVES, Objective
from py.platforms.datasheet import SCHEMA as DEVICE_SCHEMA
from py.platforms.datasheet import datasheet_from_json
from py.platforms.measured import SCHEMA as PROFILE_SCHEMA
from py.platforms.measured.calibration import Calibration
from py.platforms.measured.engine import Measured, measured_from_json
from py.platforms.platform import Platform

PUBLIC = Path(__file__).resolve().parents[2] / "public"
DEFAULT_PLATFORM = "eyeriss"
FOLDERS: Mapping[str, str] = {
    "accelerator": "accelerators",
    "measured": "profiles",
    "datasheet": "devices",
}
"""The kinds of platform, and where in public/ the files of each lie."""
SCHEMAS: Mapping[str, str] = {
    "accelerator": SCHEMA,
    "measured": PROFILE_SCHEMA,
    "datasheet": DEVICE_SCHEMA,
}
_TIMED: Mapping[str, Callable[[dict[str, Any], str], Platform]] = {
    "datasheet": datasheet_from_json,
    "measured": measured_from_json,
}
"""What reads the files of the kinds that have nothing to map."""
_MOST_BYTES = 1_000_000
_MOST_NAME = 200


def platform_from_json(
    data: Any,
    dataflow: str | None = None,
    capacities: Mapping[str, int] | None = None,
    *,
    objective: str | None = None,
    fuse: bool | None = None,
    held: bool = False,
    array: Sequence[int] | None = None,
    clock_hz: float | None = None,
) -> Platform:
    """Return the platform that a file describes; an accelerator is mapped by one of its dataflows.

    ``capacities`` are bytes by the ids of levels, in place of the file's. ``objective``: of what
    the mapping of each layer has the least, by default energy. ``fuse`` is only looked at where it
    can't be. ``array`` are PEs along the axes and ``clock_hz`` a clock in place of the file's.
    ``held``: layers are priced with the mappings last found for their shapes, without a
    search; where there is nothing to map it changes nothing.

    Raises:
        JoulegraphError: ``platform-invalid`` naming the field, ``dataflow-unknown``,
            ``objective-unknown``, ``capacity-unknown``, ``capacity-size``, ``array-unknown``,
            ``array-size``, ``clock-size``, or ``not-mapped`` for an option of mapping where there
            is nothing to map, and ``clock-fixed`` there for another clock.
    """
    kind, name = _checked(data)
    digest = platform_hash(data)
    if kind in _TIMED:
        mapped = {"dataflow": dataflow, "objective": objective, "capacities": capacities}
        _refuse_mapping(kind, name, {**mapped, "fuse": fuse, "array": array})
        if clock_hz:
            raise _clock_fixed(kind, name)
        return _TIMED[kind](data, digest)
    hardware = hardware_from_json(data)
    if capacities:
        hardware = resized(hardware, capacities)
    file = Altered(hardware.array.pes, hardware.clock_hz) if array or clock_hz else None
    if array:
        hardware = with_array(hardware, array)
    if clock_hz:
        hardware = with_clock(hardware, clock_hz)
    hardware.dataflow(dataflow)  # refused here, not layer by layer
    return Accelerator(
        *(data["id"], name, digest, hardware, dataflow),
        objective=_objective(objective),
        held=held,
        file=file,
    )


def calibrated(platform: Platform, calibration: Calibration) -> Platform:
    """Return a measured platform with its times and powers scaled.

    Raises:
        JoulegraphError: ``not-calibrated`` for a platform of another kind.
    """
    if isinstance(platform, Measured):
        return platform.calibrated(calibration)
    raise JoulegraphError(
        "not-calibrated",
        f"A calibration scales a platform of the kind measured, and {platform.name} is of the kind "
        f"{platform.kind}.",
        "Leave the calibration out, or choose a measured platform.",
    )


def _checked(data: Any) -> tuple[str, str]:
    """Return a file's kind and name; what all kinds have in common is as it must be."""
    kind = data.get("kind") if isinstance(data, dict) else None
    schema = data.get("schema") if isinstance(data, dict) else None
    known = SCHEMAS.get(kind) if isinstance(kind, str) else None
    if schema not in ([known] if known else SCHEMAS.values()):
        expected = [known] if known else SCHEMAS.values()
        raise _invalid(f'says "schema": {" or ".join(map(json.dumps, expected))}', schema)
    identity, name = data.get("id"), data.get("name")
    if not isinstance(identity, str) or not is_platform_id(identity):
        raise _invalid("has an id of 1 to 64 lower-case letters, digits, '-' and '_'", identity)
    if known is None:
        raise _invalid(f"has the kind {' or '.join(map(repr, SCHEMAS))}", kind)
    if not isinstance(data.get("licence"), str) or not data["licence"]:
        raise _invalid("names its licence", data.get("licence"))
    if not isinstance(name, str) or not 1 <= len(name) <= _MOST_NAME:
        raise _invalid(f"has a name of 1 to {_MOST_NAME} characters", name)
    return str(kind), name


def _refuse_mapping(kind: str, name: str, asked: Mapping[str, object]) -> None:
    """Refuse the options of mapping on a platform of a kind that has nothing to map.

    Raises:
        JoulegraphError: ``not-mapped`` naming the options.
    """
    given = [option for option, value in asked.items() if value]
    if given:
        raise JoulegraphError(
            "not-mapped",
            f"{name} is a platform of the kind {kind}, which maps nothing and takes no "
            f"{' and no '.join(given)}.",
            "Leave that out, or choose a platform of the kind accelerator.",
        )


def _clock_fixed(kind: str, name: str) -> JoulegraphError:
    was = "were measured" if kind == "measured" else "are rated"
    return JoulegraphError(
        "clock-fixed",
        f"{name} is a platform of the kind {kind}: its times hold at the clock at which they "
        f"{was}, and no rule says what another would make of them.",
        "Leave the clock out, or choose a platform of the kind accelerator.",
    )


def _objective(name: str | None) -> Objective:
    if name is None:
        return "energy"
    for known in OBJECTIVES:
        if name == known:
            return known
    raise JoulegraphError(
        "objective-unknown",
        f"Mappings are chosen by {', '.join(OBJECTIVES[:-1])} or {OBJECTIVES[-1]}, "
        f"got {name[:40]!r}.",
        "Choose one of these.",
    )


def _invalid(expected: str, got: Any) -> JoulegraphError:
    return JoulegraphError(
        "platform-invalid",
        f"A platform file {expected}, got {str(got)[:60]!r}.",
        "Compare it with one that ships, such as public/accelerators/eyeriss.json; a file of a "
        "later schema needs a newer Joulegraph.",
    )


def is_platform_id(name: str) -> bool:
    """Say whether a name has the form of a platform's id."""
    return re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name) is not None


def platform_hash(data: dict[str, Any]) -> str:
    """Return 16 hex digits that change with anything in the file but its layout.

    A number is the same however it is written: the page writes 32.0 as 32.
    """
    canonical = json.dumps(_plain(data), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode(errors="replace")).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Return JSON with whole numbers written without a point."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def load_platform(name: str, dataflow: str | None = None) -> Platform:
    """Return a shipped platform by its id, or one's own by the path of its JSON file.

    Raises:
        JoulegraphError: ``platform-unknown`` listing the shipped ones, ``platform-invalid``,
            ``dataflow-unknown`` or ``not-mapped``.
    """
    return platform_from_json(read_platform_file(name), dataflow)


def read_platform_file(name: str) -> dict[str, Any]:
    """Return the JSON of a shipped platform or of a file."""
    path = Path(name) if name.endswith(".json") else _shipped(name)
    try:
        text = read_bounded(path, _MOST_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        raise JoulegraphError(
            "platform-unreadable",
            f"The platform file {name} can't be read: {error}.",
            "Check the path and the file.",
        ) from None
    data = parse_json(text, what=f"The platform file {path.name}")
    if not isinstance(data, dict):
        raise JoulegraphError(
            "platform-invalid", "A platform file is a JSON object.", "Check the file."
        )
    return data


def _shipped(name: str) -> Path:
    """Return the file of a shipped platform."""
    for folder in FOLDERS.values():
        path = PUBLIC / folder / f"{name}.json"
        if is_platform_id(name) and path.is_file():
            return path
    known = {kind: shipped_platforms(kind) for kind in FOLDERS}
    every = shipped_platforms()
    # Of one or two letters nothing is near: all are listed.
    within = [one for one in every if len(name) > 2 and name.lower() in one]
    close = within or get_close_matches(name[:64], every, 3)
    ids = [f"{kind}: {', '.join(found)}" for kind, found in known.items() if found]
    raise JoulegraphError(
        "platform-unknown",
        f"No platform is called {name[:60]!r}; "
        + (f"like it are {', '.join(close)}." if close else f"there are, {'; '.join(ids)}."),
        "Choose one of these, or give the path of a platform file that ends in .json.",
    )


def shipped_platforms(kind: str | None = None) -> list[str]:
    """Return the ids of the platforms in public/, of one kind or of all."""
    folders = FOLDERS.values() if kind is None else [FOLDERS[kind]]
    return sorted(path.stem for folder in folders for path in (PUBLIC / folder).glob("*.json"))
