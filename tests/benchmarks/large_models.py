"""Large models for the benchmarks, written without a library that would hold them in memory."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_VGG16 = (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def write_vgg16(path: Path, *, factor: int = 1) -> int:
    """Write VGG-16 with 138 million weights times ``factor``; the zeros are holes in the file.

    Returns the file's size. ``factor`` widens the first fully connected layer's input by an
    initializer that nothing reads, so that a file of any size has the same nodes.
    """
    nodes, weights = _vgg16()
    if factor > 1:
        weights["unused"] = (138_000_000, factor - 1)
    graph = helper.make_graph(
        nodes,
        "vgg16",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 224, 224])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1000])],
    )
    shell = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    head = onnx.ModelProto()
    head.CopyFrom(shell)
    head.ClearField("graph")
    tensors = []
    for name, shape in weights.items():
        dims = b"".join(_varint(1 << 3) + _varint(size) for size in shape)
        size = 4 * int(np.prod(shape, dtype=np.int64))
        prefix = dims + _varint(2 << 3) + _varint(1) + _field(8, name.encode())
        prefix += _varint(9 << 3 | 2) + _varint(size)
        tensors.append((prefix, size))
    inner = sum(
        len(_varint(5 << 3 | 2)) + len(_varint(len(p) + n)) + len(p) + n for p, n in tensors
    )
    body = shell.graph.SerializeToString()
    with path.open("wb") as file:
        file.write(head.SerializeToString())
        file.write(_varint(7 << 3 | 2) + _varint(len(body) + inner) + body)
        for prefix, size in tensors:
            file.write(_varint(5 << 3 | 2) + _varint(len(prefix) + size) + prefix)
            file.seek(size, 1)
        file.truncate()
    return path.stat().st_size


def _vgg16() -> tuple[list[onnx.NodeProto], dict[str, tuple[int, ...]]]:
    nodes: list[onnx.NodeProto] = []
    weights: dict[str, tuple[int, ...]] = {}
    last, channels = "input", 3

    def add(op: str, inputs: list[str], **attributes: Any) -> str:
        nodes.append(helper.make_node(op, inputs, [f"t{len(nodes)}"], **attributes))
        return f"t{len(nodes) - 1}"

    for place, width in enumerate(_VGG16):
        if width == 0:
            last = add("MaxPool", [last], kernel_shape=[2, 2], strides=[2, 2])
            continue
        weights[f"w{place}"], weights[f"b{place}"] = (width, channels, 3, 3), (width,)
        last = add("Conv", [last, f"w{place}", f"b{place}"], kernel_shape=[3, 3], pads=[1] * 4)
        last, channels = add("Relu", [last]), width
    last = add("Flatten", [last])
    for place, (inputs, outputs) in enumerate(((25088, 4096), (4096, 4096), (4096, 1000))):
        weights[f"fw{place}"], weights[f"fb{place}"] = (outputs, inputs), (outputs,)
        last = add("Gemm", [last, f"fw{place}", f"fb{place}"], transB=1)
        if outputs != 1000:
            last = add("Relu", [last])
    nodes[-1].output[0] = "output"
    return nodes, weights


def transformer(layers: int, width: int = 768, heads: int = 12) -> onnx.ModelProto:
    """Return an encoder as PyTorch's exporter writes it: 75 nodes a layer, shapes worked out in it.

    Its weights have a shape and no elements, so that only the nodes count.
    """
    nodes: list[onnx.NodeProto] = []
    initializers: list[onnx.TensorProto] = []

    def add(op: str, *inputs: str, **attributes: Any) -> str:
        nodes.append(
            helper.make_node(op, inputs, [f"t{len(nodes)}"], f"n{len(nodes)}", **attributes)
        )
        return f"t{len(nodes) - 1}"

    def constant(value: object, kind: type = np.int64) -> str:
        return add("Constant", value=numpy_helper.from_array(np.array(value, kind)))

    def weight(*shape: int) -> str:
        name = f"w{len(initializers)}"
        initializers.append(TensorProto(name=name, dims=shape, data_type=TensorProto.FLOAT))
        return name

    def norm(x: str) -> str:
        mean = add("ReduceMean", x, axes=[-1])
        centred = add("Sub", x, mean)
        square = add("Pow", centred, constant(2.0, np.float32))
        variance = add("ReduceMean", square, axes=[-1])
        root = add("Sqrt", add("Add", variance, constant(1e-5, np.float32)))
        return add("Add", add("Mul", add("Div", centred, root), weight(width)), weight(width))

    def linear(x: str, inputs: int, outputs: int) -> str:
        return add("Add", weight(outputs), add("MatMul", x, weight(inputs, outputs)))

    def dimension(x: str, axis: int) -> str:
        return add("Unsqueeze", add("Gather", add("Shape", x), constant(axis)), constant([0]))

    def split(x: str) -> str:
        sizes = [dimension(x, 0), dimension(x, 1), constant([heads]), constant([width // heads])]
        return add("Reshape", x, add("Concat", *sizes, axis=0))

    x = "x"
    for _ in range(layers):
        h = norm(x)
        q, k, v = (split(linear(h, width, width)) for _ in range(3))
        scores = add("MatMul", add("Transpose", q, perm=[0, 2, 1, 3]),
                     add("Transpose", k, perm=[0, 2, 3, 1]))  # fmt: skip
        shares = add("Softmax", add("Div", scores, constant(8.0, np.float32)), axis=-1)
        mixed = add("MatMul", shares, add("Transpose", v, perm=[0, 2, 1, 3]))
        mixed = add("Transpose", mixed, perm=[0, 2, 1, 3])
        sizes = [dimension(mixed, 0), dimension(mixed, 1), constant([width])]
        x = add(
            "Add", linear(add("Reshape", mixed, add("Concat", *sizes, axis=0)), width, width), x
        )
        h = linear(norm(x), width, 4 * width)
        half = add("Add", add("Erf", add("Div", h, constant(2**0.5, np.float32))),
                   constant(1.0, np.float32))  # fmt: skip
        h = add("Mul", add("Mul", h, half), constant(0.5, np.float32))
        x = add("Add", linear(h, 4 * width, width), x)
    nodes[-1].output[0] = "y"
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", "sequence", width])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", "sequence", width])],
        initializers,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def transformer_of(nodes: int) -> onnx.ModelProto:
    """Return the encoder whose number of nodes is nearest to this."""
    return transformer(max(1, round(nodes / len(transformer(1).graph.node))))
