"""onnxruntime's blocked layout by hand, and a core run with the values of the plain layer."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from py.measure.runners.blocked import BLOCKED, Core
from py.measure.runners.one_layer import OneLayer, Sizes
from py.measure.runners.onnxruntime_runner import ort

Floats = NDArray[np.float32]
Values = Mapping[str, Floats]
Optimise = Callable[[onnx.ModelProto, Path], None]


def run_plain(layer: OneLayer, values: Values) -> Floats:
    """Return what a layer's model gives as it stands, nothing optimised."""
    session = _session(layer.model)
    (found,) = session.run(None, {**values})
    return np.asarray(found)


def run_copies(core: Core, count: int, inputs: Values, weights: Mapping[str, Any]) -> list[Floats]:
    """Return what each copy gives for the same inputs; ``weights`` are by the copies' names."""
    options = _options()
    held = [ort.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
    if weights:
        options.add_external_initializers(list(weights), held)
    session = _session(core.copies(count), options)
    feeds = {f"{name}@{copy}": value for name, value in inputs.items() for copy in range(count)}
    return [np.asarray(one) for one in session.run(None, feeds)]


def weights_as_laid_out(layer: OneLayer, values: Values, optimise: Optimise) -> dict[str, Floats]:
    """Return the weights of the optimised layer by their names there, from their plain values."""
    model = onnx.ModelProto()
    model.CopyFrom(layer.model)
    inputs = [one for one in model.graph.input if one.name in layer.inputs]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    model.graph.initializer.extend(
        numpy_helper.from_array(values[name], name) for name in layer.weights
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.onnx"
        optimise(model, path)
        stored = onnx.load(path).graph.initializer
    return {one.name: numpy_helper.to_array(one) for one in stored}


def block() -> int:
    """Return the channels of a block on this processor: 1 where nothing is blocked."""
    node = helper.make_node("ReorderInput", ["x"], ["y"], domain=BLOCKED)
    sizes = [1, 16, 1, 2]
    values = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, sizes) for name in "xy"]
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid(BLOCKED, 1)]
    graph = helper.make_graph([node], "reorder", values[:1], values[1:])
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    numbers = np.arange(32, dtype=np.float32).reshape(sizes)
    (found,) = _session(model).run(None, {"x": numbers})
    return int(np.flatnonzero(found.ravel() == 1)[0])  # the next column comes after one block


def blocked(array: Floats, channels: int, size: int) -> Floats:
    """Return a map in blocks of so many channels, zeros added up to ``channels``."""
    padded = np.zeros((array.shape[0], channels, *array.shape[2:]), np.float32)
    padded[:, : array.shape[1]] = array
    apart = padded.reshape(padded.shape[0], -1, size, *padded.shape[2:])
    return np.ascontiguousarray(np.moveaxis(apart, 2, -1)).reshape(padded.shape)


def plain(array: Floats, channels: int, size: int) -> Floats:
    """Return a blocked map as it was, its first channels."""
    apart = array.reshape(array.shape[0], -1, *array.shape[2:], size)
    together = np.moveaxis(apart, -1, 2).reshape(array.shape)
    return together[:, :channels]


def drawn(tensors: Mapping[str, Sizes], seed: int) -> dict[str, Floats]:
    """Return random tensors; variances are positive."""
    source = np.random.default_rng(seed)
    found = {
        name: source.standard_normal(sizes, dtype=np.float32) for name, sizes in tensors.items()
    }
    return {name: np.abs(one) + 1 if name == "variance" else one for name, one in found.items()}


def _options() -> Any:
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return options


def _session(model: onnx.ModelProto, options: Any = None) -> Any:
    return ort.InferenceSession(
        model.SerializeToString(), options or _options(), providers=["CPUExecutionProvider"]
    )
