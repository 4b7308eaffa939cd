"""Shapes, MACs and parameters of a sample by ``onnx.shape_inference``: nothing of the engine."""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import onnx

Shapes = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Weighted:
    """A convolution or fully connected layer of one image, the latter with a map of one pixel."""

    name: str
    op: str
    kernel: int
    filters: int
    channels_per_group: int
    stride: int
    side: int

    @property
    def macs(self) -> int:
        return self.filters * self.channels_per_group * (self.kernel * self.side) ** 2


def load(path: Path) -> onnx.ModelProto:
    return onnx.load(str(path))


def shapes(model: onnx.ModelProto, batch: int = 1) -> Shapes:
    """Return every tensor's shape, the free batch dimension set to ``batch``."""
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    graph = inferred.graph
    return {
        value.name: [
            batch if dim.dim_param else dim.dim_value for dim in value.type.tensor_type.shape.dim
        ]
        for value in (*graph.value_info, *graph.input, *graph.output)
    }


def weighted(model: onnx.ModelProto) -> list[Weighted]:
    """Return the convolutions and fully connected layers in the file's order."""
    known = shapes(model)
    layers = []
    for node in model.graph.node:
        if node.op_type == "Conv":
            filters, channels, kernel, _ = known[node.input[1]]
            stride = next(a.ints[0] for a in node.attribute if a.name == "strides")
            side = known[node.output[0]][2]
            layers.append(Weighted(node.name, "Conv", kernel, filters, channels, stride, side))
        elif node.op_type == "Gemm":
            filters, channels = known[node.input[1]]
            layers.append(Weighted(node.name, "Gemm", 1, filters, channels, 1, 1))
    return layers


def macs(model: onnx.ModelProto) -> int:
    return sum(layer.macs for layer in weighted(model))


def parameters(model: onnx.ModelProto) -> int:
    """Return the trained elements: running means and variances are not trained."""
    known = shapes(model)
    return sum(
        prod(known[node.output[0]])
        for node in model.graph.node
        if node.op_type == "Constant" and not node.name.endswith(("/mean", "/variance"))
    )
