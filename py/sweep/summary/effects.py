"""What each axis of the grid changes: the ratio to its first value, over otherwise equal rows."""

from dataclasses import dataclass

import numpy as np

from py.breakdown.basis import TIME
from py.sweep.summary.collected import Collected, Floats, Places
from py.sweep.summary.groups import costs_of, varying_axes
from py.sweep.summary.keys import Keys, combined

_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Effect:
    """What a value of an axis does to a quantity, against the axis's first value.

    ``median``, and a tenth of the rows below ``low`` and above ``high``, are ratios over
    ``rows`` pairs that are equal in all else. Without any they are None.
    """

    value: str | int | float | None
    median: float | None
    low: float | None
    high: float | None
    rows: int


@dataclass(frozen=True, slots=True)
class AxisEffects:
    """Of an axis on a platform: what each value does to cost and to time, the first being 1.

    ``times`` is empty where the cost is time.
    """

    platform: str
    axis: str
    word: str
    costs: tuple[Effect, ...]
    times: tuple[Effect, ...]


def effects_of(collected: Collected) -> tuple[AxisEffects, ...]:
    """Return the effects of each axis that has several values, by axis, then by platform."""
    platforms = collected.texts["platform"]
    whole = collected.of_status("ok")
    found: list[AxisEffects] = []
    for code, name in enumerate(platforms.values):
        all_of_it = np.flatnonzero(platforms.codes == code)
        own = all_of_it[whole[all_of_it]]
        costs = costs_of(collected, all_of_it)
        times = collected.numbers["per_inference_time_s"]
        axes = varying_axes(collected, own)
        for axis in axes:
            others = [collected.texts[other].sized for other in axes if other != axis]
            models = (collected.networks, collected.different_models)
            keys = combined([*others, models], collected.count)
            by_cost = _effects(collected, own, axis, keys, costs.values)
            by_time = () if costs.basis is TIME else _effects(collected, own, axis, keys, times)
            found.append(AxisEffects(str(name), axis, costs.basis.word, by_cost, by_time))
    order = {axis: place for place, axis in enumerate(dict.fromkeys(one.axis for one in found))}
    return tuple(sorted(found, key=lambda one: order[one.axis]))


def _effects(
    collected: Collected, own: Places, axis: str, keys: Keys, quantity: Floats
) -> tuple[Effect, ...]:
    """Return the effect of each value that these rows have, against the first of them.

    Rows with the same of ``keys`` are of one model and equal in all other axes.
    """
    column = collected.texts[axis]
    known = own[quantity[own] > 0]
    codes = np.unique(column.codes[own]).tolist()
    based = known[column.codes[known] == codes[0]]
    found = [Effect(column.values[codes[0]], 1.0, 1.0, 1.0, len(based))]
    for code in codes[1:]:
        rows = known[column.codes[known] == code]
        _, first, second = np.intersect1d(keys[based], keys[rows], return_indices=True)
        ratios = quantity[rows[second]] / quantity[based[first]]
        if not len(ratios):
            found.append(Effect(column.values[code], None, None, None, 0))
            continue
        low, median, high = np.quantile(ratios, [_TENTH, 0.5, 1 - _TENTH]).tolist()
        found.append(Effect(column.values[code], median, low, high, len(ratios)))
    return tuple(found)
