"""Small ONNX models and tables that several tests use; made with the onnx package, in memory."""

import io
from collections.abc import Sequence

import onnx
from onnx import TensorProto, helper

from py.layers import Choices, Model, read_model

FLOAT = TensorProto.FLOAT


def conv_net(batch: int | str = 1, *, dtype: int = FLOAT) -> bytes:
    """A 3x3 convolution, batch norm, relu, pool, and a fully connected layer on 4x4x4 maps."""
    weights = [
        _weights("w", (4, 3, 3, 3), dtype),
        *(_weights(name, (4,), dtype) for name in ("scale", "bias", "mean", "var")),
        _weights("fc", (10, 64), dtype),
        _weights("fc_bias", (10,), dtype),
    ]
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv1", pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["c", "scale", "bias", "mean", "var"], ["b"], "bn1"),
        helper.make_node("Relu", ["b"], ["r"], "relu1"),
        helper.make_node("MaxPool", ["r"], ["p"], "pool1", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["f"], "flatten"),
        helper.make_node("Gemm", ["f", "fc", "fc_bias"], ["y"], "fc1", transB=1),
    ]
    return serialised(nodes, {"x": (batch, 3, 8, 8)}, {"y": (batch, 10)}, weights, dtype)


def serialised(
    nodes: Sequence[onnx.NodeProto],
    inputs: dict[str, Sequence[int | str]],
    outputs: dict[str, Sequence[int | str] | None],
    weights: Sequence[onnx.TensorProto] = (),
    dtype: int = FLOAT,
    opset: int = 17,
) -> bytes:
    """Return a model's bytes."""
    graph = helper.make_graph(
        list(nodes),
        "g",
        [helper.make_tensor_value_info(name, dtype, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, dtype, shape) for name, shape in outputs.items()],
        list(weights),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    return bytes(model.SerializeToString())


def _weights(name: str, shape: tuple[int, ...], dtype: int) -> onnx.TensorProto:
    count = 1
    for size in shape:
        count *= size
    values = [1] * count if dtype in (TensorProto.INT8, TensorProto.UINT8) else [1.0] * count
    return helper.make_tensor(name, dtype, shape, values)


def weights(name: str, *shape: int) -> onnx.TensorProto:
    """A float32 initializer of ones."""
    return _weights(name, shape, FLOAT)


def read(data: bytes, name: str = "net.onnx", choices: Choices | None = None) -> Model:
    """Return the layers of a model's bytes."""
    return read_model(io.BytesIO(data), name, choices or Choices())
