"""About how much memory a shape takes under torch, so that what can't fit is not tried."""

import math
from collections.abc import Iterable

from py.graph import Graph
from py.measure.plans.shape import Shape
from py.measure.runners.torch_sizes import Sizes

BYTES = {"fp64": 8, "fp32": 4, "tf32": 4, "fp16": 2, "bf16": 2}


def bytes_of_layer(shape: Shape, sizes: Sizes, cache_bytes: int) -> int:
    """Return about how much a layer takes: its tensors, those rotated, and room to work in.

    The room to work in is as much again as the tensors, which is more than most algorithms of a
    convolution ask for; a gradient takes what its tensor does.
    """
    tensors = sizes.elements * BYTES[shape.dtype]
    if shape.op == "attention":  # without a fused kernel the scores are kept, before and after
        queries, keys = sizes.inputs[0], sizes.inputs[1]
        tensors += 2 * math.prod(queries[:3]) * keys[2] * BYTES[shape.dtype]
    backward = 2 if shape.direction == "training" else 1
    return tensors * (1 + backward) + max(2 * cache_bytes, tensors)


def bytes_of_network(shape: Shape, graph: Graph, weights: Iterable[str], cache_bytes: int) -> int:
    """Return about how much a network takes: its weights, the maps alive at once, room to work in.

    In training every map is kept for the way back, and every weight has a gradient.
    """
    width = BYTES[shape.dtype]
    kept = math.fsum(graph.tensors[name].elements or 0 for name in weights)
    alive, most, every = 0, 0, 0
    last = last_reads(graph)
    for node in graph.nodes:
        written = 0
        if any(name and not graph.is_weight(name) for name in node.inputs):
            written = _elements(graph, node.outputs)
        alive += written
        every += written
        most = max(most, alive)
        done = {name for name in node.inputs if last.get(name) == node.index}
        alive -= _elements(graph, (name for name in done if graph.producer_of(name) is not None))
    if shape.direction == "training":
        return int(width * (2 * kept + 3 * every)) + 2 * cache_bytes
    return int(width * (kept + 2 * most)) + 2 * cache_bytes


def last_reads(graph: Graph) -> dict[str, int]:
    """Return the last node that reads each tensor; outputs of the graph are read at its end."""
    last = {name: node.index for node in graph.nodes for name in node.inputs if name}
    return last | dict.fromkeys(graph.outputs, len(graph.nodes))


def _elements(graph: Graph, names: Iterable[str]) -> int:
    return sum(
        graph.tensors[name].elements or 0 for name in names if name and not graph.is_weight(name)
    )
