"""Names of rows in the room there is: the middle goes, and neighbours stay told apart."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from py.columns import shortened
from py.layers.report.view import Row

ASSUMED = "*"
"""Marks a row with a size that values decide, for which another stands."""
_LONGEST_RANGE = 26
_SEPARATORS = "/._:"
_SEVERAL = " … "


def wanted(rows: Sequence[Row]) -> int:
    """Return the room for the rows' names; a row of several does with less than both ends."""
    widest = 0
    for row in rows:
        own = min(len(row.name), _LONGEST_RANGE) if _SEVERAL in row.name else len(row.name)
        widest = max(widest, 2 * row.level + own)
    return widest + max(map(len, map(_mark, rows)), default=0)


def row_names(rows: Sequence[Row], most: int) -> list[str]:
    """Return the rows' names, indented, each in at most ``most`` characters.

    Of rows in one block different names stay different.
    """
    result = [""] * len(rows)
    for level, together in _siblings(rows):
        indent = min(2 * level, most // 2)
        marks = [_mark(rows[place]) for place in together]
        room = most - indent - max(map(len, marks))
        names = apart([rows[place].name for place in together], room, _cut)
        for place, name, mark in zip(together, names, marks, strict=True):
            result[place] = f"{' ' * indent}{name}{mark}"
    return result


def _mark(row: Row) -> str:
    return f" {ASSUMED}" if row.assumed else ""


def apart(names: Sequence[str], most: int, cut: Callable[[str, int], str] = shortened) -> list[str]:
    """Return names in at most ``most`` characters each, different ones told apart.

    Those that ``cut`` would make alike show the part in which they differ.
    """
    shown = {name: cut(name, most) for name in names}
    for alike in _alike(shown):
        shown.update(_differing(alike, most))
    return [shown[name] for name in names]


def _siblings(rows: Sequence[Row]) -> list[tuple[int, list[int]]]:
    """Return level and places of the rows that stand in one block, for each block."""
    groups: list[tuple[int, list[int]]] = []
    open_groups: list[list[int]] = []
    for place, row in enumerate(rows):
        del open_groups[row.level + 1 :]
        while len(open_groups) <= row.level:
            open_groups.append([])
            groups.append((len(open_groups) - 1, open_groups[-1]))
        open_groups[row.level].append(place)
    return groups


def _alike(shown: dict[str, str]) -> list[list[str]]:
    """Return the names that are shown alike, together."""
    by_form: dict[str, list[str]] = {}
    for name, form in shown.items():
        by_form.setdefault(form, []).append(name)
    return [names for names in by_form.values() if len(names) > 1]


def _differing(names: list[str], most: int) -> dict[str, str]:
    """Return names from a little before the place where they first differ."""
    ordered = sorted(names)
    differ = min(_common(one, other) for one, other in pairwise(ordered))
    begin = 1 + max(ordered[0].rfind(sign, 0, differ) for sign in _SEPARATORS)
    begin = max(begin, differ - most // 2)
    shown = {}
    for name in names:
        rest = name[begin:]
        if begin:
            rest = f"…{rest}"
        shown[name] = rest if len(rest) <= most else f"{rest[: most - 1]}…"
    for alike in _alike(shown):
        if len(alike) < len(names):
            shown.update(_differing(alike, most))
    return shown


def _common(one: str, other: str) -> int:
    """Return the length of the common beginning."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def _cut(name: str, most: int) -> str:
    """Return a name in at most ``most`` characters; of several, of the first and of the last."""
    first, several, last = name.partition(_SEVERAL)
    if several and len(name) > most:
        room = most - len(_SEVERAL)
        first = shortened(first, max(room // 2, room - len(last)))
        name = f"{first}{several}{shortened(last, room - len(first))}"
    return shortened(name, most)
