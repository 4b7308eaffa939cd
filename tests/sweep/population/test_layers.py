"""Each constructor gives the layer that the reader makes of a file with the same operators."""

import io
from collections.abc import Sequence

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from py.layers import Layer, read_model
from py.sweep.population.layers import (
    add,
    alike,
    concat,
    conv,
    dense,
    depthwise,
    elementwise,
    global_pool,
    matmul,
    norm,
    pool,
    view,
)
from tests.models import serialised

Nodes = Sequence[onnx.NodeProto]


def weight(name: str, *shape: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.ones(shape, np.float32), name)


def bn(name: str, channels: int) -> list[onnx.TensorProto]:
    return [weight(f"{name}{part}", channels) for part in range(4)]


def normalised(x: str, y: str, name: str) -> onnx.NodeProto:
    return helper.make_node("BatchNormalization", [x, *(f"{name}{part}" for part in range(4))], [y])


def read(
    nodes: Nodes,
    inputs: dict[str, Sequence[int | str]],
    outputs: Sequence[str],
    weights: Sequence[onnx.TensorProto] = (),
) -> tuple[Layer, ...]:
    data = serialised(nodes, inputs, dict.fromkeys(outputs), weights)
    return read_model(io.BytesIO(data), "a.onnx").layers


def same(read_layer: Layer, made: Layer) -> None:
    assert alike(read_layer) == made
    # What layers are not compared by, and a measured device is timed by.
    assert read_layer.window == made.window
    assert read_layer.ofmap_shape == made.ofmap_shape


def test_convolution_with_norm_and_activation() -> None:
    nodes = [
        helper.make_node(
            "Conv", ["x", "w"], ["c"], pads=[1, 2, 0, 1], strides=[2, 1], dilations=[1, 2]
        ),
        normalised("c", "b", "n"),
        helper.make_node("Relu", ["b"], ["y"]),
    ]
    (layer,) = read(nodes, {"x": (2, 6, 17, 20)}, ["y"], [weight("w", 8, 6, 3, 5), *bn("n", 8)])
    made = conv(
        *((2, 6, 17, 20), 8, (3, 5)),
        stride=(2, 1),
        padding=(1, 2, 0, 1),
        dilation=(1, 2),
        then=("BatchNormalization", "Relu"),
    )
    same(layer, made)
    assert made.loops is not None
    assert made.macs == made.loops.macs


@pytest.mark.parametrize(("groups", "bias"), [(1, True), (3, False), (6, True)])
def test_groups_and_bias(groups: int, bias: bool) -> None:
    inputs = ["x", "w", "b"] if bias else ["x", "w"]
    weights = [weight("w", 12, 6 // groups, 3, 3), weight("b", 12)]
    nodes = [helper.make_node("Conv", inputs, ["y"], group=groups, pads=[1] * 4)]
    (layer,) = read(nodes, {"x": (1, 6, 9, 9)}, ["y"], weights[: 2 if bias else 1])
    same(layer, conv((1, 6, 9, 9), 12, 3, padding=1, groups=groups, bias=bias))


def test_depthwise() -> None:
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], group=6, pads=[1] * 4, strides=[2, 2])]
    (layer,) = read(nodes, {"x": (1, 6, 9, 9)}, ["y"], [weight("w", 6, 1, 3, 3)])
    same(layer, depthwise((1, 6, 9, 9), 3, stride=2, padding=1))


def test_dense_on_maps_laid_flat() -> None:
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "w", "b"], ["g"], transB=1),
        helper.make_node("Sigmoid", ["g"], ["y"]),
    ]
    weights = [weight("w", 10, 48), weight("b", 10)]
    pooled, product = read(nodes, {"x": (2, 3, 8, 8)}, ["y"], weights)
    same(pooled, pool((2, 3, 8, 8), 2, stride=2, then=("Flatten",)))
    same(product, dense((2, 48), 10, maps=(2, 3, 4, 4), then=("Sigmoid",)))


def test_dense_of_rows() -> None:
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    (layer,) = read(nodes, {"x": (2, 7, 16)}, ["y"], [weight("w", 16, 5)])
    same(layer, dense((2, 7, 16), 5, operator="MatMul"))


def test_product_of_two_activations() -> None:
    nodes = [
        helper.make_node("MatMul", ["q", "k"], ["s"]),
        helper.make_node("Softmax", ["s"], ["y"]),
    ]
    product, softmax = read(nodes, {"q": (2, 4, 7, 8), "k": (2, 4, 8, 7)}, ["y"])
    same(product, matmul((2, 4, 7, 8), (2, 4, 8, 7)))
    same(softmax, norm((2, 4, 7, 7), "Softmax"))


