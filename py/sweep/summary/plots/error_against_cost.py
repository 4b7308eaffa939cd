"""Error against cost, with the front of those that no other beats."""

from collections.abc import Callable

import numpy as np

from py.reports import svg
from py.reports.axis import Axis, around
from py.reports.even_axis import EvenAxis
from py.reports.frame import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, lines, names
from py.sweep.summary.cells import Cells
from py.sweep.summary.plots.cloud import FEW, Cloud, along, short, which
from py.sweep.summary.plots.labels import OFF_STEPS, labels
from py.sweep.summary.plots.ticks import in_percent, in_unit
from py.sweep.summary.summary import Told

Plot = tuple[str, str]
_MARGIN = 0.05


def error_against_cost(cells: Cells, told: Told) -> Plot | None:
    """Return the picture of a group and what is said below it; None without a front."""
    collected, group, front = cells.summary.collected, told.group, told.front
    if front is None:
        return None
    errors, costs = collected.errors, group.costs.values
    known = group.whole[np.isfinite(errors[group.whole]) & (costs[group.whole] > 0)]
    if not len(known):
        return None
    places = collected.scattered(known)
    x = Axis(*around([float(costs[places].min()), float(costs[places].max())]), LEFT, RIGHT)
    low, high = float(errors[places].min()), float(errors[places].max())
    apart = max((high - low) * _MARGIN, 0.002)
    y = EvenAxis(max(0.0, low - apart), high + apart, BOTTOM, TOP)

    def at(place: int) -> svg.Point:
        return x.place(float(costs[place])), y.place(float(errors[place]))

    def said(place: int) -> str:
        return f"{short(cells.name(place))}: {cells.error(place)}, {cells.cost(place, group)}"

    spots = along(x, costs[places]), along(y, errors[places])
    cloud, drawn = Cloud(places, *spots, said).drawn()
    best = [at(place) for place in front.places.tolist() if costs[place] > 0]
    corners = [best[0]] if best else []
    for point in best[1:]:  # between two of them the dearer is what there is of at most that error
        corners += [(corners[-1][0], point[1]), point]
    word = group.costs.basis.word
    parts = [
        *lines(x, y, in_unit(group.costs.basis.unit), in_percent),
        *cloud,
        svg.steps(corners, "curve"),
        *(svg.told_dot(at(place), said(place), "ring", 4) for place in _few(front.places.tolist())),
        *_names(cells, front.places.tolist(), places.tolist(), at),
        *names(f"{word} of an inference", "error"),
    ]
    label = (
        f"{group.title}: error against {word}, {len(places):,} rows, "
        f"{len(front.places):,} on the front."
    )
    return svg.picture(WIDTH, HEIGHT, label, parts), f"{label}{which(drawn, len(places))}"


def _names(
    cells: Cells, first: list[int], places: list[int], at: Callable[[int], svg.Point]
) -> list[str]:
    """Return the names of few points, those on the front first."""
    if len(places) > FEW:
        return []
    every = dict.fromkeys([*first, *places])
    return labels([(at(p), short(cells.name(p))) for p in every], [at(p) for p in every], OFF_STEPS)


def _few(places: list[int], most: int = 120) -> list[int]:
    return places[:: -(-len(places) // most)] if places else places
