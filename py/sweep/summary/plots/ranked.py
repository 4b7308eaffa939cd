"""The least and the most costly rows of a group, each a point on a line; all groups on one scale.

The scale is logarithmic, for platforms are orders of magnitude apart: so there are no bars, which
would have to begin at zero.
"""

from collections.abc import Sequence

from py.columns import printable, shortened
from py.reports import svg
from py.reports.axis import Axis, around
from py.sweep.summary.cells import Cells
from py.sweep.summary.plots.ticks import in_unit
from py.sweep.summary.summary import Told

Plot = tuple[str, str]
_WIDTH = 480
_RIGHT, _TOP = 398.0, 8.0
_PITCH, _GAP, _FOOT = 18.5, 12.0, 50.0
_LETTERS = 19
_MARGIN, _LETTER = 14.0, 8.6
"""The room of a letter where a screen is narrow, and letters are large."""
_FEWEST_APART = 2


def ranked(cells: Cells, groups: Sequence[Told]) -> list[Plot]:
    """Return a picture for each group, on the scale of all that have its unit."""
    found = []
    left = _MARGIN + _LETTER * max(
        (len(_name(cells, place)) for told in groups for place in _places(told)), default=0
    )
    for told in groups:
        basis = told.group.costs.basis
        values = [
            value
            for other in groups
            if other.group.costs.basis is basis
            for value in _values(other)
        ]
        if values and _values(told):
            found.append(_ranked(cells, told, Axis(*around(values), left, _RIGHT)))
    return found


def _places(told: Told) -> list[int]:
    return [*told.ranking.least.tolist(), *told.ranking.most.tolist()]


def _name(cells: Cells, place: int) -> str:
    return shortened(printable(cells.name(place)), _LETTERS)


def _values(told: Told) -> list[float]:
    values = (float(told.group.costs.values[place]) for place in _places(told))
    return [value for value in values if value > 0]


def _ranked(cells: Cells, told: Told, x: Axis) -> Plot:
    group, ranking, left = told.group, told.ranking, x.start
    most = ranking.most[::-1].tolist()
    rows = [(place, "many") for place in ranking.least.tolist()]
    rows += [(place, "most") for place in most]
    gap = _GAP if most else 0.0
    bottom = _TOP + len(rows) * _PITCH + gap
    parts = []
    room = _FEWEST_APART * 30
    last = -1e9
    for value in x.named():
        at = x.place(value)
        parts.append(svg.line((at, _TOP), (at, bottom), "grid"))
        if at - last > room:
            parts.append(
                svg.text(at, bottom + 18, in_unit(group.costs.basis.unit)(value), "middle")
            )
            last = at
    y = _TOP - _PITCH / 2
    for number, (place, kind) in enumerate(rows):
        y += _PITCH + (gap if number == len(ranking.least) else 0.0)
        value = float(group.costs.values[place])
        at = x.place(value)
        parts.append(svg.text(left - 8, y + 4.5, _name(cells, place), "end"))
        parts.append(svg.line((left, y), (at, y), "stem"))
        said = f"{cells.full_name(place, group)[:80]}: {cells.cost(place, group)}"
        parts.append(svg.told_dot((at, y), said, kind, 4.5))
        parts.append(svg.text(_RIGHT + 8, y + 4.5, cells.cost(place, group), "axis"))
    word = group.costs.basis.word
    parts.append(
        svg.text((left + _RIGHT) / 2, bottom + 42, f"{word} of an inference", "axis middle")
    )
    count = f"the {len(ranking.least)} least and {len(most)} most costly" if most else "all"
    label = f"{group.title}: {count} of {ranking.of:,} rows, by {word}."
    return svg.picture(_WIDTH, round(bottom + _FOOT), label, parts), label
