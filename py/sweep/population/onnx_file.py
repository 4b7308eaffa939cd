"""A drawing as an ONNX file: its operators, and weights that have shapes and no values."""

from typing import Any

from onnx import TensorProto, ValueInfoProto, helper

from py.samples.weightless import weight
from py.sweep.population.drawing import Drawing, Tensor

OPSET = 17
_IR_VERSION = 8
"""The first that goes with the opset."""


def as_onnx(drawing: Drawing, *outputs: Tensor, name: str = "network") -> bytes:
    """Return the file of a drawing in single precision, the results in the order given.

    Raises:
        ValueError: the drawing is of another element type, or has a block that stands for many.
    """
    if max(drawing.times) > 1:
        raise ValueError("as_onnx: every block drawn, got one that is repeated")
    if drawing.dtype != "float32":
        raise ValueError(f"as_onnx: a drawing in float32, got {drawing.dtype}")
    nodes = []
    for place, drawn in enumerate(drawing.drawn):
        operator, label = drawn.operator, f"{drawn.operator.name}_{place}"
        inputs = [f"t{own}" for own in drawn.inputs]
        for number, own in enumerate(operator.operands):
            if own.constant:
                inputs.append(f"{label}/{number}")
                nodes.append(weight(inputs[-1], own.shape))
        given: dict[str, Any] = {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in operator.attributes
        }
        result = f"t{drawn.output}"
        nodes.append(helper.make_node(operator.name, inputs, [result], name=label, **given))
    graph = helper.make_graph(
        nodes,
        name,
        [_described(tensor) for tensor in drawing.inputs],
        [_described(tensor) for tensor in outputs],
    )
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="joulegraph")
    model.ir_version = _IR_VERSION
    return bytes(model.SerializeToString())


def _described(tensor: Tensor) -> ValueInfoProto:
    return helper.make_tensor_value_info(f"t{tensor.place}", TensorProto.FLOAT, tensor.shape)
