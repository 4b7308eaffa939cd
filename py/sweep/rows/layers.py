"""The layers of a result as rows of a table, those too that got no estimate."""

from py.breakdown import Result
from py.sweep.rows.cells import count, ends, writable
from py.sweep.rows.columns import Values

NO_ESTIMATE = "not modelled"
"""The origin of a layer that got no estimate, as CSV of a result has it."""


def layers_of(result: Result) -> tuple[Values, ...]:
    """Return a row for each layer, then for what got no estimate."""
    found: list[Values] = []
    for row in result.rows:
        layer, estimate = row.layer, row.estimate
        found.append(
            writable(
                {
                    "layer_index": len(found),
                    "name": layer.name,
                    "kind": layer.kind,
                    "op_types": " ".join(layer.op_types),
                    "macs": count("MACs", layer.all_macs),
                    "ops": count("operations", layer.all_ops),
                    "parameters": count("parameters", layer.parameters),
                    "energy_j": estimate.energy_j,
                    "energy_macs": estimate.energy_macs,
                    "time_s": estimate.time_s,
                    "power_w": estimate.power_w,
                    "origin": estimate.origin,
                    **ends(estimate.interval),
                    "in_range": estimate.in_range,
                }
            )
        )
    for entry in result.not_modelled:
        found.append(
            writable(
                {
                    "layer_index": len(found),
                    "name": entry.name,
                    "op_types": entry.op,
                    "macs": count("MACs", entry.macs),
                    "origin": NO_ESTIMATE,
                }
            )
        )
    return tuple(found)
