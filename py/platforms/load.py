"""From a platform's file, its JSON or its name to a ``Platform``."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from py.bounded_json import parse_json, read_bounded
from py.errors import JoulegraphError
from py.platforms.accelerator.capacity import resized
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.file import hardware_from_json
from py.platforms.accelerator.file.read import SCHEMA
from py.platforms.accelerator.mapper.worth import OBJECTIVES, Objective
from py.platforms.platform import Platform

PUBLIC = Path(__file__).resolve().parents[2] / "public"
DEFAULT_PLATFORM = "eyeriss"
_MOST_BYTES = 1_000_000


def platform_from_json(
    data: Any,
    dataflow: str | None = None,
    capacities: Mapping[str, int] | None = None,
    *,
    objective: str | None = None,
    held: bool = False,
) -> Platform:
    """Return the platform that a file describes, mapped by one of its dataflows.

    ``capacities`` are bytes by the ids of levels, in place of the file's. ``objective``: of what
    the mapping of each layer has the least, by default energy. ``held``: layers are
    priced with the mappings last found for their shapes, without a search.

    Raises:
        JoulegraphError: ``platform-invalid`` naming the field, ``dataflow-unknown``,
            ``objective-unknown``, ``capacity-unknown`` or ``capacity-size``.
    """
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise _invalid(f'says "schema": "{SCHEMA}"', schema)
    identity, name = data.get("id"), data.get("name")
    if not isinstance(identity, str) or not is_platform_id(identity):
        raise _invalid("has an id of 1 to 64 lower-case letters, digits, '-' and '_'", identity)
    if data.get("kind") != "accelerator":
        raise _invalid("has the kind 'accelerator'", data.get("kind"))
    if not isinstance(data.get("licence"), str) or not data["licence"]:
        raise _invalid("names its licence", data.get("licence"))
    if not isinstance(name, str) or not 1 <= len(name) <= 200:
        raise _invalid("has a name of 1 to 200 characters", name)
    hardware = hardware_from_json(data)
    if capacities:
        hardware = resized(hardware, capacities)
    hardware.dataflow(dataflow)  # refused here, not layer by layer
    return Accelerator(
        *(identity, name, platform_hash(data), hardware, dataflow),
        objective=_objective(objective),
        held=held,
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
        "Compare it with public/accelerators/eyeriss.json.",
    )


def is_platform_id(name: str) -> bool:
    """Say whether a name has the form of a platform's id."""
    return re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name) is not None


def platform_hash(data: dict[str, Any]) -> str:
    """Return 16 hex digits that change with anything in the file but its layout."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode(errors="replace")).hexdigest()[:16]


def load_platform(name: str, dataflow: str | None = None) -> Platform:
    """Return a shipped platform by its id, or one's own by the path of its JSON file.

    Raises:
        JoulegraphError: ``platform-unknown`` listing the shipped ones, ``platform-invalid``, or
            ``dataflow-unknown``.
    """
    return platform_from_json(read_platform_file(name), dataflow)


def read_platform_file(name: str) -> dict[str, Any]:
    """Return the JSON of a shipped platform or of a file."""
    path = Path(name)
    if not name.endswith(".json"):
        path = PUBLIC / "accelerators" / f"{name}.json"
        if not is_platform_id(name) or not path.is_file():
            raise JoulegraphError(
                "platform-unknown",
                f"No platform is called {name[:60]!r}; "
                f"there are: {', '.join(shipped_platforms())}.",
                "Choose one of these, or give the path of a platform file that ends in .json.",
            )
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


def shipped_platforms() -> list[str]:
    """Return the ids of the platforms in public/."""
    return sorted(path.stem for path in (PUBLIC / "accelerators").glob("*.json"))
