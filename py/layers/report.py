"""What is in a model, without any platform: as JSON, CSV and a table."""

import csv
import io
from typing import Any

from py.columns import columns, printable, safe_cell, shortened
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


def model_csv(model: Model) -> str:
    """Return the layers as CSV: kinds, loop bounds, counts, operators and nodes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    bounds = ("n", "g", "m", "c", "p", "q", "r", "s", "h", "w")
    counts = ("runs", "macs", "ops", "parameters")
    writer.writerow(["name", "kind", *bounds, "stride", *counts, "op_types", "nodes"])
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
            ]
        )
    return text.getvalue()


def model_table(model: Model) -> str:
    """Return the layers for people: operators, output, MACs, parameters, and the totals."""
    rows = []
    for layer in model.layers:
        shape = layer.ofmap_shape
        rows.append(
            [
                shortened(layer.name, 44),
                layer.kind,
                shortened(" ".join(layer.op_types), 36),
                ""
                if shape is None
                else "x".join("?" if size is None else str(size) for size in shape),
                _count(layer.all_macs),
                _count(layer.parameters),
            ]
        )
    totals = [
        "total",
        "",
        f"{len(model.nodes)} nodes" if model.nodes else "",
        "",
        _count(model.macs),
        _count(model.parameters),
    ]
    inputs = ", ".join(f"{name} {_sizes(shape)}" for name, shape in model.inputs.items())
    lines = [f"{printable(model.name)}" + (f"   inputs: {printable(inputs)}" if inputs else ""), ""]
    lines += columns(
        ["layer", "kind", "operators", "output", "MACs", "parameters"], [*rows, totals], left=3
    )
    if model.not_modelled:
        lines += ["", "Not worked out:"]
        lines += [
            f"  {printable(entry.name)}: {printable(entry.reason)}" for entry in model.not_modelled
        ]
    if model.notes:
        lines += ["", *(f"Note: {printable(note.text)}" for note in model.notes)]
    return "\n".join(lines) + "\n"


def _sizes(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "of unknown rank"
    return "x".join("?" if size is None else str(size) for size in shape)


def _count(value: int | None) -> str:
    return (
        "unknown"
        if value is None
        else f"{value:,}".replace(",", "\N{THIN SPACE}")
        if value
        else "–"
    )


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
