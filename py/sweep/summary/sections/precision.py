"""Error against energy: Pareto fronts and energy-precision ratios, where errors are given."""

from py.breakdown.precision import ALPHAS
from py.breakdown.quantity import with_unit
from py.reports.content import Block, Paragraph, Plots, Section, Table
from py.sweep.summary.cells import Cells
from py.sweep.summary.fronts import Front
from py.sweep.summary.plots.error_against_cost import error_against_cost
from py.sweep.summary.summary import MOST_ON_FRONT, Told

_RULE = (
    "On a front are the models that no other beats in both. EPR, the energy-precision ratio, is "
    "error to the power of alpha, times energy (equation 9 of Cai et al. 2017); the least of all "
    "models, *, trades best."
)


def precision(cells: Cells) -> Section | None:
    """Return the fronts of the groups that have errors; None where none has."""
    fronts = [(told, told.front) for told in cells.told if told.front is not None]
    if not fronts:
        return None
    blocks: list[Block] = [Paragraph(_RULE)]
    drawn = cells.drawn([told for told, _ in fronts])
    plots = tuple(p for told in drawn if (p := error_against_cost(cells, told)) is not None)
    if plots:
        blocks.append(Plots(plots))
    blocks += [_table(cells, told, front) for told, front in fronts]
    return Section("Error against energy", "precision", tuple(blocks))


def _table(cells: Cells, told: Told, front: Front) -> Table:
    group = told.group
    shown = _shown(front, min(cells.limits.front, MOST_ON_FRONT))
    every = [int(front.places[at]) for at in shown]
    columns = [
        ("error", [cells.error(place) for place in every]),
        (group.costs.basis.word, [cells.cost(place, group) for place in every]),
    ]
    for k, alpha in enumerate(ALPHAS):
        values = [
            with_unit(front.ratios[at][k], group.costs.basis.unit)
            + ("*" if at in front.best[k] else " ")
            for at in shown
        ]
        columns.append((f"EPR {alpha} ", values))
    if any(front.alike[at] > 1 for at in shown):
        columns.append(("alike", [str(front.alike[at]) for at in shown]))
    title = f"{group.title}: Pareto front of error and {group.costs.basis.word}"
    count = (
        f"{len(shown)} of the {len(front.places):,} on the front"
        if len(shown) < len(front.places)
        else f"{len(shown)} models are on the front"
    )
    return cells.table(title, group, every, columns, f"{count}, {front.of:,} have an error.")


def _shown(front: Front, most: int) -> list[int]:
    """Return the places on the front that are shown: its ends, the best, others evenly."""
    count = len(front.places)
    if count <= most:
        return list(range(count))
    kept = {0, count - 1, *(best[0] for best in front.best)}
    room = most - len(kept)
    kept.update(round((k + 1) * (count - 1) / (room + 1)) for k in range(room))
    return sorted(kept)
