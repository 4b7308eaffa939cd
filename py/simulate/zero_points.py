"""Which value of a quantised tensor stands for zero: what the tensor beside it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, helper


@dataclass(frozen=True, slots=True)
class ZeroPoint:
    """The tensor of the zero points; along ``axis`` where there are several."""

    name: str
    axis: int

    def nonzero(self, values: NDArray[Any], points: NDArray[Any]) -> NDArray[np.bool_] | None:
        """Return which values are not zero; None for points that do not fit them."""
        if points.size == 1:
            return np.asarray(values != points.reshape(()))
        if points.ndim == 1 and -values.ndim <= self.axis < values.ndim:
            if values.shape[self.axis] != points.size:
                return None
            shape = [1] * values.ndim
            shape[self.axis] = points.size
            return np.asarray(values != points.reshape(shape))
        return None


_OF_INPUTS = {
    "QLinearConv": ((0, 2, 1), (3, 5, 0)),
    "ConvInteger": ((0, 2, 1), (1, 3, 0)),
    "QLinearMatMul": ((0, 2, -2), (3, 5, -1)),
    "MatMulInteger": ((0, 2, -2), (1, 3, -1)),
    "QLinearAdd": ((0, 2, 0), (3, 5, 0)),
    "QLinearMul": ((0, 2, 0), (3, 5, 0)),
    "QLinearGlobalAveragePool": ((0, 2, 0),),
    "QLinearAveragePool": ((0, 2, 0),),
    "QLinearLeakyRelu": ((0, 2, 0),),
    "QLinearSigmoid": ((0, 2, 0),),
}
"""For each operator its inputs with the places of their zero points, and the axis of several."""

_OF_OUTPUT = {
    "QLinearConv": 7,
    "QLinearMatMul": 7,
    "QLinearAdd": 7,
    "QLinearMul": 7,
    "QLinearGlobalAveragePool": 4,
    "QLinearAveragePool": 4,
    "QLinearLeakyRelu": 4,
    "QLinearSigmoid": 4,
    "QLinearConcat": 1,
}
_SAME = frozenset(
    [
        *("MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze"),
        *("Slice", "Gather", "Identity", "Split", "Expand"),
    ]
)


def zero_points(model: ModelProto) -> Mapping[str, ZeroPoint]:
    """Return the zero points of the tensors of the main graph that have one that is not left out.

    What only moves a tensor's values hands its zero point on.
    """
    found: dict[str, ZeroPoint] = {}
    for node in model.graph.node:
        for place, point, axis in _OF_INPUTS.get(node.op_type, ()):
            _add(found, node, place, point, axis)
        if node.op_type == "DequantizeLinear":
            _add(found, node, 0, 2, _axis(node))
    for node in model.graph.node:
        out = node.output[0] if node.output else ""
        if node.op_type == "QuantizeLinear":
            _set(found, out, _input(node, 2), _axis(node))
        elif node.op_type == "DynamicQuantizeLinear" and len(node.output) > 2:
            _set(found, out, node.output[2], 0)
        elif node.op_type in _OF_OUTPUT:
            _set(found, out, _input(node, _OF_OUTPUT[node.op_type]), 0)
        elif node.op_type in _SAME and _input(node, 0) in found:
            for name in node.output:
                _set(found, name, found[node.input[0]].name, found[node.input[0]].axis)
    return found


def _add(found: dict[str, ZeroPoint], node: NodeProto, place: int, point: int, axis: int) -> None:
    _set(found, _input(node, place), _input(node, point), axis)


def _set(found: dict[str, ZeroPoint], name: str, point: str, axis: int) -> None:
    if name and point:
        found.setdefault(name, ZeroPoint(point, axis))


def _input(node: NodeProto, place: int) -> str:
    return str(node.input[place]) if place < len(node.input) else ""


def _axis(node: NodeProto) -> int:
    for attribute in node.attribute:
        if attribute.name == "axis":
            return int(helper.get_attribute_value(attribute))
    return 1
