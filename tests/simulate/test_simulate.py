"""From a model's bytes to counts: every kind of layer that is laid out, and those that are not."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper
from onnx.reference import ReferenceEvaluator

from py.errors import JoulegraphError
from py.layers import Layer
from py.platforms.accelerator.nest.count import accesses
from py.simulate import (
    Coding,
    Inputs,
    Mapped,
    RunLength,
    SignificanceMap,
    SimulatedLayer,
    Simulation,
    Uncoded,
    simulate,
)
from tests.simulate.by_hand import row_stationary
from tests.simulate.models import Floats, given, layers_of, model_of, sparse


def uncoded(tensor: str, place: str) -> Coding:
    return Uncoded()


def run(data: bytes, inputs: Inputs, batch: int | None = None) -> Simulation:
    return simulate(data, inputs, layers_of(data, batch).layers, row_stationary, uncoded)


def only(simulation: Simulation) -> SimulatedLayer:
    (layer,) = simulation.layers
    assert simulation.left == ()
    return layer


def share(values: Floats) -> float:
    return 1 - np.count_nonzero(values) / values.size


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
    from py.platforms.accelerator.nest.dims import sizes
    from py.platforms.accelerator.nest.problem import Problem

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


def test_activations_are_those_behind_the_folded_operators() -> None:
    x, w = sparse(1, 4, 3, 8, 8), sparse(2, 5, 3, 3, 3)
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("MaxPool", ["r"], ["p"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
    ]
    data = model_of(nodes, {"x": ["batch", 3, 8, 8]}, {"p": ["batch", 5, 4, 4]}, {"w": w})
    found = run(data, given(x=x), 4)
    conv, pool = found.zeros
    assert conv.name == "conv"
    assert conv.zeros.ofmap is not None
    assert 0.3 < conv.zeros.ofmap < 0.7
    assert pool.zeros.ifmap == conv.zeros.ofmap
    assert pool.zeros.weight is None
    assert pool.zeros.ofmap is not None
    assert pool.zeros.ofmap < conv.zeros.ofmap


def test_one_image_at_a_time_gives_what_all_at_once_give() -> None:
    """The file fixes the batch: all go at once. It leaves it free: one at a time."""
    x, w = sparse(1, 5, 3, 8, 8), sparse(2, 5, 3, 3, 3)
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv", pads=[1, 1, 1, 1])
    found = []
    for batch in ("batch", 5, 1):
        data = model_of([node], {"x": [batch, 3, 8, 8]}, {"y": [batch, 5, 8, 8]}, {"w": w})
        found.append(run(data, given(x=x), 5))
    assert found[0] == found[1] == found[2]
    assert found[0].images == 5


def test_words_are_those_of_the_nest_and_coded_ones_are_told_apart() -> None:
    x, w = sparse(1, 2, 3, 9, 9, zeros=0.8), sparse(2, 4, 3, 3, 3)
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv", pads=[1, 1, 1, 1])
    data = model_of([node], {"x": [2, 3, 9, 9]}, {"y": [2, 4, 9, 9]}, {"w": w})
    (layer,) = layers_of(data).layers
    problem, machine, mapping, _ = row_stationary(layer)
    plain = only(run(data, given(x=x))).count
    assert plain.words == accesses(problem, machine, mapping)
    assert plain.bits == {access: 16 * words for access, words in plain.words.items()}
    for coding in (SignificanceMap(), RunLength()):

        def coding_of(tensor: str, place: str, coding: Coding = coding) -> Coding:
            return coding if (tensor, place) == ("ifmap", "dram") else Uncoded()

        count = only(simulate(data, given(x=x), [layer], row_stationary, coding_of)).count
        changed = {a for a, bits in count.bits.items() if bits != plain.bits[a]}
        assert changed == {("ifmap", "dram", "read")}
        assert count.bits["ifmap", "dram", "read"] < 0.6 * plain.bits["ifmap", "dram", "read"]
        assert {c.coding for c in count.counts if c.access in changed} == {coding.name}


def test_weights_beside_the_file(tmp_path: Path) -> None:
    x, w = sparse(1, 2, 3, 9, 9), sparse(2, 4, 3, 3, 3)
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv")
    data = model_of([node], {"x": [2, 3, 9, 9]}, {"y": [2, 4, 7, 7]}, {"w": w})
    path = tmp_path / "model.onnx"
    onnx.save(
        onnx.load_model_from_string(data),
        str(path),
        save_as_external_data=True,
        location="model.weights",
        size_threshold=0,
    )
    assert (tmp_path / "model.weights").stat().st_size >= w.nbytes
    layers = layers_of(data).layers
    beside = simulate(path, given(x=x), layers, row_stationary, uncoded)
    assert beside == run(data, given(x=x))
    (tmp_path / "model.weights").unlink()
    with pytest.raises(JoulegraphError) as raised:
        simulate(path, given(x=x), layers, row_stationary, uncoded)
    assert raised.value.code == "simulate-weights"


def test_layers_that_are_not_laid_out_are_told() -> None:
    x, w, v = sparse(1, 1, 3, 9, 9), sparse(2, 4, 3, 3, 3), sparse(3, 4, 3, 2, 2)
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["y"], "conv"),
        helper.make_node("ConvTranspose", ["y", "v"], ["z"], "up", strides=[2, 2]),
    ]
    data = model_of(nodes, {"x": x.shape}, {"z": ["z"] * 4}, {"w": w, "v": v})
    found = run(data, given(x=x))
    assert [layer.name for layer in found.layers] == ["conv"]
    assert [(entry.name, entry.reason) for entry in found.left] == [
        ("up", "values of ConvTranspose are not laid out")
    ]
    assert [note.code for note in found.notes] == ["simulate-left"]
    assert found.zeros[1].zeros.ifmap == pytest.approx(found.zeros[0].zeros.ofmap)


def test_another_batch_than_the_layers_have_is_refused() -> None:
    x, w = sparse(1, 3, 3, 9, 9), sparse(2, 4, 3, 3, 3)
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv")
    data = model_of([node], {"x": ["batch", 3, 9, 9]}, {"y": ["b", 4, 7, 7]}, {"w": w})
    with pytest.raises(JoulegraphError) as raised:
        run(data, given(x=x), 2)
    assert raised.value.code == "simulate-nothing"
    assert "on 3 images" in raised.value.message
    assert "batch of 3" in raised.value.remedy


def test_weights_without_values_are_noted() -> None:
    x, w = sparse(1, 1, 3, 9, 9), np.zeros((4, 3, 3, 3), np.float32)
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv")
    data = model_of([node], {"x": x.shape}, {"y": [1, 4, 7, 7]}, {"w": w})
    found = run(data, given(x=x))
    assert only(found).count.macs.both_nonzero == 0
    assert [note.code for note in found.notes] == ["weights-all-zero"]


def test_a_file_without_weights_is_refused(root: Path) -> None:
    path = root / "public" / "models" / "lenet5.onnx"
    with pytest.raises(JoulegraphError) as raised:
        simulate(path, given(input=sparse(1, 1, 1, 32, 32)), [], row_stationary, uncoded)
    assert raised.value.code == "simulate-weightless"
    assert "10 weights, 'C1/weight' among them" in raised.value.message


def test_a_model_that_does_not_run_is_told() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv", domain="nobody.knows")
    data = model_of([node], {"x": [1, 3, 9, 9]}, {"y": [1, 4, 7, 7]}, {"w": sparse(2, 4, 3, 3, 3)})
    with pytest.raises(JoulegraphError) as raised:
        simulate(data, given(x=sparse(1, 1, 3, 9, 9)), [], row_stationary, uncoded)
    assert raised.value.code == "simulate-run"
    with pytest.raises(JoulegraphError) as raised:
        simulate(b"no model \xff\xff", given(), [], row_stationary, uncoded)
    assert raised.value.code == "simulate-model"
