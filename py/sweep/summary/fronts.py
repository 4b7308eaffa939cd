"""Error against cost: the rows that no other beats, and their energy-precision ratios."""

from dataclasses import dataclass

import numpy as np

from py.breakdown.precision import ALPHAS, Contender, energy_precision_ratio
from py.compared.pareto import front
from py.sweep.summary.collected import Collected, Places
from py.sweep.summary.groups import Group


@dataclass(frozen=True, slots=True, eq=False)
class Front:
    """The rows of a group that no other beats in error and cost, by error.

    Of rows that are alike in both one stands for all, and ``alike`` is how many these are.
    ``ratios`` are the energy-precision ratios of each at every alpha, in the unit of the cost;
    ``best`` says for each alpha which of the front have the least ratio. That is the least of the
    whole group too: a row that is beaten in error and energy is beaten in what grows with both.
    ``of`` is how many rows of the group have an error.
    """

    places: Places
    alike: tuple[int, ...]
    ratios: tuple[tuple[float, ...], ...]
    best: tuple[tuple[int, ...], ...]
    of: int


def front_of(collected: Collected, group: Group) -> Front | None:
    """Return the front of a group; None where fewer than two of its rows have an error."""
    errors = collected.errors
    costs = group.costs.values
    known = group.whole[np.isfinite(errors[group.whole])]
    if len(known) < 2:
        return None
    order = collected.in_order(known, errors, costs)
    points = np.column_stack([errors[order], costs[order]])
    first = np.concatenate([[True], (points[1:] != points[:-1]).any(axis=1)])
    starts = np.flatnonzero(first)
    times = np.diff([*starts.tolist(), len(order)])
    chosen = front([(float(x), float(y)) for x, y in points[starts]])
    places = order[starts[list(chosen)]]
    ratios = tuple(_ratios(float(errors[place]), float(costs[place])) for place in places.tolist())
    return Front(
        places,
        tuple(int(times[place]) for place in chosen),
        ratios,
        tuple(_least([row[k] for row in ratios]) for k in range(len(ALPHAS))),
        len(known),
    )


def _ratios(error: float, cost: float) -> tuple[float, ...]:
    contender = Contender("a row", error, cost)
    found = (energy_precision_ratio(contender, alpha) for alpha in ALPHAS)
    return tuple(value for value in found if value is not None)


def _least(values: list[float]) -> tuple[int, ...]:
    least = min(values)
    return tuple(place for place, value in enumerate(values) if value == least)
