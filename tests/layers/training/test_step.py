"""A training step: which layers it has, in which order, and what each computes and moves."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from onnx import TensorProto, helper

from py.errors import JoulegraphError
from py.layers import Bits, Layer, Model, Zeros, dense_loops, read_model
from py.layers.training import OPTIMIZERS, PHASES, training_model
from tests.models import conv_net, read, serialised, weights

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted(path.stem for path in (ROOT / "public" / "models").glob("*.onnx"))
_BACKWARD = ("input_gradient", "weight_gradient")


def step(model: Model, optimizer: str = "sgd") -> dict[str, Layer]:
    found = training_model(model, optimizer).layers
    assert len({layer.name for layer in found}) == len(found)
    return {layer.name: layer for layer in found}


def sample(name: str) -> Model:
    with (ROOT / "public" / "models" / f"{name}.onnx").open("rb") as file:
        return read_model(file, f"{name}.onnx")


def macs(layers: Sequence[Layer], *phases: str) -> int:
    return sum(layer.all_macs or 0 for layer in layers if layer.phase in phases)


def test_the_layers_of_a_step_in_the_order_in_which_they_run() -> None:
    found = training_model(read(conv_net()), "sgd").layers
    assert [(layer.name, layer.phase) for layer in found] == [
        ("conv1", "forward"),
        ("conv1 / normalisation", "forward"),
        ("pool1", "forward"),
        ("pool1 / indices", "forward"),
        ("fc1", "forward"),
        ("fc1 / input gradient", "input_gradient"),
        ("fc1 / weight gradient", "weight_gradient"),
        ("pool1 / input gradient", "input_gradient"),
        ("conv1 / activation gradient", "input_gradient"),
        ("conv1 / normalisation gradient", "input_gradient"),
        ("conv1 / weight gradient", "weight_gradient"),
        ("conv1 / update", "update"),
        ("fc1 / update", "update"),
    ]
    assert {layer.phase for layer in found} == set(PHASES)
    assert all(layer.inference is not None for layer in found)


def test_what_each_layer_of_a_step_computes_and_moves() -> None:
    """3x3 convolution of 3 x 8 x 8 to 4 maps, batch norm, relu, pool, dense 64 to 10; batch 2."""
    found = step(read(conv_net(2)), "adam")
    maps, image = 2 * 4 * 64, 2 * 3 * 64

    def told(name: str) -> tuple[int | None, ...]:
        own = found[name]
        sizes = own.ifmap_elements, own.weight_elements, own.ofmap_elements
        return own.macs, own.ops, *sizes

    assert told("conv1") == (maps * 27, 0, image, 108, maps)
    # seven operations and the relu; the product is read twice, scale and shift once
    assert told("conv1 / normalisation") == (0, maps * 8, 2 * maps, 8, maps)
    assert told("pool1 / indices") == (0, 0, 0, 0, maps // 4)
    # one sum brings each gradient to where the maximum was
    assert told("pool1 / input gradient") == (0, maps // 4, maps // 2, 0, maps)
    assert told("conv1 / activation gradient") == (0, maps, 2 * maps, 0, maps)
    assert told("conv1 / normalisation gradient") == (0, 9 * maps, 4 * maps, 12, maps + 8)
    assert told("conv1 / weight gradient") == (maps * 27, 0, image + maps, 0, 108)
    assert told("fc1 / input gradient") == (1280, 0, 20, 640, 128)
    assert told("fc1 / weight gradient") == (1280, 20, 148, 0, 650)
    # w, g, m, v read, w, m, v written: of 650 parameters, and of 116 that learn
    assert told("fc1 / update") == (0, 14 * 650, 3 * 650, 650, 3 * 650)
    assert told("conv1 / update") == (0, 14 * 116, 3 * 116, 116, 3 * 116)


@pytest.mark.parametrize(
    ("name", "ops", "read", "written"),
    [("sgd", 2, 2, 1), ("momentum", 4, 3, 2), ("adam", 14, 4, 3)],
)
def test_an_update_reads_and_writes_what_its_optimizer_keeps(
    name: str, ops: int, read: int, written: int
) -> None:
    layer = Layer("fc", "dense", ("Gemm",), (0,), 600, 0, 600, 20, 600, 30, dense_loops(1, 20, 30))
    update = step(Model("m", "table", 1, (layer,), parameters=600), name)["fc / update"]
    assert update.ops == ops * 600
    assert (update.ifmap_elements or 0) + (update.weight_elements or 0) == read * 600
    assert update.ofmap_elements == written * 600
    assert OPTIMIZERS[name].ops == ops


@pytest.mark.parametrize("name", SAMPLES)
def test_backward_is_two_forward_less_the_first_layers_input_gradient(name: str) -> None:
    """As the literature counts (Hobbhahn and Sevilla 2021); all sizes are those of the forward."""
    model = sample(name)
    found = training_model(model, "sgd").layers
    first = next(layer for layer in model.layers if layer.macs)
    assert macs(found, "forward") == macs(found, "weight_gradient") == model.macs
    assert macs(found, "input_gradient") == (model.macs or 0) - (first.macs or 0)
    for layer in found:
        own = layer.inference
        assert own is not None
        assert layer.loops is None or layer.loops.macs == layer.macs == own.macs
        if layer.phase == "weight_gradient" and layer.kind in ("conv", "dense"):
            biases = own.parameters - (own.weight_elements or 0)
            assert 0 <= (layer.ofmap_elements or 0) - (own.weight_elements or 0) <= biases
        if layer.name.endswith(" / input gradient") and layer.loops is not None:
            assert own.loops is not None
            assert layer.ofmap_elements == own.loops.ifmap_elements
            assert layer.weight_elements == own.weight_elements
    updated = sum(layer.weight_elements or 0 for layer in found if layer.phase == "update")
    running = sum(
        2 * (layer.loops.g * layer.loops.m if layer.loops else 0)
        for layer in model.layers
        if "BatchNormalization" in layer.op_types
    )
    assert updated == (model.parameters or 0) - running


@pytest.mark.parametrize("name", ["alexnet", "resnet18", "mobilenet_v2"])
def test_every_gradient_that_is_read_was_written(name: str) -> None:
    """What the last part of a layer sends back is what the layer before gets, to the element."""
    model = sample(name)
    found = training_model(model, "sgd").layers
    written = {
        layer.inference.ifmaps: layer.ofmap_elements
        for layer in found
        if layer.name.endswith(" / input gradient") and layer.inference is not None
    }
    assert len(written) > 5
    for layer in model.layers:
        back = written.get(layer.ofmaps)
        assert back is None or back == layer.ofmap_elements


def test_nothing_is_sent_back_to_where_nothing_learns() -> None:
    nodes = [
        helper.make_node("Mul", ["x", "x"], ["square"], "square"),
        helper.make_node("Conv", ["square", "w"], ["a"], "a", pads=[1, 1, 1, 1]),
        helper.make_node("ArgMax", ["a"], ["most"], "most", axis=1),
        helper.make_node("Conv", ["a", "v"], ["b"], "b", pads=[1, 1, 1, 1]),
    ]
    data = serialised(
        nodes,
        {"x": (1, 3, 8, 8)},
        {"b": (1, 4, 8, 8)},
        [weights("w", 4, 3, 3, 3), weights("v", 4, 4, 3, 3)],
    )
    found = step(read(data))
    assert {name for name in found if "gradient" in name} == {
        *("a / weight gradient", "b / input gradient", "b / weight gradient")
    }


def test_gradients_that_meet_are_added() -> None:
    """A map that two layers read gets two gradients: the first one sent back is only written."""
    nodes = [
        helper.make_node("Conv", ["x", "u"], ["stem"], "stem", pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["stem", "v"], ["one"], "one", pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["stem", "w"], ["other"], "other", pads=[1, 1, 1, 1]),
    ]
    shapes = {"u": (4, 3, 3, 3), "v": (4, 4, 3, 3), "w": (4, 4, 3, 3)}
    data = serialised(
        nodes,
        {"x": (1, 3, 8, 8)},
        {"one": (1, 4, 8, 8), "other": (1, 4, 8, 8)},
        [weights(name, *shape) for name, shape in shapes.items()],
    )
    found = step(read(data))
    one, other = found["one / input gradient"], found["other / input gradient"]
    assert {one.ops, other.ops} == {0, 256}
    assert (one.ifmap_elements or 0) + (other.ifmap_elements or 0) == 2 * 256 + 256


def test_a_weight_that_layers_share_is_updated_once() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["a"], "a", pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["a", "w", "b"], ["y"], "y", pads=[1, 1, 1, 1]),
    ]
    data = serialised(
        nodes,
        {"x": (1, 4, 8, 8)},
        {"y": (1, 4, 8, 8)},
        [weights("w", 4, 4, 3, 3), weights("b", 4)],
    )
    found = step(read(data))
    assert "a / update" in found
    assert "y / update" not in found
    assert found["a / update"].weight_elements == 148
    # the gradient of the second is added to
    assert found["y / weight gradient"].ops == 256 + 144


def test_a_product_of_two_activations_has_a_gradient_of_each() -> None:
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["a"], "project"),
        helper.make_node("MatMul", ["a", "y"], ["z"], "product"),
    ]
    data = serialised(
        nodes, {"x": (2, 5, 3), "y": (2, 4, 7)}, {"z": (2, 5, 7)}, [weights("w", 3, 4)]
    )
    found = step(read(data))
    one, other = found["product / input gradient"], found["product / second input gradient"]
    assert one.macs == other.macs == 2 * 5 * 4 * 7
    assert (one.ifmap_elements, one.ofmap_elements) == (2 * 5 * 7 + 2 * 4 * 7, 2 * 5 * 4)
    assert (other.ifmap_elements, other.ofmap_elements) == (2 * 5 * 7 + 2 * 5 * 4, 2 * 4 * 7)
    assert "product / update" not in found


def test_a_recurrent_layer_adds_up_its_weights_gradient_after_all_steps() -> None:
    steps, batch, inputs, units = 6, 2, 5, 4
    nodes = [helper.make_node("LSTM", ["x", "w", "r"], ["y"], "lstm", hidden_size=units)]
    data = serialised(
        nodes,
        {"x": (steps, batch, inputs)},
        {"y": (steps, 1, batch, units)},
        [weights("w", 1, 4 * units, inputs), weights("r", 1, 4 * units, units)],
    )
    found = step(read(data))
    whole = found["lstm recurrent / weight gradient"]
    assert (whole.runs, whole.macs) == (1, steps * batch * 4 * units * units)
    assert whole.ofmap_elements == 4 * units * units
    back = found["lstm recurrent / input gradient"]
    assert (back.runs, back.macs) == (steps, batch * 4 * units * units)
    assert "lstm input / input gradient" not in found


def test_what_a_derivative_needs_and_no_layer_writes_is_kept() -> None:
    def net(*activation: str) -> dict[str, Layer]:
        nodes = [helper.make_node("Conv", ["x", "w"], ["c"], "conv", pads=[1, 1, 1, 1])]
        nodes += [helper.make_node(activation[0], ["c"], ["y"], "act")]
        data = serialised(
            nodes, {"x": (1, 3, 8, 8)}, {"y": (1, 4, 8, 8)}, [weights("w", 4, 3, 3, 3)], opset=20
        )
        return step(read(data))

    assert "conv / kept for the gradient" not in net("Relu")
    kept = net("Gelu")["conv / kept for the gradient"]
    assert (kept.phase, kept.kind, kept.ifmap_elements, kept.ofmap_elements) == (
        *("forward", "movement", 0, 256),
    )


def test_zeros_that_a_relu_left_are_zeros_of_the_gradient() -> None:
    model = sample("alexnet")
    layers = [
        layer.with_zeros(Zeros(ifmap=0.2, weight=0.1, ofmap=0.6))
        if layer.name == "conv2"
        else layer
        for layer in model.layers
    ]
    found = step(replace(model, layers=tuple(layers)))
    assert found["conv2 / input gradient"].zeros == Zeros(ifmap=0.6, weight=0.1)
    assert found["conv2 / weight gradient"].zeros == Zeros(ifmap=0.2, weight=0.6)


def test_gradients_have_the_widths_of_what_they_multiply() -> None:
    model = sample("lenet5")
    narrow = tuple(layer.with_bits(Bits(4, 8)) for layer in model.layers)
    found = step(replace(model, layers=narrow))
    assert found["C3 / input gradient"].bits == Bits(4, 8)
    assert found["C3 / weight gradient"].bits == Bits(8, 8)
    assert found["C3 / update"].bits == Bits(4, 4)


def test_a_layer_that_runs_in_a_part_is_still_updated() -> None:
    model = sample("lenet5")
    half = tuple(replace(layer, runs=0.5) for layer in model.layers)
    found = step(replace(model, layers=half))
    assert found["C3 / weight gradient"].runs == 0.5
    assert found["C3 / update"].runs == 1


def test_unknown_sizes_stay_unknown() -> None:
    layer = Layer("conv", "conv", ("Conv",), (0,), None, None, 100, None, 100, None)
    found = step(Model("m", "table", 1, (layer,), parameters=100))
    assert found["conv / weight gradient"].macs is None
    assert found["conv / weight gradient"].ifmap_elements is None
    assert found["conv / update"].ops == 200


def test_a_table_is_taken_as_a_chain_and_says_so() -> None:
    def dense(name: str) -> Layer:
        return Layer(name, "dense", ("Gemm",), (0,), 64, 0, 64, 8, 64, 8, dense_loops(1, 8, 8))

    made = training_model(Model("m", "table", 1, (dense("a"), dense("b"))), "sgd")
    assert [layer.name for layer in made.layers if layer.phase in _BACKWARD] == [
        *("b / input gradient", "b / weight gradient", "a / weight gradient")
    ]
    assert "training-chain" in {note.code for note in made.notes}
    assert "training-chain" not in {
        note.code for note in training_model(sample("nin"), "sgd").notes
    }


def test_another_optimizer_is_refused() -> None:
    with pytest.raises(JoulegraphError) as caught:
        training_model(sample("lenet5"), "lion")
    assert caught.value.code == "optimizer-unknown"
    with pytest.raises(ValueError, match="of an inference"):
        training_model(training_model(sample("lenet5"), "sgd"), "sgd")


def test_copies_send_back_their_sum() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], "a", pads=[1, 1, 1, 1]),
        helper.make_node("Tile", ["a", "times"], ["y"], "tile"),
    ]
    times = helper.make_tensor("times", TensorProto.INT64, (4,), [1, 1, 2, 2])
    data = serialised(
        nodes, {"x": (1, 3, 4, 4)}, {"y": (1, 2, 8, 8)}, [weights("w", 2, 3, 3, 3), times]
    )
    back = step(read(data))["tile / input gradient"]
    assert (back.ops, back.ifmap_elements, back.ofmap_elements) == (128, 128, 32)


def test_a_sum_hands_its_gradient_on_without_a_copy() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "v"], ["a"], "a", pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["x", "w"], ["b"], "b", pads=[1, 1, 1, 1]),
        helper.make_node("Add", ["a", "b"], ["sum"], "sum"),
        helper.make_node("MaxPool", ["sum"], ["y"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
    ]
    data = serialised(
        nodes,
        {"x": (1, 3, 4, 4)},
        {"y": (1, 2, 2, 2)},
        [weights("v", 2, 3, 3, 3), weights("w", 2, 3, 3, 3)],
    )
    found = step(read(data))
    handed = found["sum / input gradient"]
    assert (handed.in_place, handed.ops, handed.ofmap_elements) == (True, 0, 64)
    assert found["pool / input gradient"].ofmap_elements == 32
