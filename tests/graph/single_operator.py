"""Models of one operator, and what onnx.shape_inference says of them: the second oracle."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

from py.graph import Choices, Graph, TensorType, read_graph
from py.graph.fact import Fact, Shape
from py.graph.file.model import read_model
from py.graph.rules import find_rule
from py.graph.rules.site import Site

FLOAT, INT64, INT32, BOOL = (
    TensorProto.FLOAT,
    TensorProto.INT64,
    TensorProto.INT32,
    TensorProto.BOOL,
)


@dataclass(frozen=True)
class Case:
    """One node. An input is a shape (of floats), (type, shape), an array (initializer) or None."""

    op: str
    opset: int
    inputs: Sequence[Any]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    outputs: int = 1
    domain: str = ""

    def __str__(self) -> str:
        shapes = [i.tolist() if isinstance(i, np.ndarray | np.generic) else i for i in self.inputs]
        return f"{self.op}-{self.opset} {shapes} {dict(self.attributes)}"

    def model(self) -> onnx.ModelProto:
        """Return the model; its outputs have no declared shape."""
        infos, initializers, names = [], [], []
        for index, given in enumerate(self.inputs):
            name = f"in{index}"
            if given is None:
                names.append("")
                continue
            names.append(name)
            if isinstance(given, np.ndarray | np.generic):
                initializers.append(numpy_helper.from_array(np.asarray(given), name))
            else:
                typed = len(given) == 2 and isinstance(given[1], (tuple, list))
                dtype, shape = given if typed else (FLOAT, given)
                infos.append(helper.make_tensor_value_info(name, dtype, shape))
        outputs = [f"out{index}" for index in range(self.outputs)]
        given = {name: value for name, value in self.attributes.items() if value != []}
        node = helper.make_node(self.op, names, outputs, name="node", domain=self.domain, **given)
        for name in self.attributes.keys() - given.keys():
            node.attribute.add(name=name, type=onnx.AttributeProto.INTS)
        declared = [onnx.ValueInfoProto(name=name) for name in outputs]
        graph = helper.make_graph([node], "one", infos, declared, initializers)
        opsets = [helper.make_opsetid(self.domain, self.opset)]
        if self.domain:
            opsets.append(helper.make_opsetid("", 21))
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def ours(self) -> list[TensorType]:
        """Return our types of the outputs."""
        graph = read_model_proto(self.model())
        return [graph.type_of(name) for name in graph.outputs]

    def facts(self) -> list[Fact]:
        """Return what our rule alone says of the outputs. Raises MismatchError."""
        return facts_of(self.model(), self.domain, self.opset)

    def theirs(self) -> list[TensorType]:
        """Return onnx's types of the outputs. Raises InferenceError where onnx refuses."""
        inferred = shape_inference.infer_shapes(
            self.model(), check_type=False, strict_mode=True, data_prop=True
        )
        found = {info.name: info for info in (*inferred.graph.value_info, *inferred.graph.output)}
        return [type_of_info(found[f"out{index}"]) for index in range(self.outputs)]


def read_model_proto(model: onnx.ModelProto, choices: Choices | None = None) -> Graph:
    """Return our graph of a model in memory."""
    return read_graph(io.BytesIO(model.SerializeToString()), name="test", choices=choices)


def facts_of(model: onnx.ModelProto, domain: str, opset: int) -> list[Fact]:
    """Return what the rule of a model's only node says, with nothing assumed for free dimensions.

    Raises MismatchError; KeyError where there is no rule.
    """
    body = read_model(io.BytesIO(model.SerializeToString())).body
    known = {
        info.name: Fact(TensorType(info.dtype, _numbers(info.shape), info.form))
        for info in body.inputs
    }
    for initializer in body.initializers:
        known[initializer.name] = Fact(initializer.type, None, initializer.payload)
    node = body.nodes[0]
    rule = find_rule(domain, node.op)
    if rule is None:
        raise KeyError(f"no rule for {domain}:{node.op}")
    return list(rule(Site(node, [known[name] if name else None for name in node.inputs], opset)))


def _numbers(shape: Iterable[int | str | None] | None) -> Shape | None:
    return None if shape is None else tuple(d if isinstance(d, int) else None for d in shape)


def type_of_info(info: onnx.ValueInfoProto) -> TensorType:
    """Return a declaration of onnx as our type."""
    tensor = info.type.tensor_type
    dtype = None
    if tensor.elem_type:
        dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.elem_type)).name
    if not tensor.HasField("shape"):
        return TensorType(dtype, None)
    return TensorType(
        dtype,
        tuple(d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim),
    )


def ints(*values: int) -> np.ndarray:
    """Return a list of int64 as an initializer."""
    return np.array(values, dtype=np.int64)


def floats(*values: float) -> np.ndarray:
    """Return a list of float32 as an initializer."""
    return np.array(values, dtype=np.float32)
