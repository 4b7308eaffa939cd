"""Arithmetic on quantities that may be unknown.

``None`` means unknown and survives addition; sums are exact (``math.fsum``), so that CPython and
WebAssembly give the same digits.
"""

import math
from collections.abc import Iterable


def total(values: Iterable[float | None]) -> float | None:
    """Return the exact sum, or None if any value is unknown."""
    known: list[float] = []
    for value in values:
        if value is None:
            return None
        known.append(value)
    return math.fsum(known)


def total_count(values: Iterable[int | None]) -> int | None:
    """Return the sum of whole numbers, or None if any is unknown."""
    result = 0
    for value in values:
        if value is None:
            return None
        result += value
    return result


def repeated(count: int | None, runs: float) -> int | None:
    """Return a count of one run for all runs, rounded to a whole number where runs are expected."""
    if count is None:
        return None
    if isinstance(runs, int):
        return count * runs
    numerator, denominator = runs.as_integer_ratio()  # a float would round a long count
    return (2 * count * numerator + denominator) // (2 * denominator)


def divided(value: float | None, by: float) -> float | None:
    """Return value / by; unknown stays unknown."""
    return None if value is None else value / by
