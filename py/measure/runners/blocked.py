"""A layer as it runs inside a network: what onnxruntime makes of it, without the ends.

On x86 onnxruntime keeps feature maps in blocks of channels (domain ``com.microsoft.nchwc``) from
one convolution to the next and reorders them only where a network enters and leaves that layout. A
layer alone would be reordered at both ends each time; inside a network it is not. So one layer is
optimised by onnxruntime itself, and the reorderings at its ends are taken off.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import NodeProto, helper, numpy_helper

from py.measure.runners.one_layer import OneLayer, Sizes

BLOCKED = "com.microsoft.nchwc"
_FORMED_BY_VALUES = frozenset({"Conv"})
"""Operators whose weights onnxruntime lays out anew, so that they must be there to be optimised."""


@dataclass(frozen=True, slots=True)
class Core:
    """Nodes from ``inputs`` to ``output``; ``weights`` and small ``numbers`` are read besides.

    ``numbers`` are scalars and what is no floating-point tensor, such as axes: they keep their
    values.
    """

    nodes: tuple[NodeProto, ...]
    inputs: Mapping[str, Sizes]
    weights: Mapping[str, Sizes]
    numbers: Mapping[str, onnx.TensorProto]
    output: str
    opsets: tuple[tuple[str, int], ...]

    def copies(self, count: int) -> onnx.ModelProto:
        """Return a model of so many copies side by side, each with weights of its own.

        All read the same inputs; copy ``k`` of a tensor ``t`` is named ``t@k``. Weights are
        declared as external, for a runner to give.
        """
        nodes, weights, outputs = [], [], []
        shared = {*self.numbers, ""}
        for copy in range(count):
            for node in self.nodes:
                own = NodeProto()
                own.CopyFrom(node)
                own.name = f"{node.name or node.op_type}@{copy}"
                for names in (own.input, own.output):
                    for place, name in enumerate(names):
                        names[place] = name if name in shared else f"{name}@{copy}"
                nodes.append(own)
            weights += [_external(f"{name}@{copy}", sizes) for name, sizes in self.weights.items()]
            outputs.append(helper.make_tensor_value_info(f"{self.output}@{copy}", _KIND, None))
        graph = helper.make_graph(
            nodes,
            "layers",
            [
                helper.make_tensor_value_info(f"{name}@{copy}", _KIND, list(sizes))
                for copy in range(count)
                for name, sizes in self.inputs.items()
            ],
            outputs,
            initializer=[*self.numbers.values(), *weights],
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in self.opsets]
        return helper.make_model(graph, opset_imports=opsets, ir_version=onnx.IR_VERSION_2023_5_5)


_KIND = onnx.TensorProto.FLOAT


def core_of(layer: OneLayer, optimise: Callable[[onnx.ModelProto, Path], None]) -> Core:
    """Return what onnxruntime makes of a layer; ``optimise`` writes a model, optimised, to a file.

    Single precision alone: other types have no blocked layout.
    """
    model = onnx.ModelProto()
    model.CopyFrom(layer.model)
    by_value = any(node.op_type in _FORMED_BY_VALUES for node in model.graph.node)
    if by_value:
        kept = [one for one in model.graph.input if one.name in layer.inputs]
        del model.graph.input[:]
        model.graph.input.extend(kept)
        model.graph.initializer.extend(
            numpy_helper.from_array(np.zeros(sizes, np.float32), name)
            for name, sizes in layer.weights.items()
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.onnx"
        optimise(model, path)
        found = onnx.load(path)
    stored = {one.name: one for one in found.graph.initializer}
    numbers = {name: one for name, one in stored.items() if not one.dims or one.data_type != _KIND}
    weights: dict[str, Sizes] = {
        name: tuple(one.dims) for name, one in stored.items() if name not in numbers
    }
    inputs = {one.name: _sizes(one) for one in found.graph.input}
    for name in [name for name in inputs if name in layer.weights]:
        weights[name] = inputs.pop(name)
    nodes, output = _without_ends(found, inputs)
    read = {name for node in nodes for name in node.input}
    return Core(
        tuple(nodes),
        {name: sizes for name, sizes in inputs.items() if name in read},
        {name: sizes for name, sizes in weights.items() if name in read},
        {name: one for name, one in numbers.items() if name in read},
        output,
        tuple((one.domain, one.version) for one in found.opset_import),
    )


def _sizes(value: onnx.ValueInfoProto) -> Sizes:
    return tuple(one.dim_value for one in value.type.tensor_type.shape.dim)


def _without_ends(model: onnx.ModelProto, inputs: dict[str, Sizes]) -> tuple[list[NodeProto], str]:
    """Return the nodes without the reorderings at the ends, and their output's name.

    ``inputs`` get the channels that whole blocks have.
    """
    nodes = list(model.graph.node)
    (output,) = (one.name for one in model.graph.output)
    blocks = {
        one.name: one.type.tensor_type.shape.dim[1].dim_value
        for one in model.graph.value_info
        if len(one.type.tensor_type.shape.dim) > 1
    }
    renamed: dict[str, str] = {}
    for node in list(nodes):
        if node.domain != BLOCKED:
            continue
        if node.op_type == "ReorderInput" and node.input[0] in inputs:
            sizes = inputs[node.input[0]]
            channels = blocks.get(node.output[0]) or -(-sizes[1] // _BLOCK) * _BLOCK
            inputs[node.input[0]] = (sizes[0], channels, *sizes[2:])
            renamed[node.output[0]] = node.input[0]
            nodes.remove(node)
        elif node.op_type == "ReorderOutput" and node.output[0] == output:
            output = node.input[0]
            nodes.remove(node)
    for node in nodes:
        for place, name in enumerate(node.input):
            node.input[place] = renamed.get(name, name)
    return nodes, output


_BLOCK = 16
"""Channels of a block with AVX-512; with less it is 8, and 16 is whole blocks of these as well."""


def _external(name: str, sizes: Sizes) -> onnx.TensorProto:
    tensor = onnx.TensorProto(
        name=name, data_type=_KIND, dims=sizes, data_location=onnx.TensorProto.EXTERNAL
    )
    tensor.external_data.add(key="location", value="given")
    return tensor
