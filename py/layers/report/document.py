"""What is in a model as JSON (public/schema/layers.schema.json)."""

from typing import Any

from py.layers.layer import Layer
from py.layers.model import Model, shapes_json
from py.quantities import total_count

SCHEMA = "joulegraph/layers/1"


def model_json(model: Model) -> dict[str, Any]:
    """Return every node with its shapes, MACs and parameters (schema joulegraph/layers/1)."""
    return {
        "schema": SCHEMA,
        "inputs": shapes_json(model.inputs),
        "totals": {
            "macs": total_count(node.macs for node in model.nodes) if model.nodes else model.macs,
            "parameters": model.parameters,
            "nodes": len(model.nodes),
        },
        "nodes": [node.as_json() for node in model.nodes],
        "layers": [_layer_json(layer) for layer in model.layers],
        "notes": [note.as_json() for note in model.notes]
        + [
            {"code": "not-modelled", "text": f"{entry.name}: {entry.reason}"}
            for entry in model.not_modelled
        ],
    }


def _layer_json(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "kind": layer.kind,
        "op_types": list(layer.op_types),
        "nodes": list(layer.nodes),
        "path": layer.path,
        "loops": None if layer.loops is None else layer.loops.as_json(),
        "runs": layer.runs,
        "macs": layer.all_macs,
        "ops": layer.all_ops,
        "parameters": layer.parameters,
    }
