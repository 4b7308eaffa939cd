"""How many rows got a result, and why the others did not."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from py.sweep.summary.collected import Collected, Places

MOST_NAMED = 3
Status = Literal["partial", "failed"]


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """Why ``count`` rows are partial or failed; ``first`` are a few of them, by model."""

    status: Status
    code: str
    count: int
    first: Places


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """How many rows there are of each status, and the reasons, the most frequent first.

    ``notes``: what breakdowns have a note on, by its code, and how many rows.
    """

    ok: int
    partial: int
    failed: int
    reasons: tuple[Reason, ...]
    notes: tuple[tuple[str, int], ...] = ()


def outcomes_of(collected: Collected) -> Outcomes:
    """Count the rows by how they ended."""
    statuses: tuple[Status, ...] = ("failed", "partial")
    rows = {status: np.flatnonzero(collected.of_status(status)) for status in statuses}
    codes = collected.texts["reason_code"]
    reasons = []
    for status, own in rows.items():
        for code, count in zip(*np.unique(codes.codes[own], return_counts=True), strict=True):
            first = _first(collected, own[codes.codes[own] == code])
            name = str(codes.values[int(code)] or "not told")
            reasons.append(Reason(status, name, int(count), first))
    reasons.sort(key=lambda one: (one.status, -one.count, one.code))
    return Outcomes(
        int(np.count_nonzero(collected.of_status("ok"))),
        len(rows["partial"]),
        len(rows["failed"]),
        tuple(reasons),
        _notes(collected),
    )


def _notes(collected: Collected) -> tuple[tuple[str, int], ...]:
    """Count rows by the codes of their notes, in the order of the codes."""
    column = collected.texts["notes"]
    found: Counter[str] = Counter()
    for code, count in zip(*np.unique(column.codes, return_counts=True), strict=True):
        said = column.values[int(code)]
        for one in str(said).split() if said else ():
            found[one] += int(count)
    return tuple(sorted(found.items()))


def _first(collected: Collected, places: Places) -> Places:
    """Return a few rows, each of another model where there are that many."""
    ordered = collected.in_order(places)
    models = collected.networks[ordered]
    _, first = np.unique(models, return_index=True)
    return ordered[np.sort(first)][:MOST_NAMED]
