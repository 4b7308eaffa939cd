"""The fields of a JSON object, read one by one; what is wrong, missing or left over is named."""

import json
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from py.errors import JoulegraphError

MOST_TEXT = 2000


class Fields:
    """A JSON object of a platform's file, with its path from the top."""

    def __init__(self, data: Any, path: str = "") -> None:
        if not isinstance(data, dict):
            raise invalid(path or "the file", "an object", data)
        self.data, self.path = data, path
        self._asked: set[str] = set()

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def raw(self, name: str) -> Any:
        """Return whatever a field holds; None where it is missing."""
        self._asked.add(name)
        return self.data.get(name)

    def has(self, name: str) -> bool:
        return name in self.data

    def inner(self, name: str) -> "Fields":
        """Return the fields of an object inside."""
        return Fields(self.raw(name), self.at(name))

    def items(self, name: str, most: int, least: int = 1) -> Iterator["Fields"]:
        """Yield the objects of a list."""
        found = self.raw(name)
        if not isinstance(found, list) or not least <= len(found) <= most:
            raise invalid(self.at(name), f"a list of {least} to {most} objects", found)
        for place, entry in enumerate(found):
            yield Fields(entry, f"{self.at(name)}[{place}]")

    def text(self, name: str) -> str:
        """Return a text that is not empty."""
        found = self.raw(name)
        if not isinstance(found, str) or not 1 <= len(found) <= MOST_TEXT:
            raise invalid(self.at(name), f"a text of 1 to {MOST_TEXT} characters", found)
        return found

    def identity(self, name: str) -> str:
        """Return an id of lower-case letters, digits, '-' and '_'."""
        found = self.raw(name)
        if not isinstance(found, str) or not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", found):
            expected = "1 to 64 lower-case letters, digits, '-' and '_'"
            raise invalid(self.at(name), expected, found)
        return found

    def sourced(self, name: str) -> "Sourced":
        """Return a field of the form {"value": …, "source": …}."""
        return Sourced(self.inner(name))

    def end(self) -> None:
        """Refuse fields that were not asked for.

        Raises:
            JoulegraphError: ``platform-invalid`` naming the first of them.
        """
        left = [name for name in self.data if name not in self._asked]
        if left:
            raise invalid(self.at(str(left[0])[:60]), "left out: no such field", self.data[left[0]])


class Sourced:
    """A value with where it is from."""

    def __init__(self, fields: Fields, *also: str) -> None:
        self.path = fields.path
        if not fields.has("value"):
            raise invalid(self.path, "a value with its source", fields.data)
        self.value, self.source = fields.raw("value"), fields.text("source")
        self.also = {name: fields.raw(name) for name in also}
        fields.end()

    def wrong(self, expected: str) -> JoulegraphError:
        """Return the error that this value is not what is expected."""
        return invalid(self.path, expected, self.value)

    def whole(self, least: int = 1, most: int = 1 << 40) -> int:
        return whole(self.path, self.value, least, most)

    def number(self, least: float = 0.0, most: float = 1e12) -> float:
        return number(self.path, self.value, least, most)

    def number_or_none(self, most: float) -> float | None:
        """Return a number above zero, or None where nobody knows it."""
        if self.value is None:
            return None
        found = number(self.path, self.value, 0.0, most)
        if found == 0.0:
            raise self.wrong("a number above 0, or null")
        return found

    def truth(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def choice(self, *choices: str) -> str:
        return choice(self.path, self.value, *choices)

    def letters(self, allowed: str) -> str:
        """Return letters of those allowed, each once at most."""
        return letters(self.path, self.value, allowed)

    def subset(self, *choices: str) -> tuple[str, ...]:
        """Return a list of some of the choices, each once at most."""
        found = self.value
        if not isinstance(found, list) or not all(entry in choices for entry in found):
            raise self.wrong(f"a list of {', '.join(choices)}")
        if len(set(found)) != len(found):
            raise self.wrong("a list that names each at most once")
        return tuple(found)

    def fields(self) -> Fields:
        """Return the fields of a value that is an object."""
        return Fields(self.value, self.path)


def whole(path: str, value: Any, least: int = 1, most: int = 1 << 40) -> int:
    """Return a whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise invalid(path, f"a whole number from {least} to {most}", value)
    return value


def number(path: str, value: Any, least: float = 0.0, most: float = 1e12) -> float:
    """Return a number within bounds."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not least <= value <= most
        or not math.isfinite(value)
    ):
        raise invalid(path, f"a number from {least:g} to {most:g}", value)
    return float(value)


def choice(path: str, value: Any, *choices: str) -> str:
    """Return one of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise invalid(path, f"one of {', '.join(choices)}", value)
    return value


def letters(path: str, value: Any, allowed: str) -> str:
    """Return letters of those allowed, each once at most."""
    if not isinstance(value, str) or set(value) - set(allowed) or len(set(value)) != len(value):
        raise invalid(path, f"letters of {allowed}, each at most once", value)
    return value


def invalid(path: str, expected: str, got: Any) -> JoulegraphError:
    """Return the error for a field that is not what is expected; it tells what was got as JSON."""
    pieces = json.JSONEncoder(ensure_ascii=False, default=str).iterencode(got)
    told = "nothing" if got is None else "".join(islice(pieces, 80))[:80]  # never all of it
    return JoulegraphError(
        "platform-invalid",
        f"The platform's field '{path}' must be {expected}, got {told}.",
        "Compare the file with the schema of its kind in public/schema/.",
    )
