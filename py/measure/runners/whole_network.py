"""A whole network for onnxruntime: a sample at one batch, its weights random numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from py.measure.runners.random_data import SCALE, RandomPool
from py.measure.runners.runner import NotRunnableError

Floats = NDArray[np.float32]
_NORMAL = {1: (0.5, 0.2), 2: (0.0, 0.1), 3: (0.0, 0.1), 4: (1.0, 0.1)}
"""Least and spread of the inputs of BatchNormalization: scale, shift, mean and variance. A scale
below one keeps sums of many residual branches from growing, the shift keeps chains from vanishing.
"""


@dataclass(frozen=True, slots=True)
class WholeNetwork:
    """A model without weights, these by name, and its inputs' shapes."""

    model: onnx.ModelProto
    inputs: Mapping[str, tuple[int, ...]]
    weights: Mapping[str, Floats]


def whole_network(path: Path, batch: int) -> WholeNetwork:
    """Return the network of a file whose weights have no values, at a batch.

    Weights are normal, scaled by the square root of two over what each output sums up (He 2015),
    and batch normalisation has about the scales of a trained network, so that activations neither
    vanish nor grow through the layers.

    Raises:
        NotRunnableError: the file has an input whose shape is open but for its batch.
    """
    model = onnx.load(path)
    pool = RandomPool(0)
    normal = {
        name: place
        for node in model.graph.node
        if node.op_type == "BatchNormalization"
        for place, name in enumerate(node.input)
        if place in _NORMAL
    }
    weights: dict[str, Floats] = {}
    nodes = []
    for node in model.graph.node:
        sparse = [one for one in node.attribute if one.name == "sparse_value"]
        if node.op_type != "Constant" or not sparse:
            nodes.append(node)
            continue
        name, sizes = node.output[0], tuple(sparse[0].sparse_tensor.dims)
        least, scale = 0.0, math.sqrt(2 / max(1, math.prod(sizes[1:])))
        drawn = pool.take(sizes)
        if name in normal:
            least, scale = _NORMAL[normal[name]]
            drawn = np.abs(drawn)
        weights[name] = drawn * np.float32(scale / SCALE)
        weights[name] += np.float32(least)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    for name, array in weights.items():
        tensor = onnx.TensorProto(
            name=name,
            data_type=onnx.TensorProto.FLOAT,
            dims=array.shape,
            data_location=onnx.TensorProto.EXTERNAL,
        )
        tensor.external_data.add(key="location", value="given")
        model.graph.initializer.append(tensor)
    for value in (*model.graph.input, *model.graph.output):
        for first in value.type.tensor_type.shape.dim[:1]:
            if first.dim_param:
                first.dim_value = batch
    return WholeNetwork(model, {one.name: _sizes(one) for one in model.graph.input}, weights)


def _sizes(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    sizes = tuple(one.dim_value for one in value.type.tensor_type.shape.dim)
    if not all(sizes):
        raise NotRunnableError(f"input {value.name} has an open size, got {sizes}")
    return sizes
