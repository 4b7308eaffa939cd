"""What each axis of the grid changes."""

from itertools import groupby

from py.compared.text import ratio_text
from py.reports.content import Block, Heading, Paragraph, Plots, Section, Table
from py.sweep.summary.cells import UNKNOWN, Cells
from py.sweep.summary.effects import AxisEffects, Effect
from py.sweep.summary.groups import axis_in_words, value_in_words
from py.sweep.summary.plots.curves import curves

_MOST_VALUES = 24
_RULE = (
    "Each row is set against the one that has the axis's first value and is equal in all else: "
    "model, platform, other axes. Told are the medians of these ratios, per inference."
)


def options(cells: Cells) -> Section | None:
    """Return the effects of the axes that have several values; None where none has."""
    if not cells.summary.effects:
        return None
    blocks: list[Block] = [Paragraph(_RULE)]
    for axis, found in groupby(cells.summary.effects, key=lambda one: one.axis):
        own = list(found)
        blocks.append(Heading(axis_in_words(axis).capitalize()))
        if plots := curves(own[: cells.limits.plots]):
            blocks.append(Plots(tuple(plots)))
        blocks += [_table(one) for one in own[: cells.limits.groups]]
    return Section("What options change", "options", tuple(blocks))


def _table(one: AxisEffects) -> Table:
    axis = axis_in_words(one.axis)
    costs = one.costs[:_MOST_VALUES]
    columns: list[tuple[str, list[str]]] = [
        (axis, [value_in_words(one.axis, effect.value) for effect in costs]),
        (one.word, [_times(effect.median) for effect in costs]),
        ("8 of 10", [_between(effect) for effect in costs]),
    ]
    if one.times:
        columns.append(("time", [_times(effect.median) for effect in one.times[:_MOST_VALUES]]))
    columns.append(("rows", [f"{effect.rows:,}" for effect in costs]))
    rows = tuple(zip(*(cells for _, cells in columns), strict=True))
    first = value_in_words(one.axis, one.costs[0].value)
    left = len(one.costs) - len(costs)
    note = f"{left:,} further values are not shown." if left else ""
    title = f"{one.platform}: against {axis} {first}"
    return Table(title, tuple(name for name, _ in columns), rows, 1, note)


def _times(ratio: float | None) -> str:
    return UNKNOWN if ratio is None else ratio_text(ratio)


def _between(effect: Effect) -> str:
    return UNKNOWN if effect.median is None else f"{_times(effect.low)} to {_times(effect.high)}"
