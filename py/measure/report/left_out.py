"""Rows that were not used, told by their reasons with the first lines that each holds for."""

from collections.abc import Iterable

from py.columns import several
from py.measure.table.counted import Tally
from py.measure.table.reasons import Reasons

_MOST_REASONS = 30


def told(reasons: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return each reason with how many rows it holds for and which; the most frequent first."""
    found = reasons if isinstance(reasons, Reasons) else Reasons(reasons)
    ordered = sorted(found.tallies.items(), key=lambda item: -item[1].count)
    shown = [(str(reason), _places(tally)) for reason, tally in ordered[:_MOST_REASONS]]
    rest = ordered[_MOST_REASONS:]
    if rest:
        total = sum(tally.count for _, tally in rest) + found.untallied
        more = "more than " if found.untallied else ""
        shown.append((f"{more}{several(len(rest), 'other reason')}", several(total, "row")))
    return tuple(shown)


def _places(tally: Tally) -> str:
    if not tally.lines:
        return "" if tally.count == 1 else f"{tally.count:,} times"
    more = ", …" if tally.count > len(tally.lines) else ""
    noun = "line" if len(tally.lines) == 1 else "lines"
    listed = ", ".join(map(str, tally.lines))
    return f"{several(tally.count, 'row')}: {noun} {listed}{more}"
