"""Cells of a table of measurements: each read as what its column holds, or said to be wrong."""

import math
import re

from py.measure.table.row import MOST_SIZE, NamedPad

#: A number as a table writes it. Python's float() would take 1_0 and other scripts' digits too.
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.ASCII | re.IGNORECASE)


def number(cell: str) -> float | None:
    """Return the number in a cell, NaN and infinity too; None where it is blank.

    Raises:
        ValueError: what the cell should have held.
    """
    text = cell.strip()
    if not text:
        return None
    if len(text) > 60 or not (_NUMBER.fullmatch(text) or _NOT_FINITE.fullmatch(text)):
        raise ValueError("a number")
    return float(text)


def size(cell: str, least: int = 1) -> int | None:
    """Return a whole number, which may be written 18.0; None where the cell is blank.

    Raises:
        ValueError: what the cell should have held.
    """
    value = number(cell)
    if value is None:
        return None
    if not least <= value <= MOST_SIZE or value != int(value):
        raise ValueError(f"a whole number from {least} to {MOST_SIZE}")
    return int(value)


def pad(cell: str) -> int | NamedPad | None:
    """Return the padding on each side, or the rule that it follows; None where it is blank.

    Raises:
        ValueError: what the cell should have held.
    """
    rule = cell.strip().lower()
    if rule == "same":
        return "same"
    if rule == "valid":
        return "valid"
    try:
        return size(cell, least=0)
    except ValueError:
        raise ValueError("a whole number from 0, 'same' or 'valid'") from None


def measured(cell: str) -> tuple[float | None, str | None]:
    """Return a measured number and what is wrong with it: then there is none.

    Raises:
        ValueError: the cell holds no number at all.
    """
    value = number(cell)
    if value is None:
        return None, None
    if not math.isfinite(value):
        return None, f"is {cell.strip()[:20]}, not a finite number"
    if value <= 0:
        return None, f"is {cell.strip()[:20]}, not positive"
    return value, None


def same(cell: str, asked: str) -> bool:
    """Say whether a cell is what was asked for: as text, or as a number (3 is 3.0)."""
    if cell.strip() == asked.strip():
        return True
    try:
        ours, theirs = number(cell), number(asked)
    except ValueError:
        return False
    return ours is not None and ours == theirs
