"""Models of one operator, and what onnx.shape_inference says of them: the second oracle."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

from py.graph import Bindings, Graph, TensorType, read_graph

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
        node = helper.make_node(
            self.op, names, outputs, name="node", domain=self.domain, **self.attributes
        )
        declared = [onnx.ValueInfoProto(name=name) for name in outputs]
        graph = helper.make_graph([node], "one", infos, declared, initializers)
        opsets = [helper.make_opsetid(self.domain, self.opset)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def ours(self) -> list[TensorType]:
        """Return our types of the outputs."""
        graph = read_model_proto(self.model())
        return [graph.type_of(name) for name in graph.outputs]

    def theirs(self) -> list[TensorType]:
        """Return onnx's types of the outputs. Raises InferenceError where onnx refuses."""
        inferred = shape_inference.infer_shapes(
            self.model(), check_type=False, strict_mode=True, data_prop=True
        )
        found = {info.name: info for info in (*inferred.graph.value_info, *inferred.graph.output)}
        return [type_of_info(found[f"out{index}"]) for index in range(self.outputs)]


def read_model_proto(model: onnx.ModelProto, bindings: Bindings | None = None) -> Graph:
    """Return our graph of a model in memory."""
    return read_graph(io.BytesIO(model.SerializeToString()), name="test", bindings=bindings)


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
