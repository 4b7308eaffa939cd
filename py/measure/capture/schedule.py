"""How the time of a capture is spent: on layers with their energy, on others, and on networks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from py.measure.capture.method import Method
from py.measure.capture.time_budget import network_s
from py.measure.capture.turns import Group, every, wanted
from py.measure.plans.plan import Plan

#: Of a plan over clocks, each row is wanted with its energy.
_ALL_WITH_ENERGY = ("clocks",)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long layers may take, and which of them have their energy.

    ``window_s`` is the window of a row with energy, as long as the slowest meter makes it. Where
    that is long, one layer in ``one_of`` has its energy, after the rows in ``wanted``.
    """

    layers_s: float
    energy_s: float
    network_s: float
    window_s: float
    one_of: int
    wanted: Mapping[Group, int]


def schedule_of(plan: Plan, method: Method, window_s: float, minutes: float | None) -> Schedule:
    """Return the schedule of a plan.

    A plan's own time is that of its runtimes. Where meters are slow, the rows with energy that a
    fit of powers needs come on top. ``minutes`` bounds all layers; then at least half of the time,
    and all beyond the plan's own, may go to energy.
    """
    one_of = 1 if plan.name in _ALL_WITH_ENERGY else every(window_s)
    first = wanted(plan.shapes) if one_of > 1 else {}
    layers_s = plan.budget_s + sum(first.values()) * window_s
    if minutes is not None:
        layers_s = 60 * minutes
    energy_s = max(layers_s / 2, layers_s - plan.budget_s) if one_of > 1 else math.inf
    return Schedule(layers_s, energy_s, network_s(method, window_s), window_s, one_of, first)
