"""The layers of a model as CSV: one line a layer."""

import csv
import io

from py.columns import safe_cell
from py.layers.model import Model


def model_csv(model: Model) -> str:
    """Return the layers as CSV: kinds, loop bounds, counts, operators, nodes and path."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    bounds = ("n", "g", "m", "c", "p", "q", "r", "s", "h", "w")
    counts = ("runs", "macs", "ops", "parameters")
    writer.writerow(["name", "kind", *bounds, "stride", *counts, "op_types", "nodes", "path"])
    for layer in model.layers:
        loops = layer.loops
        sizes = (
            [None] * len(bounds) if loops is None else [getattr(loops, bound) for bound in bounds]
        )
        stride = None if loops is None else f"{loops.stride[0]}x{loops.stride[1]}"
        nodes = " ".join(str(node) for node in layer.nodes)
        writer.writerow(
            [
                safe_cell(layer.name),
                layer.kind,
                *sizes,
                stride,
                layer.runs,
                layer.all_macs,
                layer.all_ops,
                layer.parameters,
                " ".join(layer.op_types),
                nodes,
                safe_cell(layer.path or ""),
            ]
        )
    return text.getvalue()
