"""Reading JSON that others wrote: bounded in size and depth, and strictly JSON."""

import json
import math
import re
from pathlib import Path
from typing import Any

from py.errors import JoulegraphError

MOST_CHARACTERS = 4_000_000
MOST_DEPTH = 64


def parse_json(text: str, *, what: str, most_characters: int = MOST_CHARACTERS) -> Any:
    """Return the parsed text.

    Raises:
        JoulegraphError: ``json-invalid`` for text that is too long, too deep, or not JSON (NaN and
            Infinity are not JSON).
    """
    if len(text) > most_characters:
        raise _invalid(what, f"is {len(text)} characters long, at most {most_characters} are read")
    if _depth(text) > MOST_DEPTH:
        raise _invalid(what, f"is nested deeper than {MOST_DEPTH} levels")
    try:
        return json.loads(
            text, parse_constant=_refuse_constant, parse_int=_whole_number, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise _invalid(what, f"is not JSON: {str(error)[:120]}") from None


def read_bounded(path: Path, most_bytes: int) -> str:
    """Return the text of a file in UTF-8.

    Raises:
        JoulegraphError: ``json-invalid`` for a file that is larger.
        OSError, UnicodeDecodeError: as reading and decoding do.
    """
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise _invalid(path.name, f"is larger than {most_bytes} bytes")
    return data.decode("utf-8")


_OUTSIDE_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{\]}]', re.DOTALL)


def _depth(text: str) -> int:
    """Return how deep brackets outside strings are nested."""
    depth = deepest = 0
    for match in _OUTSIDE_STRINGS.finditer(text):
        if match[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in "]}":
            depth -= 1
    return deepest


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")


def _whole_number(digits: str) -> int:
    if len(digits) > 40:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:40]} is too large a number")
    return number


def _invalid(what: str, problem: str) -> JoulegraphError:
    return JoulegraphError(
        "json-invalid", f"{what} {problem}.", "Check that it is the right file and complete."
    )
