"""What every fact of a machine refuses: numbers below zero, endless ones, texts without bounds."""

import math
from dataclasses import Field, asdict, fields
from typing import Any, ClassVar, Protocol

MOST_TEXT = 400


class _DataClass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def check(value: _DataClass, signed: tuple[str, ...] = ()) -> None:
    """Refuse numbers that can't be and texts that are too long; ``signed`` may be negative.

    Raises:
        ValueError: naming type, rule and value.
    """
    for one in fields(value):
        found = getattr(value, one.name)
        for item in found if isinstance(found, tuple) else (found,):
            problem = _problem(item, one.name in signed)
            if problem is not None:
                raise ValueError(f"{type(value).__name__}: {one.name} {problem}, got {item!r:.60}")


def _problem(item: object, signed: bool) -> str | None:
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        if not math.isfinite(item):
            return "is finite"
        if item < 0 and not signed:
            return "is not negative"
    if isinstance(item, str) and not (item.isprintable() and len(item) <= MOST_TEXT):
        return f"is printable, at most {MOST_TEXT} characters"
    return None


def as_json(value: _DataClass) -> dict[str, Any]:
    """Return a fact as JSON: fields by name, tuples as lists, unknown is null."""
    found = _plain(asdict(value))
    if not isinstance(found, dict):
        raise TypeError(f"as_json: a value type is an object, got {type(found).__name__}")
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (tuple, list)) else value
