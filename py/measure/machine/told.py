"""Reading what a capture's header tells of a machine: it may be anyone's, and hold anything."""

import math
from collections.abc import Iterable
from typing import Any

_MOST = 200
_MOST_LIST = 64


class Told:
    """An object of JSON that may lack any field; what is missing or not of its form is None."""

    def __init__(self, data: Any) -> None:
        self.data = data if isinstance(data, dict) else {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Told) and self.data is other.data

    __hash__ = None  # type: ignore[assignment]  # it stands for an object of JSON, which has none

    def at(self, name: str) -> "Told":
        """Return the object in a field, an empty one where there is none."""
        return Told(self.data.get(name))

    def list(self, name: str) -> "tuple[Told, ...]":
        """Return the objects of a list."""
        found = self.data.get(name)
        return tuple(Told(one) for one in found[:_MOST_LIST]) if isinstance(found, list) else ()

    def text(self, name: str) -> str | None:
        """Return a printable text, cut where it is long."""
        found = self.data.get(name)
        if not isinstance(found, str):
            return None
        text = "".join(letter if letter.isprintable() else "?" for letter in found[:_MOST])
        return text.strip() or None

    def number(self, name: str) -> float | None:
        """Return a number that is not negative."""
        found = self.data.get(name)
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            return None
        return float(found) if 0 <= found < 1e18 and math.isfinite(found) else None

    def flag(self, name: str) -> bool | None:
        """Return a yes or no."""
        found = self.data.get(name)
        return found if isinstance(found, bool) else None


def listed(parts: Iterable[str | None]) -> str:
    """Return those that are known, with commas between."""
    return ", ".join(part for part in parts if part)
