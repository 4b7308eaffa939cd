"""What two loops can reach side by side, where they share the PEs of the array."""

from bisect import bisect_right
from collections.abc import Sequence

from py.platforms.accelerator.mapper.stage.choices import Choices

Column = Sequence[float]
Factors = tuple[float, ...]


def front(
    one: Choices, ones: Sequence[Column], other: Choices, others: Sequence[Column], pes: int
) -> list[Factors]:
    """Return the least factors that two loops can have together on so many PEs.

    Each entry has one factor for each column, first those of one loop, then those of the other;
    whatever the two loops choose, one of the entries is nowhere above it. Columns are those of the
    choices, as they keep them.
    """
    key = (tuple(map(id, ones)), other.serial, tuple(map(id, others)), pes)
    found = one.fronts.get(key)
    if found is None:
        beside_by, least_beside = _up_to(other, others)
        entries = set()
        for own, least in _by_pes(one, ones):
            place = bisect_right(beside_by, pes // own)
            if place:
                entries.add((*least, *least_beside[place - 1]))
        found = one.fronts[key] = _least(entries)
    return found


def _by_pes(choices: Choices, columns: Sequence[Column]) -> list[tuple[int, Factors]]:
    """Return the least factors for each number of PEs."""
    key = tuple(map(id, columns))
    known = choices.by_pes.get(key)
    if known is not None:
        return known
    found: dict[int, Factors] = {}
    for ways, start, end in choices.classes:
        pes = ways[0].pes if ways else 1
        least = tuple([min(column[start:end]) for column in columns])
        same = found.get(pes)
        found[pes] = least if same is None else tuple(map(min, same, least))
    ordered = choices.by_pes[key] = sorted(found.items())
    return ordered


def _up_to(choices: Choices, columns: Sequence[Column]) -> tuple[list[int], list[Factors]]:
    """Return numbers of PEs, and for each the least factors with no more than these."""
    key = tuple(map(id, columns))
    found = choices.up_to_pes.get(key)
    if found is None:
        by_pes, running = [], list[Factors]()
        for pes, least in _by_pes(choices, columns):
            by_pes.append(pes)
            running.append(tuple(map(min, running[-1], least)) if running else least)
        found = choices.up_to_pes[key] = by_pes, running
    return found


def _least(found: set[Factors]) -> list[Factors]:
    """Return the entries that no other is nowhere above."""
    kept: list[Factors] = []
    for entry in sorted(found):
        if not any(all(a <= b for a, b in zip(one, entry, strict=True)) for one in kept):
            kept.append(entry)
    return kept
