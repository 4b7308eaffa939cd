"""What a profile says of device, software and source: from a file of facts, else from the rows."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from py.bounded_json import parse_json, read_bounded
from py.errors import JoulegraphError
from py.measure.table.row import Row
from py.platforms.fields import MOST_TEXT

FACTS = (
    *("name", "licence", "about", "device", "host", "driver", "software", "precision", "clocks"),
    *("cooling", "measured", "rated_power_w", "idle_power_w", "host_idle_power_w", "remarks"),
    "unreliable",
)
_OBJECTS = frozenset({"measured", "rated_power_w", "idle_power_w", "host_idle_power_w"})
_MOST_BYTES = 200_000
_NOT_STATED = "not stated"


def read_facts(path: Path) -> dict[str, Any]:
    """Return the facts of a file.

    Raises:
        JoulegraphError: ``facts-invalid`` naming what is no fact, or not of its form;
            ``unreadable``.
    """
    try:
        text = read_bounded(path, _MOST_BYTES)
    except OSError as error:
        raise JoulegraphError(
            "unreadable",
            f"The facts {path.name} can't be read: {error.strerror}.",
            "Check --about.",
        ) from None
    data = parse_json(text, what=f"The facts {path.name}")
    strange = sorted(set(data) - set(FACTS)) if isinstance(data, dict) else [type(data).__name__]
    if strange:
        raise JoulegraphError(
            "facts-invalid",
            f"Facts of a profile are {', '.join(FACTS)}, got {strange[0][:40]!r}.",
            "Leave it out, or name it as one of these.",
        )
    found: dict[str, Any] = json.loads(json.dumps(data))
    for name, value in found.items():
        expected = None if value is None else _expected(name, value)
        if expected is not None:
            raise JoulegraphError(
                "facts-invalid",
                f"The fact '{name}' of a profile is {expected}, got {repr(value)[:40]}.",
                "Write it so, or leave it out.",
            )
    return found


def _expected(name: str, value: Any) -> str | None:
    """Return what a fact should have been; None where it is. Objects are checked with the rest."""
    if name in _OBJECTS:
        return None if isinstance(value, dict) else "an object"
    if name == "remarks":
        return None if isinstance(value, list) and all(map(_is_text, value)) else "a list of texts"
    if name == "unreliable":
        sane = isinstance(value, dict) and all(map(_is_text, value.values()))
        return None if sane else "an object with a text for each kind"
    return None if _is_text(value) else f"a text of 1 to {MOST_TEXT} characters"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= MOST_TEXT


def facts_of(identity: str, given: Mapping[str, Any], rows: Iterable[Row]) -> dict[str, Any]:
    """Return all facts; unknown is None. Device and software are those that all rows name."""
    listed = list(rows)
    device, software = _all_alike(listed, "device"), _all_alike(listed, "software")
    precision = {row.dtype for row in listed}
    found: dict[str, Any] = dict.fromkeys(FACTS)
    found |= {
        "name": device or identity,
        "licence": _NOT_STATED,
        "device": device,
        "software": software,
        "precision": next(iter(precision)) if len(precision) == 1 else None,
        "remarks": [],
        "unreliable": {},
    }
    return found | {name: value for name, value in given.items() if value is not None}


def _all_alike(rows: list[Row], column: str) -> str | None:
    values = {row.others.get(column, "").strip() for row in rows}
    value = values.pop() if len(values) == 1 else ""
    return value[:200] or None
