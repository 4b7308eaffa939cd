"""A result as rows of CSV: one line a layer, then the total."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from py.breakdown.layer_result import LayerResult
from py.breakdown.result import Result
from py.columns import safe_cell
from py.layers import NotModelled
from py.platforms import Interval
from py.platforms.estimate import STATIC, TENSORS, Quantity
from py.platforms.timed import ROLES

_BOUNDS = tuple("ngmcpqrs")
_ENDS: Mapping[str, tuple[Quantity, int]] = {
    "time_low_s": ("time_s", 0),
    "time_high_s": ("time_s", 1),
    "power_low_w": ("power_w", 0),
    "power_high_w": ("power_w", 1),
    "energy_low_j": ("energy_j", 0),
    "energy_high_j": ("energy_j", 1),
}
_Cell = tuple[str, str]


def result_csv(result: Result) -> str:
    """Return the layers as CSV text; energies in joules where known, MAC energies always.

    ``part_<tensor>_<level>`` columns add up to the layer's energy. Unknown is empty. What got no
    estimate has a row without energy, and the total says so in ``origin``. Counts and energies are
    of all ``runs`` of a layer, the loop bounds of one. A timed platform has the ends of intervals
    too, and MAC energies never; ``share`` is of the time where energy is unknown. Layers of a
    training step have their ``phase``.
    """
    return results_csv([result])


def results_csv(results: Sequence[Result]) -> str:
    """Return several results under one header, which has the parts of all their platforms."""
    cells = list(dict.fromkeys(cell for result in results for cell in _cells(result)))
    timed = any(result.platform.kind != "accelerator" for result in results)
    text = io.StringIO()
    step = any(result.options.get("train") for result in results)
    header = [
        *_header(timed=timed, step=step),
        *(f"part_{tensor}_{level}" for tensor, level in cells),
    ]
    writer = csv.DictWriter(text, header, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for result in results:
        for row in result.rows:
            writer.writerow(_layer(result, row))
        for entry in result.not_modelled:
            writer.writerow(_left(result, entry))
        writer.writerow(_total(result))
    return text.getvalue()


def _header(*, timed: bool, step: bool) -> list[str]:
    return [
        *("platform", "name", *(("phase",) if step else ()), "kind", "op_types"),
        *("macs", "ops", "parameters"),
        *("energy_j", "energy_macs", "share", "time_s", "power_w", "origin"),
        *((*_ENDS, "interval_level", "time_origin", "power_origin", "in_range") if timed else ()),
        *(*_BOUNDS, "runs", "bits_weight", "bits_activation"),
        *("zeros_ifmap", "zeros_weight", "zeros_ofmap"),
    ]


def _cells(result: Result) -> list[_Cell]:
    """Return tensor and level of the parts that a platform may have."""
    if result.platform.kind != "accelerator":
        found = result.parts()
        return [(role, level) for role, level in ROLES.items() if role in found]
    levels = [level.id for level in result.platform.levels]
    cells = [
        (tensor, level)
        for tensor in TENSORS
        for level in (("mac",) if tensor == "computation" else levels)
    ]
    return [*cells, (STATIC, STATIC)] if STATIC in result.parts() else cells


def _layer(result: Result, row: LayerResult) -> dict[str, Any]:
    layer, estimate = row.layer, row.estimate
    worth = result.worth
    bounds = {} if layer.loops is None else {name: getattr(layer.loops, name) for name in _BOUNDS}
    return {
        "platform": result.platform.id,
        "name": safe_cell(layer.name),
        "phase": layer.phase,
        "kind": layer.kind,
        "op_types": " ".join(layer.op_types),
        "macs": layer.all_macs,
        "ops": layer.all_ops,
        "parameters": layer.parameters,
        "energy_j": estimate.energy_j,
        "energy_macs": estimate.energy_macs,
        "share": result.basis.of(estimate) / worth if worth else None,
        "time_s": estimate.time_s,
        "power_w": estimate.power_w,
        "origin": estimate.origin,
        **_ends(estimate.interval),
        "time_origin": estimate.origins["time_s"],
        "power_origin": estimate.origins["power_w"],
        "in_range": _truth(estimate.in_range),
        **bounds,
        "runs": layer.runs,
        "bits_weight": estimate.bits.get("weight"),
        "bits_activation": estimate.bits.get("activation"),
        "zeros_ifmap": layer.zeros.ifmap,
        "zeros_weight": layer.zeros.weight,
        "zeros_ofmap": layer.zeros.ofmap,
        **_parts(estimate.parts()),
    }


def _left(result: Result, entry: NotModelled) -> dict[str, Any]:
    return {
        "platform": result.platform.id,
        "name": safe_cell(entry.name),
        "op_types": safe_cell(entry.op),
        "macs": entry.macs,
        "origin": "not modelled",
    }


def _total(result: Result) -> dict[str, Any]:
    partial = bool(result.not_modelled)
    totals, origins = result.totals(), result.origins()
    return {
        "platform": result.platform.id,
        "name": "total",
        **{name: totals[name] for name in ("macs", "ops", "parameters")},
        **{name: totals[name] for name in ("energy_j", "energy_macs", "time_s", "power_w")},
        "share": 1.0 if result.worth and not partial else None,
        "origin": "without what is not modelled" if partial else "",
        **_ends(result.interval),
        "time_origin": origins["time_s"],
        "power_origin": origins["power_w"],
        **_parts(result.parts()),
    }


def _ends(interval: Interval | None) -> dict[str, float]:
    """Return the ends of what has an interval, and its level."""
    if interval is None:
        return {}
    ends = {
        column: interval.ranges[name][place]
        for column, (name, place) in _ENDS.items()
        if name in interval.ranges
    }
    return ends | {"interval_level": interval.level}


def _parts(parts: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {
        f"part_{tensor}_{level}": energy
        for tensor, levels in parts.items()
        for level, energy in levels.items()
    }


def _truth(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()
