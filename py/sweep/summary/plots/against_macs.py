"""Cost against MACs, on logarithmic axes, with the line that MACs predict and what is off it."""

import numpy as np

from py.reports import svg
from py.reports.axis import Axis, around
from py.reports.frame import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, lines, names
from py.sweep.summary.cells import Cells
from py.sweep.summary.outliers import Outliers
from py.sweep.summary.plots.cloud import FEW, Cloud, along, short, which
from py.sweep.summary.plots.labels import labels
from py.sweep.summary.plots.ticks import in_unit
from py.sweep.summary.summary import MOST_OUTLIERS, Told

Plot = tuple[str, str]


def against_macs(cells: Cells, told: Told) -> Plot | None:
    """Return the picture of a group and what is said below it; None without two rows to draw."""
    collected, group = cells.summary.collected, told.group
    places = collected.scattered(group.positive(collected))
    if len(places) < 2:
        return None
    macs, costs = collected.macs, group.costs.values
    x = Axis(*around([float(macs[places].min()), float(macs[places].max())]), LEFT, RIGHT)
    y = Axis(*around([float(costs[places].min()), float(costs[places].max())]), BOTTOM, TOP)

    def at(place: int) -> svg.Point:
        return x.place(float(macs[place])), y.place(float(costs[place]))

    def said(place: int) -> str:
        return f"{short(cells.name(place))}: {cells.macs(place)} MACs, {cells.cost(place, group)}"

    spots = along(x, macs[places]), along(y, costs[places])
    cloud, drawn = Cloud(places, *spots, said).drawn()
    parts = [
        *lines(x, y, in_unit(""), in_unit(group.costs.basis.unit)),
        *_line(told.outliers, x, y),
        *cloud,
    ]
    off = [] if told.outliers is None else told.outliers.places[:MOST_OUTLIERS].tolist()
    parts += [svg.told_dot(at(place), said(place), "worst", 4.5) for place in off]
    if told.spread is not None:
        pair = (told.spread.low, told.spread.high)
        parts.append(svg.line(at(pair[0]), at(pair[1]), "pair"))
        parts += [svg.told_dot(at(place), said(place), "ring", 5.5) for place in pair]
    if len(places) <= FEW:
        first = [*off, *([] if told.spread is None else [told.spread.high, told.spread.low])]
        every = dict.fromkeys([*first, *places.tolist()])
        parts += labels([(at(p), short(cells.name(p))) for p in every], [at(p) for p in every])
    word = group.costs.basis.word
    parts += names("MACs of an inference", f"{word} of an inference")
    label = f"{group.title}: {word} against MACs, {len(places):,} rows."
    return svg.picture(WIDTH, HEIGHT, label, parts), f"{label}{which(drawn, len(places))}"


def _line(outliers: Outliers | None, x: Axis, y: Axis) -> list[str]:
    """Return the line that MACs predict, where it runs within the picture."""
    if outliers is None:
        return []
    ends = np.geomspace(x.low, x.high, 200).tolist()
    inside = [macs for macs in ends if y.holds(outliers.line.at(macs))]
    if len(inside) < 2:
        return []
    return [
        svg.steps(
            [(x.place(m), y.place(outliers.line.at(m))) for m in inside[:: len(inside) - 1]], "same"
        )
    ]