@pytest.mark.parametrize("of", ["avg", "max"])
def test_pooling(of: str) -> None:
    operator = {"avg": "AveragePool", "max": "MaxPool"}[of]
    nodes = [
        helper.make_node(operator, ["x"], ["p"], kernel_shape=[3, 2], strides=[2, 1], pads=[1] * 4),
        helper.make_node(f"Global{operator}", ["p"], ["y"]),
    ]
    window, everything = read(nodes, {"x": (2, 5, 9, 8)}, ["y"])
    made = pool((2, 5, 9, 8), (3, 2), of=of, stride=(2, 1), padding=1)  # type: ignore[arg-type]
    same(window, made)
    assert made.ofmap_shape is not None
    shape = [size or 0 for size in made.ofmap_shape]
    same(everything, global_pool(shape, of=of))  # type: ignore[arg-type]


def test_elementwise_with_a_gate() -> None:
    nodes = [
        helper.make_node("Add", ["a", "b"], ["s"]),
        helper.make_node("Sigmoid", ["s"], ["g"]),
        helper.make_node("Mul", ["s", "g"], ["y"]),
    ]
    (layer,) = read(nodes, {"a": (1, 4, 5, 5), "b": (1, 4, 5, 5)}, ["y"])
    same(layer, add((1, 4, 5, 5), (1, 4, 5, 5), then=("Sigmoid", "Mul")))


def test_broadcast_and_sum() -> None:
    nodes = [
        helper.make_node("Mul", ["a", "b"], ["m"]),
        helper.make_node("Sum", ["m", "a", "c"], ["y"]),
    ]
    inputs: dict[str, Sequence[int | str]] = {"a": (2, 4, 5, 5), "b": (2, 4, 1, 1)}
    gate, total = read(nodes, inputs | {"c": (1, 4, 5, 5)}, ["y"])
    same(gate, elementwise("Mul", (2, 4, 5, 5), (2, 4, 1, 1)))
    same(total, add((2, 4, 5, 5), (2, 4, 5, 5), (1, 4, 5, 5)))


def test_one_tensor_added_to_itself() -> None:
    (layer,) = read([helper.make_node("Add", ["x", "x"], ["y"])], {"x": (1, 4, 5, 5)}, ["y"])
    same(layer, add((1, 4, 5, 5)))


def test_norms_and_views_that_lead() -> None:
    nodes = [
        normalised("x", "n", "bn"),
        helper.make_node("Relu", ["n"], ["r"]),
        helper.make_node("Flatten", ["x"], ["f"]),
        helper.make_node("LayerNormalization", ["f", "s", "b"], ["y"]),
    ]
    weights = [*bn("bn", 4), weight("s", 100), weight("b", 100)]
    batch, flat, layer = read(nodes, {"x": (1, 4, 5, 5)}, ["r", "y"], weights)
    same(batch, norm((1, 4, 5, 5), then=("Relu",)))
    same(flat, view((1, 4, 5, 5)))
    same(layer, norm((1, 100), "LayerNormalization"))


def test_concatenation() -> None:
    nodes = [helper.make_node("Concat", ["a", "b"], ["y"], axis=1)]
    (layer,) = read(nodes, {"a": (1, 4, 5, 5), "b": (1, 2, 5, 5)}, ["y"])
    same(layer, concat((1, 4, 5, 5), (1, 2, 5, 5)))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: conv((1, 3, 8), 4, 3),
        lambda: conv((1, 3, 8, 8), 4, 3, groups=2),
        lambda: conv((1, 3, 2, 2), 4, 3),
        lambda: conv((1, 3, 8, 8), 4, 0),
        lambda: conv((1, 3, 8, 8), 4, 3, padding=-1),
        lambda: conv((1, 3, 8, 8), 4, 3, then=("Conv",)),
        lambda: conv((1, 0, 8, 8), 4, 3),
        lambda: pool((1, 3, 8, 8), 2, then=("BatchNormalization",)),
        lambda: pool((1, 3, 8, 8), 2, of="sum"),  # type: ignore[arg-type]
        lambda: dense((2, 3, 4), 5),
        lambda: dense((2, 12), 5, maps=(2, 3, 3, 3)),
        lambda: matmul((2, 3), (4, 2)),
        lambda: add((1, 4, 5, 5), (1, 3, 5, 5)),
        lambda: elementwise("Relu"),
        lambda: elementwise("NoSuchOperator", (1, 2)),
        lambda: concat((1, 4, 5, 5), (1, 4, 6, 5)),
        lambda: concat((1, 4), (1, 4), axis=2),
        lambda: view((1, 4), "Relu"),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="got"):
        wrong()  # type: ignore[operator]


def test_layers_that_are_alike_are_equal() -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], name="first"),
        helper.make_node("Sigmoid", ["a"], ["s"]),
        helper.make_node("Add", ["a", "s"], ["y"]),
    ]
    first, *_ = read(nodes, {"x": (1, 4)}, ["y"])
    assert first.name == "first"
    assert alike(first) == elementwise("Relu", (1, 4))
    assert alike(alike(first)) is not first
    assert hash(alike(first)) == hash(elementwise("Relu", (1, 4)))
