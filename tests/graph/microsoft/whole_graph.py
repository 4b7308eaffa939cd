"""Whole models of onnxruntime's tools: every tensor of them in a run, against ours."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import AttributeProto, GraphProto, ModelProto, TensorProto, helper, numpy_helper

from py.graph import Choices, Graph, read_graph
from tests.graph.microsoft.oracle import runtime

Feeds = Mapping[str, np.ndarray]
LEVELS = ("ORT_ENABLE_BASIC", "ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL")


def optimised(model: ModelProto, level: str, folder: Path) -> ModelProto:
    """Return the model as onnxruntime's optimiser writes it at a level."""
    options = _options(level)
    options.optimized_model_filepath = str(folder / f"{level}.onnx")
    runtime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return onnx.load(folder / f"{level}.onnx")


def _options(level: str) -> Any:
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = getattr(runtime.GraphOptimizationLevel, level)
    return options


def fill(graph: GraphProto) -> None:
    """Give elements to every tensor that has none: the corpus carries no weights."""
    tensors = list(graph.initializer)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == AttributeProto.TENSOR:
                tensors.append(attribute.t)
            elif attribute.type == AttributeProto.GRAPH:
                fill(attribute.g)
    for tensor in tensors:
        held = tensor.raw_data or tensor.float_data or tensor.int32_data or tensor.int64_data
        if not held and 0 not in tensor.dims and tensor.data_type != TensorProto.STRING:
            dtype = helper.tensor_dtype_to_np_dtype(tensor.data_type)
            name, elements = tensor.name, np.full(tuple(tensor.dims), 1, dtype)
            tensor.CopyFrom(numpy_helper.from_array(elements, name))


def feeds(model: ModelProto, shapes: Mapping[str, list[int]]) -> dict[str, np.ndarray]:
    """Return inputs for a run; ``shapes`` are those of inputs that the file leaves open."""
    weights = {tensor.name for tensor in model.graph.initializer}
    given = {}
    for info in model.graph.input:
        if info.name not in weights:
            kind = info.type.tensor_type
            shape = shapes.get(info.name) or [d.dim_value for d in kind.shape.dim]
            given[info.name] = np.ones(shape, helper.tensor_dtype_to_np_dtype(kind.elem_type))
    return given


def differences(model: ModelProto, given: Feeds) -> list[str]:
    """Return every output of a node whose type in a run is not ours, in words.

    Types that the file declares are taken out of it first, so that what is ours is worked out. A
    shape that we assume may be smaller in the run.
    """
    real = _run(model, given)
    graph = _read(model, given)
    found = [f"no rule for {unknown.op}" for unknown in graph.unknown]
    for node in model.graph.node:
        for name in filter(None, node.output):
            value, kind = real[name], graph.type_of(name)
            shape = kind.shape
            if name in graph.assumed and shape is not None and len(shape) == value.ndim:
                shape = tuple(min(d or 0, own) for d, own in zip(shape, value.shape, strict=True))
            if (kind.dtype, shape) != (str(value.dtype), value.shape):
                found.append(f"{node.op_type} {name}: {kind}, in a run {value.dtype} {value.shape}")
    return found


def _run(model: ModelProto, given: Feeds) -> dict[str, np.ndarray]:
    whole = ModelProto()
    whole.CopyFrom(model)
    known = {info.name for info in whole.graph.output}
    for node in model.graph.node:
        for name in filter(None, node.output):
            if name not in known:
                known.add(name)
                whole.graph.output.add(name=name)
    session = runtime.InferenceSession(
        whole.SerializeToString(),
        _options("ORT_DISABLE_ALL"),
        providers=["CPUExecutionProvider"],
    )
    names = [info.name for info in session.get_outputs()]
    return dict(zip(names, session.run(names, dict(given)), strict=True))


def _read(model: ModelProto, given: Feeds) -> Graph:
    bare = ModelProto()
    bare.CopyFrom(model)
    del bare.graph.value_info[:]
    for info in bare.graph.output:
        info.ClearField("type")
    shapes = {name: value.shape for name, value in given.items()}
    file = io.BytesIO(bare.SerializeToString())
    return read_graph(file, name="test", choices=Choices(inputs=shapes))
