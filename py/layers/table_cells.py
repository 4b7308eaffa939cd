"""Cells of a table of layers: each read as what its column holds, or refused with its line."""

import re
from typing import NoReturn

from py.errors import JoulegraphError

MOST_SIZE = 1 << 40
_MOST_WORDS = 10_000
_PATH = re.compile(r"(?:/\d{1,9}:[^\r\n]*?){1,40}")
_REGION = re.compile(r"/\d+:")


def number(cell: str, column: str, line: int) -> float:
    """Return a number from 0 to ``MOST_SIZE``."""
    try:
        value = float(cell)
    except ValueError:
        refuse(line, f"a number in {column}, got {cell.strip()[:40]!r}")
    if not 0 <= value <= MOST_SIZE:
        refuse(line, f"a number from 0 to {MOST_SIZE} in {column}, got {cell.strip()[:40]!r}")
    return value


def as_whole(value: float, column: str, line: int) -> int:
    """Return a number as the whole number that it is."""
    if value != int(value):
        refuse(line, f"a whole number in {column}, got {value}")
    return int(value)


def whole(cell: str, column: str, line: int, *, default: int) -> int:
    """Return a whole number from 1, the default for an empty cell."""
    if not cell.strip():
        return default
    value = as_whole(number(cell, column, line), column, line)
    if value < 1:
        refuse(line, f"at least 1 in column '{column}', got {value}")
    return value


def count(cell: str, column: str, line: int) -> int | None:
    """Return a count of any length, None for an empty cell."""
    text = cell.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 40):
        refuse(line, f"a whole number from 0 in column '{column}', got {text[:40]!r}")
    return int(text)


def several(cell: str, column: str, line: int, most: int) -> tuple[int, ...]:
    """Return whole numbers with an x between them, as in 2x1; none for an empty cell."""
    text = cell.strip()
    parts = text.split("x") if text else []
    if len(parts) > most or not all(part.isascii() and part.isdecimal() for part in parts):
        example = "x".join("1" * most)
        refuse(line, f"whole numbers as in {example} in column '{column}', got {text[:40]!r}")
    return tuple(as_whole(number(part, column, line), column, line) for part in parts)


def share(cell: str, column: str, line: int) -> float | None:
    """Return a share from 0 to 1, None for an empty cell."""
    if not cell.strip():
        return None
    value = number(cell, column, line)
    if value > 1:
        refuse(line, f"a share from 0 to 1 in column '{column}', got {value}")
    return value


def bits(cell: str, line: int) -> int | None:
    """Return a width from 1 to 64 bits, None for an empty cell."""
    if not cell.strip():
        return None
    value = whole(cell, "bits", line, default=1)
    if value > 64:
        refuse(line, f"1 to 64 bits, got {value}")
    return value


def runs(cell: str, line: int) -> float:
    """Return how often a layer runs: 1 for an empty cell, a fraction where that is expected."""
    if not cell.strip():
        return 1
    value = number(cell, "runs", line)
    return int(value) if value == int(value) else value


def indices(cell: str, line: int) -> tuple[int, ...]:
    """Return the places of nodes, as in ``3 4 7``."""
    words = cell.split()
    if len(words) > _MOST_WORDS:
        refuse(line, f"at most {_MOST_WORDS} nodes, got {len(words)}")
    return tuple(as_whole(number(word, "nodes", line), "nodes", line) for word in words)


def path(cell: str, line: int) -> str | None:
    """Return the path of a region, as in ``/0:If:else_branch``; None for the main graph."""
    text = cell.strip()
    if not text:
        return None
    if len(text) > 2000 or _PATH.fullmatch(text) is None or len(_REGION.findall(text)) > 40:
        refuse(line, f"a path like '/0:If:else_branch', got {text[:40]!r}")
    return text


def text_of(cell: str) -> str:
    """Return a text as it was before it was made safe for spreadsheets."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def refuse(line: int, expected: str) -> NoReturn:
    """Raise JoulegraphError: ``table-invalid`` with the line and what was expected there."""
    where = f"Line {line} of the table" if line else "The table"
    raise JoulegraphError(
        "table-invalid",
        f"{where} should have {expected}.",
        "See 'A table of layers' in the README for the two forms.",
    )
