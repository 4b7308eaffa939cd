"""What was swept, what came of it, and why some of it did not."""

import numpy as np

from py.columns import several, shortened
from py.reports.content import Block, Facts, Heading, Paragraph, Section
from py.sweep.summary.cells import Cells
from py.sweep.summary.collected import AXES
from py.sweep.summary.groups import axis_in_words, value_in_words
from py.sweep.summary.outcomes import Reason

_MOST_VALUES = 12
_MOST_REASONS = 12
_LETTERS = 200


def overview(cells: Cells) -> Section:
    """Return how many combinations there are, of what, and how they ended."""
    summary = cells.summary
    collected, outcomes = summary.collected, summary.outcomes
    platforms = [str(name) for name in collected.texts["platform"].values]
    facts = [
        ("combinations", f"{collected.count:,}"),
        ("ok", f"{outcomes.ok:,}"),
        ("partial", f"{outcomes.partial:,}"),
        ("failed", f"{outcomes.failed:,}"),
        ("models", f"{collected.different_models:,}"),
        ("platforms", ", ".join(platforms) or "none"),
    ]
    # Of a model that could not be read a row may not say what was asked.
    read = np.flatnonzero(~collected.of_status("failed"))
    rows = read if len(read) else np.arange(collected.count)
    for axis in AXES:
        column = collected.texts[axis]
        codes = np.unique(column.codes[rows]).tolist()
        values = [column.values[code] for code in codes]
        if values in ([], [None]):
            continue
        said = [value_in_words(axis, value) for value in values]
        more = f" and {len(said) - _MOST_VALUES:,} more" if len(said) > _MOST_VALUES else ""
        facts.append((axis_in_words(axis), "; ".join(said[:_MOST_VALUES]) + more))
    blocks: list[Block] = [Facts(tuple(facts))]
    if outcomes.reasons:
        blocks.append(Heading("Without a result, or without a whole one"))
        listed = outcomes.reasons[:_MOST_REASONS]
        blocks.append(Facts(tuple(_reason(cells, reason) for reason in listed)))
        left = len(outcomes.reasons) - len(listed)
        if left:
            blocks.append(Paragraph(f"{several(left, 'further reason')} are in the rows."))
    if outcomes.notes:
        blocks.append(Heading("What breakdowns have a note on"))
        blocks.append(
            Facts(tuple(_note(code, own, collected.count) for code, own in outcomes.notes))
        )
        blocks.append(Paragraph("What a note says, python -m py.estimate tells of a row's link."))
    return Section("What was swept", "swept", tuple(blocks))


def _note(code: str, rows: int, of: int) -> tuple[str, str]:
    """Return how many rows have a note. What only some of them have sets them apart."""
    return code, "all rows" if rows == of else f"{rows:,} of {of:,} rows"


def _reason(cells: Cells, reason: Reason) -> tuple[str, str]:
    first = [int(place) for place in reason.first]
    named = ", ".join(shortened(cells.name(place), _LETTERS) for place in first)
    such = f"such as {named}" if reason.count > len(first) else named
    detail = cells.summary.details.get(first[0])
    why = "" if detail is None or detail.reason is None else detail.reason
    said = f": {shortened(why, _LETTERS)}" if why else "."
    return reason.code, f"{several(reason.count, 'row')} {reason.status}, {such}{said}"
