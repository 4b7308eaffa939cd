"""Small models with real weights, some of them zero, and what goes into them."""

from collections.abc import Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from py.layers import Choices, Model
from py.simulate import Inputs
from tests.models import read

Floats = NDArray[np.float32]
Dims = Sequence[int | str]


def sparse(seed: int, *shape: int, zeros: float = 0.4) -> Floats:
    """Normal values, of which a share is zero."""
    random = np.random.default_rng(seed)
    values = random.standard_normal(shape) * (random.random(shape) >= zeros)
    return values.astype(np.float32)


def model_of(
    nodes: Sequence[onnx.NodeProto],
    inputs: dict[str, Dims],
    outputs: dict[str, Dims],
    weights: dict[str, Floats],
) -> bytes:
    graph = helper.make_graph(
        list(nodes),
        "small",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n, shape in inputs.items()],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    opset = helper.make_opsetid("", 17)
    return bytes(helper.make_model(graph, opset_imports=[opset], ir_version=8).SerializeToString())


def given(**arrays: Floats) -> Inputs:
    return Inputs(arrays, "arrays of a test")


def layers_of(data: bytes, batch: int | None = None) -> Model:
    return read(data, choices=Choices(batch=batch))
