"""Layers laid out along their loops: MACs against masks convolved and multiplied by others."""

from typing import Any

import numpy as np
import pytest
from onnx import helper
from onnx.reference import ReferenceEvaluator

from py.layers import Layer
from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.problem import Problem
from py.simulate import Mapped, simulate
from tests.simulate.by_hand import row_stationary
from tests.simulate.models import Floats, given, layers_of, model_of, sparse
from tests.simulate.running import only, run, share, uncoded


def products(ones: Floats, twos: Floats) -> int:
    """MACs of a plain product of matrices whose operands are both not zero."""
    return int(((ones != 0).astype(int) @ (twos != 0).astype(int)).sum())


def convolved(x: Floats, w: Floats, **attributes: Any) -> int:
    """MACs of a convolution whose operands are both not zero: the masks convolved by onnx."""
    node = helper.make_node("Conv", ["x", "w"], ["y"], **attributes)
    graph = helper.make_graph(
        [node],
        "masks",
        [helper.make_tensor_value_info(name, 1, None) for name in "xw"],
        [helper.make_tensor_value_info("y", 1, None)],
    )
    masks = {"x": (x != 0).astype(np.float32), "w": (w != 0).astype(np.float32)}
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (y,) = ReferenceEvaluator(model).run(None, masks)
    return int(np.asarray(y, np.float64).sum())


CONVOLUTIONS: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "plain": ((2, 3, 9, 9), (4, 3, 3, 3), {}),
    "padded, strided": ((2, 3, 9, 8), (4, 3, 3, 3), {"pads": [1, 2, 0, 1], "strides": [2, 1]}),
    "dilated": ((1, 2, 11, 11), (4, 2, 3, 3), {"dilations": [2, 3], "pads": [1, 1, 1, 1]}),
    "grouped": ((2, 6, 6, 6), (4, 3, 3, 3), {"group": 2}),
    "depthwise": ((1, 4, 6, 6), (4, 1, 3, 3), {"group": 4, "pads": [1, 1, 1, 1]}),
    "one dimension": ((2, 3, 20), (4, 3, 5), {"strides": [3]}),
    "stride over the edge": ((1, 2, 8, 8), (3, 2, 2, 2), {"strides": [3, 3]}),
    "same": ((1, 2, 7, 7), (3, 2, 4, 4), {"auto_pad": "SAME_UPPER"}),
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions(name: str) -> None:
    shape, filters, attributes = CONVOLUTIONS[name]
    x, w = sparse(1, *shape), sparse(2, *filters)
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv", **attributes)
    free = ["y"] * len(shape)
    data = model_of([node], {"x": ["batch", *shape[1:]]}, {"y": free}, {"w": w})
    layer = only(run(data, given(x=x), shape[0]))
    assert layer.zeros.ifmap == pytest.approx(share(x))
    assert layer.zeros.weight == pytest.approx(share(w))
    assert layer.count.macs.both_nonzero == convolved(x, w, **attributes)
    assert layer.count.macs.ifmap_nonzero == convolved(x, np.ones_like(w), **attributes)


def test_three_dimensions_along_their_own_loops() -> None:
    """The layer takes planes for images and channels; a problem of planes is laid out as such."""
    x, w = sparse(1, 1, 2, 5, 6, 7), sparse(2, 3, 2, 3, 3, 3)
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv", pads=[1, 0, 1, 1, 0, 1])
    data = model_of([node], {"x": x.shape}, {"y": ["y"] * 5}, {"w": w})
    problem = Problem(
        sizes(m=3, c=2, o=5, p=4, q=7, t=3, r=3, s=3), padding=(1, 0, 1), image=(5, 6, 7)
    )

    def planes(layer: Layer) -> Mapped:
        return row_stationary(layer, problem)

    layer = only(simulate(data, given(x=x), layers_of(data).layers, planes, uncoded))
    assert layer.count.macs.both_nonzero == convolved(x, w, pads=[1, 0, 1, 1, 0, 1])


@pytest.mark.parametrize(("a", "b"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_fully_connected(a: int, b: int) -> None:
    x, w = sparse(1, 6, 20), sparse(2, 20, 7)
    node = helper.make_node("Gemm", ["x", "w"], ["y"], "fc", transA=a, transB=b)
    shape = (20, 6) if a else (6, 20)
    data = model_of([node], {"x": shape}, {"y": [6, 7]}, {"w": w.T.copy() if b else w})
    layer = only(run(data, given(x=x.T.copy() if a else x)))
    assert layer.count.macs.both_nonzero == products(x, w)


def test_fully_connected_on_flattened_feature_maps() -> None:
    x, w = sparse(1, 3, 2, 4, 5), sparse(2, 40, 6)
    nodes = [
        helper.make_node("Relu", ["x"], ["r"], "relu"),
        helper.make_node("Flatten", ["r"], ["f"], "flatten"),
        helper.make_node("Gemm", ["f", "w"], ["y"], "fc"),
    ]
    data = model_of(nodes, {"x": ["batch", 2, 4, 5]}, {"y": ["batch", 6]}, {"w": w})
    layer = only(run(data, given(x=x), 3))
    assert layer.count.macs.total == 3 * 40 * 6
    assert layer.count.macs.both_nonzero == products(np.maximum(x, 0).reshape(3, -1), w)


def test_rows_of_a_sequence() -> None:
    x, w = sparse(1, 2, 5, 8), sparse(2, 8, 6)
    node = helper.make_node("MatMul", ["x", "w"], ["y"], "project")
    data = model_of([node], {"x": [2, 5, 8]}, {"y": [2, 5, 6]}, {"w": w})
    layer = only(run(data, given(x=x)))
    assert layer.count.macs.both_nonzero == products(x.reshape(10, 8), w)


def test_products_of_two_activations() -> None:
    x, y = sparse(1, 2, 3, 5, 8), sparse(2, 2, 1, 8, 6)
    node = helper.make_node("MatMul", ["x", "y"], ["z"], "scores")
    data = model_of([node], {"x": x.shape, "y": y.shape}, {"z": [2, 3, 5, 6]}, {})
    layer = only(run(data, given(x=x, y=y)))
    wide = np.broadcast_to(y, (2, 3, 8, 6))
    expected = [products(x[i, j], wide[i, j]) for i in range(2) for j in range(3)]
    assert layer.count.macs.both_nonzero == sum(expected)
    assert layer.zeros.ofmap == pytest.approx(share(x @ y))
