"""Files in memory for the tests of counting, and who may count: Python alone, or numpy."""

import io
from pathlib import Path

import onnx

from py.graph import Graph, read_graph
from py.graph.weights import Absent, Arithmetic, OpenFiles, PlainArithmetic, Stored, stored_tensor
from py.native.numpy_zeros import NumpyArithmetic

ARITHMETICS: dict[str, Arithmetic] = {"plain": PlainArithmetic(), "numpy": NumpyArithmetic()}


def nowhere(location: str) -> Path | None:
    """No file but the model."""
    return None


def model_of(*tensors: onnx.TensorProto, sparse: tuple[onnx.SparseTensorProto, ...] = ()) -> bytes:
    """Return a model with these initializers and nothing to do."""
    info = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "g", [info], [], list(tensors))
    graph.output.add(name="y")
    graph.sparse_initializer.extend(sparse)
    return bytes(onnx.helper.make_model(graph).SerializeToString())


def graph_of(data: bytes) -> Graph:
    return read_graph(io.BytesIO(data), name="test")


def stored(data: bytes, name: str = "t") -> Stored | Absent:
    """Return where a tensor of a model lies."""
    return stored_tensor(graph_of(data), name)


def opened(data: bytes, arithmetic: str = "plain") -> OpenFiles:
    return OpenFiles(io.BytesIO(data), nowhere, ARITHMETICS[arithmetic])
