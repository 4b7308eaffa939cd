"""A result as rows of CSV: one line a layer, then the total."""

import csv
import io
from typing import Any

from py.breakdown.result import Result
from py.columns import safe_cell
from py.platforms.estimate import STATIC, TENSORS

_BOUNDS = tuple("ngmcpqrs")


def result_csv(result: Result) -> str:
    """Return the layers as CSV text; energies in joules where known, MAC energies always.

    ``part_<tensor>_<level>`` columns add up to the layer's energy. Unknown is empty. What got no
    estimate has a row without energy, and the total says so in ``origin``. Counts and energies are
    of all ``runs`` of a layer, the loop bounds of one.
    """
    parts = result.parts()
    levels = [level.id for level in result.platform.levels]
    cells = [
        (tensor, level)
        for tensor in TENSORS
        for level in (("mac",) if tensor == "computation" else levels)
    ]
    if STATIC in parts:
        cells.append((STATIC, STATIC))
    header = [
        "platform",
        "name",
        "kind",
        "op_types",
        "macs",
        "ops",
        "parameters",
        "energy_j",
        "energy_macs",
        "share",
        "time_s",
        "power_w",
        "origin",
    ]
    header += [
        *list(_BOUNDS),
        "runs",
        "bits_weight",
        "bits_activation",
        "zeros_ifmap",
        "zeros_weight",
        "zeros_ofmap",
    ]
    header += [f"part_{tensor}_{level}" for tensor, level in cells]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    total = result.energy_macs
    for row in result.rows:
        layer, estimate = row.layer, row.estimate
        own = estimate.parts()
        line: list[Any] = [
            result.platform.id,
            safe_cell(layer.name),
            layer.kind,
            " ".join(layer.op_types),
            layer.all_macs,
            layer.all_ops,
            layer.parameters,
        ]
        line += [
            estimate.energy_j,
            estimate.energy_macs,
            estimate.energy_macs / total if total else None,
        ]
        line += [estimate.time_s, estimate.power_w, estimate.origin]
        line += [None if layer.loops is None else getattr(layer.loops, bound) for bound in _BOUNDS]
        line += [layer.runs]
        line += [estimate.bits.get("weight"), estimate.bits.get("activation")]
        line += [layer.zeros.ifmap, layer.zeros.weight, layer.zeros.ofmap]
        line += [own.get(tensor, {}).get(level) for tensor, level in cells]
        writer.writerow(line)
    for entry in result.not_modelled:
        place = [result.platform.id, safe_cell(entry.name), "", safe_cell(entry.op), entry.macs]
        line = [*place, *[None] * (len(header) - len(place))]
        line[header.index("origin")] = "not modelled"
        writer.writerow(line)
    partial = bool(result.not_modelled)
    totals = result.totals()
    last: list[Any] = [
        result.platform.id,
        "total",
        "",
        "",
        totals["macs"],
        totals["ops"],
        totals["parameters"],
    ]
    last += [
        totals["energy_j"],
        totals["energy_macs"],
        1.0 if total and not partial else None,
        totals["time_s"],
        totals["power_w"],
        "without what is not modelled" if partial else "",
    ]
    last += [None] * (len(_BOUNDS) + 6) + [
        parts.get(tensor, {}).get(level) for tensor, level in cells
    ]
    writer.writerow(last)
    return text.getvalue()
