"""What runs cost beside each other: values, differences and ratios against a base, None-safe.

Three things are told apart: 0, unknown (None), and not there. A layer that a run has not costs it
nothing, so differences of layers add up to those of the totals; there is no ratio to what is not
there, nor to 0.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from py.compared.run import Amounts


@dataclass(frozen=True, slots=True)
class Beside:
    """One quantity of each run: unknown, and of what a run has not, None."""

    values: tuple[float | None, ...]
    differences: tuple[float | None, ...]
    ratios: tuple[float | None, ...]


def beside(values: Sequence[float | None], there: Sequence[bool], base: int) -> Beside:
    """Return values with their differences from the base's and ratios to it.

    ``there`` says which runs have the thing at all; a value where it is not is None.
    """
    counted = [value if own else 0 for value, own in zip(values, there, strict=True)]
    reference = counted[base]
    return Beside(
        tuple(values),
        tuple(
            None if value is None or reference is None else value - reference for value in counted
        ),
        tuple(
            ratio(value, reference) if own and there[base] else None
            for value, own in zip(values, there, strict=True)
        ),
    )


def ratio(value: float | None, reference: float | None) -> float | None:
    """Return value / reference; None where one is unknown, or the ratio is to 0 or too large."""
    if value is None or not reference:
        return None
    found = value / reference
    return found if math.isfinite(found) else None


def all_beside(
    amounts: Sequence[Amounts | None], quantities: Sequence[str], base: int
) -> Mapping[str, Beside]:
    """Return quantities side by side; None for a run that has not the thing."""
    there = [own is not None for own in amounts]
    return {
        quantity: beside([None if own is None else own[quantity] for own in amounts], there, base)
        for quantity in quantities
    }


def as_json(found: Mapping[str, Beside]) -> dict[str, Any]:
    """Return ``values``, ``differences`` and ``ratios``, each by quantity a list over the runs."""
    return {
        part: {quantity: list(getattr(own, part)) for quantity, own in found.items()}
        for part in ("values", "differences", "ratios")
    }


def weight(cell: Beside) -> float:
    """Return how much a layer matters: its largest difference, of one run alone its value."""
    known = [abs(value) for value in cell.differences if value is not None]
    if len(cell.values) > 1 and known and max(known):
        return max(known)
    values = [value for value in cell.values if value is not None]
    return -1 / (1 + max(values)) if values else -2.0
