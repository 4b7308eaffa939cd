"""The layers of a model as CSV: one line a layer, in the plain form of a table of layers.

``py.estimate`` reads it (``py.layers.table``). What a table can't hold: which weights are shared,
so the parameters of the total are counted in every layer that uses them; and which layers read and
write the same tensor, so zero fractions of one are not known to its neighbours.
"""

import csv
import io
from typing import Any

from py.columns import safe_cell, sizes
from py.layers.layer import Layer
from py.layers.model import Model, NotModelled
from py.layers.table_columns import BOUNDS, WRITTEN


def model_csv(model: Model) -> str:
    """Return the layers as CSV: kinds, loop bounds, counts, operators, nodes and path.

    Unknown is empty. ``macs`` and ``ops`` are of all ``runs``, everything else of one. Operators
    that are not known come last, without a kind.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, WRITTEN, restval="", lineterminator="\n")
    writer.writeheader()
    for layer in model.layers:
        writer.writerow(_row(layer) | {"batch": model.batch})
    for entry in model.not_modelled:
        writer.writerow(_unknown(entry) | {"batch": model.batch})
    return text.getvalue()


def _row(layer: Layer) -> dict[str, Any]:
    loops = layer.loops
    nest: dict[str, Any] = {}
    if loops is not None:
        nest = {bound: getattr(loops, bound) for bound in BOUNDS}
        nest["stride"] = sizes(loops.stride)
        nest["dilation"] = sizes(loops.dilation)
        nest["pad"] = sizes(loops.padding)
    return nest | {
        "name": safe_cell(layer.name),
        "kind": layer.kind,
        "output": "" if layer.ofmap_shape is None else sizes(layer.ofmap_shape),
        "runs": layer.runs,
        "macs": layer.all_macs,
        "ops": layer.all_ops,
        "parameters": layer.parameters,
        "ifmap_elements": layer.ifmap_elements,
        "weight_elements": layer.weight_elements,
        "ofmap_elements": layer.ofmap_elements,
        "in_place": "yes" if layer.in_place else "",
        "window": "" if layer.window is None else sizes(layer.window),
        "dtype_w": layer.weight_dtype,
        "dtype_a": layer.activation_dtype,
        "op_types": safe_cell(" ".join(layer.op_types)),
        "nodes": " ".join(map(str, layer.nodes)),
        "path": safe_cell(layer.path or ""),
    }


def _unknown(entry: NotModelled) -> dict[str, Any]:
    return {
        "name": safe_cell(entry.name),
        "macs": entry.macs,
        "op_types": safe_cell(entry.op),
        "nodes": " ".join(map(str, entry.nodes)),
        "path": safe_cell(entry.path or ""),
    }
