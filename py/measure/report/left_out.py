"""Rows that were not used, told by their reasons with the first lines that each holds for."""

import re
from collections.abc import Iterable

from py.columns import several

_LINE = re.compile(r"\b[Ll]ine (\d+) of ")
_FEW = 8
_MOST_REASONS = 30


def told(reasons: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return each reason with how many rows it holds for and which; the most frequent first."""
    lines: dict[str, list[str]] = {}
    for reason in reasons:
        found = _LINE.search(reason)
        general = _LINE.sub("", reason, count=1).strip() if found else reason
        lines.setdefault(general, []).append(found[1] if found else "")
    ordered = sorted(lines.items(), key=lambda item: -len(item[1]))
    shown = [(reason, _places(found)) for reason, found in ordered[:_MOST_REASONS]]
    rest = ordered[_MOST_REASONS:]
    if rest:
        total = len([line for _, found in rest for line in found])
        shown.append((f"{several(len(rest), 'other reason')}", several(total, "row")))
    return tuple(shown)


def _places(lines: list[str]) -> str:
    known = [line for line in lines if line]
    if not known:
        return "" if len(lines) == 1 else f"{len(lines):,} times"
    more = ", …" if len(known) > _FEW else ""
    noun = "line" if len(known) == 1 else "lines"
    return f"{several(len(lines), 'row')}: {noun} {', '.join(known[:_FEW])}{more}"
