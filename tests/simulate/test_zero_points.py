"""Quantised values: zero where they equal their zero point."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from py.simulate import Inputs, Simulation
from py.simulate.zero_points import zero_points
from tests.simulate.running import only, run

X = np.random.default_rng(1).integers(100, 108, (2, 3, 6, 6)).astype(np.uint8)
W = np.random.default_rng(2).integers(-3, 4, (4, 3, 3, 3)).astype(np.int8)
X_ZERO = np.array(103, np.uint8)
W_ZEROS = np.array([0, 1, -1, 2], np.int8)
ONE = np.array(1, np.float32)


def simulated(
    node: Any, more: list[Any], arrays: dict[str, Any], out: int, given: NDArray[Any] = X
) -> Simulation:
    types = [("x", TensorProto.UINT8, list(given.shape))]
    graph = helper.make_graph(
        [node, *more],
        "quantised",
        [helper.make_tensor_value_info(*entry) for entry in types],
        [helper.make_tensor_value_info("y", out, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in arrays.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return run(model.SerializeToString(), Inputs({"x": given}, "a test"), len(given))


def products(x: NDArray[np.bool_], w: NDArray[np.bool_]) -> int:
    """MACs of which both are not zero, of 3x3 filters without padding."""
    count = 0
    for row in range(4):
        for column in range(4):
            under = x[:, :, row : row + 3, column : column + 3].reshape(2, -1).astype(int)
            count += int((under @ w.reshape(4, -1).T.astype(int)).sum())
    return count


def test_a_convolution_of_whole_numbers_has_zero_points_of_its_own() -> None:
    node = helper.make_node("ConvInteger", ["x", "w", "x_zero", "w_zero"], ["y"], "conv")
    arrays = {"w": W, "x_zero": X_ZERO, "w_zero": np.array(1, np.int8)}
    layer = only(simulated(node, [], arrays, TensorProto.INT32))
    x, w = X_ZERO != X, W != 1
    assert layer.zeros.ifmap == pytest.approx(1 - x.mean())
    assert layer.zeros.weight == pytest.approx(1 - w.mean())
    assert layer.count.macs.both_nonzero == products(x, w)


def test_a_product_may_have_a_zero_point_for_each_of_its_columns() -> None:
    node = helper.make_node("MatMulInteger", ["x", "w", "x_zero", "w_zeros"], ["y"], "product")
    x, w = X.reshape(18, 12), W.reshape(27, 4)[:12]
    arrays = {"w": w, "x_zero": X_ZERO, "w_zeros": W_ZEROS}
    layer = only(simulated(node, [], arrays, TensorProto.INT32, x))
    left, right = x != X_ZERO, w != W_ZEROS
    assert layer.zeros.weight == pytest.approx(1 - right.mean())
    assert layer.count.macs.both_nonzero == int((left.astype(int) @ right.astype(int)).sum())


def test_a_quantised_convolution_leaves_values_with_a_zero_point() -> None:
    names = ["x", "one", "x_zero", "w", "one", "w_zero", "large", "y_zero"]
    node = helper.make_node("QLinearConv", names, ["c"], "conv")
    pool = helper.make_node("MaxPool", ["c"], ["y"], "pool", kernel_shape=[2, 2])
    arrays: dict[str, Any] = {"one": ONE, "x_zero": X_ZERO, "w": W, "w_zero": np.array(1, np.int8)}
    arrays |= {"large": np.array(40, np.float32), "y_zero": np.array(7, np.uint8)}
    found = simulated(node, [pool], arrays, TensorProto.UINT8)
    (layer,) = found.layers
    x, w = X_ZERO != X, W != 1
    assert layer.count.macs.both_nonzero == products(x, w)
    sums = np.zeros((2, 4, 4, 4))
    for row in range(4):
        for column in range(4):
            under = X[:, :, row : row + 3, column : column + 3].reshape(2, -1).astype(int) - 103
            sums[:, :, row, column] = under @ (W.reshape(4, -1).T.astype(int) - 1)
    zero = np.clip(np.round(sums / 40) + 7, 0, 255) == 7
    assert 0 < zero.mean() < 1
    assert layer.zeros.ofmap == pytest.approx(zero.mean())
    pooled = found.zeros[1].zeros
    assert pooled.ifmap == layer.zeros.ofmap
    assert pooled.ofmap is not None
    assert pooled.ofmap < 1


def test_zero_points_are_handed_on_and_may_be_left_out() -> None:
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["q"], axis=0),
        helper.make_node("Transpose", ["q"], ["t"]),
        helper.make_node("QuantizeLinear", ["x", "scale"], ["plain"]),
        helper.make_node("DynamicQuantizeLinear", ["x"], ["d", "d_scale", "d_zero"]),
        helper.make_node("Add", ["t", "t"], ["sum"]),
    ]
    found = zero_points(helper.make_model(helper.make_graph(nodes, "g", [], [])))
    assert {name: (point.name, point.axis) for name, point in found.items()} == {
        "q": ("zero", 0),
        "t": ("zero", 0),
        "d": ("d_zero", 0),
    }


def test_points_that_do_not_fit_leave_the_zeros_unknown() -> None:
    node = helper.make_node("ConvInteger", ["x", "w", "x_zero", "w_zeros"], ["y"], "conv")
    point = zero_points(helper.make_model(helper.make_graph([node], "g", [], [])))["w"]
    assert point.nonzero(W, W_ZEROS[:3]) is None
    assert point.nonzero(W, W_ZEROS.reshape(2, 2)) is None
    assert point.nonzero(W, np.array([[1]], np.int8)) is not None
