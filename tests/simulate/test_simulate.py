"""From a model's bytes to counts, and what is told where that does not go."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from py.errors import JoulegraphError
from py.layers import Layer
from py.platforms.accelerator.nest.count import accesses
from py.simulate import Coding, Mapped, RunLength, SignificanceMap, Uncoded, simulate
from tests.simulate.by_hand import row_stationary
from tests.simulate.models import given, layers_of, model_of, sparse
from tests.simulate.running import only, run, uncoded


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


def with_own_coding(layer: Layer) -> Mapped:
    return row_stationary(layer)._replace(coding_of=uncoded)


def test_words_are_those_of_the_nest_and_coded_ones_are_told_apart() -> None:
    x, w = sparse(1, 2, 3, 9, 9, zeros=0.8), sparse(2, 4, 3, 3, 3)
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv", pads=[1, 1, 1, 1])
    data = model_of([node], {"x": [2, 3, 9, 9]}, {"y": [2, 4, 9, 9]}, {"w": w})
    (layer,) = layers_of(data).layers
    problem, machine, mapping, *_ = row_stationary(layer)
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
        own = simulate(data, given(x=x), [layer], with_own_coding, coding_of)
        assert only(own).count == plain


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


def test_a_file_with_some_weights_taken_out_is_refused() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv")
    data = model_of([node], {"x": [1, 3, 9, 9]}, {"y": [1, 4, 7, 7]}, {"w": sparse(2, 4, 3, 3, 3)})
    model = onnx.load_model_from_string(data)
    model.graph.initializer[0].ClearField("raw_data")
    with pytest.raises(JoulegraphError) as raised:
        run(model.SerializeToString(), given(x=sparse(1, 1, 3, 9, 9)))
    assert raised.value.code == "simulate-weightless"
    assert "a weight, 'w'" in raised.value.message


def test_a_model_that_does_not_run_is_told() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv", domain="nobody.knows")
    data = model_of([node], {"x": [1, 3, 9, 9]}, {"y": [1, 4, 7, 7]}, {"w": sparse(2, 4, 3, 3, 3)})
    with pytest.raises(JoulegraphError) as raised:
        simulate(data, given(x=sparse(1, 1, 3, 9, 9)), [], row_stationary, uncoded)
    assert raised.value.code == "simulate-run"
    with pytest.raises(JoulegraphError) as raised:
        simulate(b"no model \xff\xff", given(), [], row_stationary, uncoded)
    assert raised.value.code == "simulate-model"
