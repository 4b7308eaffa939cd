"""What a link carries: the inputs of a result as columns, and its totals to compare with.

Layers of the same sizes share one row of ``shapes``; what follows from the loop bounds is not
repeated. ``state_model`` reads it back.
"""

from dataclasses import replace
from typing import Any

from py.breakdown.link import STATE_VERSION
from py.breakdown.pricing_notes import made_again
from py.breakdown.result import Result
from py.breakdown.what_if import pairs_of
from py.layers import KINDS, Bits, Layer, Zeros
from py.layers.loops import Planes
from py.version import ENGINE

LOOPS = ("n", "g", "m", "c", "p", "q", "r", "s", "h", "w")


def state_of(result: Result, platform_file: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the state of a result; ``platform_file`` goes along where it is the user's own.

    Its layers are those of the model as it was given, with their zeros and the widths of their own
    types: what the options change in them follows again from the options.
    """
    model = result.model if result.given is None else result.given
    layers = model.layers
    shapes: dict[tuple[Any, ...], int] = {}
    operators: dict[str, int] = {}
    columns: dict[str, Any] = {"name": [], "shape": [], "op": [], "nodes": []}
    last = -1
    for layer in layers:
        columns["name"].append(layer.name)
        columns["shape"].append(_place_of(layer, shapes))
        columns["op"].append(operators.setdefault(" ".join(layer.op_types), len(operators)))
        steps = []
        for node in layer.nodes:
            steps.append(node - last)
            last = node
        columns["nodes"].append(steps)
    if any(layer.runs != 1 for layer in layers):
        columns["runs"] = [layer.runs for layer in layers]
    if any(layer.path is not None for layer in layers):
        columns["path"] = [layer.path for layer in layers]
    if any(layer.learning is not None for layer in layers):
        columns["learning"] = [
            None if own is None else [int(own.backward), own.again, own.added or 0]
            for own in (layer.learning for layer in layers)
        ]
    if result.what_if is not None:
        columns["feeds"] = [0] * len(layers)
        # Widths that are chosen now may make other pairs than those chosen when it is opened.
        for first, second in pairs_of([replace(layer, bits=Bits()) for layer in layers]):
            columns["feeds"][first] = second - first
    if any(layer.zeros != Zeros() for layer in layers):
        columns["zeros"] = [
            [layer.zeros.ifmap, layer.zeros.weight, layer.zeros.ofmap] for layer in layers
        ]
    windows = {str(at): list(window) for (_, window, _), at in shapes.items() if window is not None}
    if windows:
        columns["windows"] = windows
    if any(brain for _, _, brain in shapes):
        columns["bfloat16"] = [at for (_, _, brain), at in shapes.items() if brain]
    totals = result.totals()
    compared = ["energy_j", "energy_macs", "macs"]
    if result.platform.kind != "accelerator":
        compared.append("time_s")
    platform: dict[str, Any] = {"id": result.platform.id, "hash": result.platform.hash}
    if platform_file is not None:
        platform["file"] = platform_file
    asked = [
        [q.kind, q.name, q.taken, q.about] + ([True] if q.follows_batch else [])
        for q in model.questions
    ]
    return {
        "v": STATE_VERSION,
        "engine": ENGINE,
        "model": {**model.about(), "parameters": model.parameters}
        | ({"questions": asked} if asked else {}),
        "platform": platform,
        "options": dict(result.options),
        "layers": {
            "shapes": [_trimmed(row) for row, _, _ in shapes],
            "ops": list(operators),
            **columns,
        },
        "left": [
            [entry.name, entry.op, list(entry.nodes), entry.macs, entry.reason]
            + ([] if entry.path is None else [entry.path])
            for entry in model.not_modelled
        ],
        "notes": [[note.code, note.text] for note in result.notes if not made_again(note)],
        "totals": {name: totals[name] for name in compared},
    }


def _place_of(layer: Layer, shapes: dict[tuple[Any, ...], int]) -> int:
    """Return the place of a layer's shape; of 16-bit types only bfloat16 is told apart."""
    key = (_shape_row(layer), layer.window, layer.activation_dtype == "bfloat16")
    return shapes.setdefault(key, len(shapes))


def _shape_row(layer: Layer) -> tuple[Any, ...]:
    """Return what a layer's cost depends on, less what its loops say already (0: no more)."""
    loops = layer.loops
    bounds: tuple[Any, ...] = (0,)
    expected = (0, 0, 0, 0)
    if loops is not None:
        edges = (*loops.stride, *loops.dilation, *loops.padding)
        planes = () if loops.planes is None else _numbers_of(loops.planes)
        bounds = (*(getattr(loops, name) for name in LOOPS), *edges, *planes)
        expected = (loops.macs, loops.ifmap_elements, loops.weight_elements, loops.ofmap_elements)
    own = (layer.macs, layer.ifmap_elements, layer.weight_elements, layer.ofmap_elements)
    differences = tuple(None if a is None else a - b for a, b in zip(own, expected, strict=True))
    extra_parameters = layer.parameters - (layer.weight_elements or 0)
    return (
        KINDS.index(layer.kind),
        bounds,
        layer.bits.weight,
        layer.bits.activation,
        layer.ops,
        extra_parameters,
        int(layer.in_place),
        *differences,
    )


def _numbers_of(planes: Planes) -> tuple[int, ...]:
    own = (planes.o, planes.t, planes.d, planes.stride, planes.dilation)
    return (*own, *planes.padding)


def _trimmed(row: tuple[Any, ...]) -> list[Any]:
    """Return a row as JSON, trailing zeros left out."""
    values = [list(value) if isinstance(value, tuple) else value for value in row]
    while values and values[-1] == 0:
        values.pop()
    return values
