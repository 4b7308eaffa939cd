"""The shapes of a network's layers: what a plan measures so that the network can be predicted."""

import math
from collections.abc import Iterable
from pathlib import Path

from py.graph import Choices, Graph, read_graph
from py.layers.extract import Extraction
from py.layers.layer import Layer
from py.layers.loops import LoopNest
from py.layers.works.elementwise import ACTIVATIONS
from py.measure.plans.shape import Shape
from py.measure.table.row import NamedPad
from py.platforms.measured.of_layer import workload_of
from py.platforms.measured.workload import Workload

_ACTIVATED = frozenset({"Relu", "Clip", "Sigmoid", "Tanh", "LeakyRelu", "HardSwish"})
_ACTIVE = frozenset(ACTIVATIONS)
_MOVEMENTS = frozenset({"Transpose"})
"""Others, a concatenation among them, the engine takes to move nothing."""


def shapes_of_network(path: Path, batch: int) -> tuple[tuple[Shape, Workload], ...]:
    """Return the shape of each layer that has one, with its workload; the same may come again.

    Layers that only rename (Flatten, Reshape) or whose operator no runner has are left out.
    """
    with path.open("rb") as file:
        graph = read_graph(file, name=path.stem, choices=Choices(batch=batch))
    found = []
    for layer in Extraction(graph).layers:
        work = workload_of(layer)
        shape = None if work is None else _shape(graph, layer, work)
        if shape is not None and work is not None:
            found.append((shape, work))
    return tuple(found)


def _shape(graph: Graph, layer: Layer, work: Workload) -> Shape | None:
    if layer.loops is not None and layer.kind == "conv":
        return _convolution(layer, layer.loops)
    if layer.loops is not None and layer.kind == "dense":
        return Shape(
            "fc", work.batch, cin=work.cin, cout=work.cout, variant=_activation(layer.op_types)
        )
    if layer.kind == "pool":
        return _pool(graph, layer)
    sizes = _sizes(graph, layer.ofmaps)
    if sizes is None or not 2 <= len(sizes) <= 4:
        return None
    return _by_counts(layer, work, sizes)


def _convolution(layer: Layer, loops: LoopNest) -> Shape | None:
    if len(set(loops.stride)) > 1 or len(set(loops.dilation)) > 1 or loops.dilation[0] > 1:
        return None
    stride = loops.stride[0]
    pad = _padding(loops)
    if pad is None:
        return None
    return Shape(
        "conv",
        loops.n,
        cin=loops.g * loops.c,
        h=loops.h,
        w=loops.w,
        cout=loops.g * loops.m,
        kh=loops.r,
        kw=loops.s,
        stride=stride,
        pad=pad,
        groups=loops.g,
        variant=_activation(layer.op_types),
    )


def _padding(loops: LoopNest) -> int | None:
    """Return the zeros of each side; None where no one number gives the ofmap that there is."""
    pad = loops.padding[0]
    sides = ((loops.h, loops.r, loops.p), (loops.w, loops.s, loops.q))
    alike = all(
        (side + 2 * pad - window) // loops.stride[0] + 1 == out for side, window, out in sides
    )
    return pad if alike else None


def _activation(op_types: Iterable[str]) -> str | None:
    found = [name for name in op_types if name in _ACTIVE]
    return found[-1] if len(found) == 1 and found[-1] in _ACTIVATED else None


def _pool(graph: Graph, layer: Layer) -> Shape | None:
    ifmap = _sizes(graph, layer.ifmaps)
    if layer.window is None or layer.ofmap_elements is None or ifmap is None or len(ifmap) != 4:
        return None
    area = layer.ofmap_elements / (ifmap[0] * ifmap[1])
    kernel, stride = (layer.window.kh, layer.window.kw), layer.window.stride_h
    average = any("Average" in name for name in layer.op_types)
    pads: tuple[int | NamedPad, ...] = (*range(kernel[0] // 2 + 1), "same")
    for pad in pads:
        # The area, not the sides: a Flatten in the same layer leaves no sides to the ofmap.
        outputs = [
            _outputs(side, window, stride, pad)
            for side, window in zip(ifmap[2:], kernel, strict=True)
        ]
        if min(outputs) > 0 and math.prod(outputs) == area:
            return Shape(
                "pool",
                ifmap[0],
                cin=ifmap[1],
                h=ifmap[2],
                w=ifmap[3],
                kh=kernel[0],
                kw=kernel[1],
                stride=stride,
                pad=pad,
                variant="average" if average else "max",
            )
    return None


def _outputs(side: int, window: int, stride: int, pad: int | NamedPad) -> int:
    if isinstance(pad, str):
        return -(-side // stride)
    return (side + 2 * pad - window) // stride + 1


def _by_counts(layer: Layer, work: Workload, sizes: tuple[int, ...]) -> Shape | None:
    name = layer.op_types[0]
    op = {"elementwise": "elementwise", "softmax": "softmax", "lrn": "lrn", "norm": "norm"}.get(
        work.kind
    )
    if layer.kind == "movement" and name in _MOVEMENTS and len(sizes) == 4:
        op = "movement"
    if op is None:
        return None
    batch, cin, h, w = (*sizes, None, None)[:4]
    return Shape(
        op,
        batch or 1,
        cin=cin,
        h=h,
        w=w,
        variant=None if op in ("softmax", "lrn") else name,
    )


def _sizes(graph: Graph, names: tuple[str, ...]) -> tuple[int, ...] | None:
    """Return the shape of the first tensor, where all of it is known."""
    if not names:
        return None
    shape = graph.type_of(names[0]).shape
    if shape is None or any(size is None for size in shape):
        return None
    return tuple(size for size in shape if size is not None)
