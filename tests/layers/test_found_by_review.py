"""Cases that a reader of the code found: each was once dropped, doubled or given a wrong type."""

from onnx import TensorProto, helper

from py.layers import Choices, Model
from py.layers.read import with_batch
from py.layers.report import model_json
from py.platforms import load_platform
from tests.layers.report_models import unknown_operator
from tests.models import read, serialised, weights


def only(model: Model) -> tuple[str, int | None, int]:
    (layer,) = model.layers
    assert layer.loops is not None
    return layer.kind, layer.macs, layer.loops.n


def test_a_branch_that_takes_its_data_from_outside_is_not_dropped() -> None:
    inner = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["r"])],
        "branch",
        [],
        [helper.make_tensor_value_info("r", TensorProto.FLOAT, (1, 2))],
    )
    nodes = [
        helper.make_node(
            "Constant", [], ["yes"], value=helper.make_tensor("", TensorProto.BOOL, [], [True])
        ),
        helper.make_node("If", ["yes"], ["y"], "choice", then_branch=inner, else_branch=inner),
    ]
    model = read(serialised(nodes, {"x": (1, 2)}, {"y": (1, 2)}))
    assert [(layer.op_types, layer.path) for layer in model.layers] == [
        (("Relu",), "/1:If:then_branch")
    ]
    assert model.macs == 0
    assert not model.not_modelled


def test_weights_on_the_left_are_weights() -> None:
    node = helper.make_node("MatMul", ["w", "x"], ["y"])
    model = read(serialised([node], {"x": (64, 8)}, {"y": (32, 8)}, [weights("w", 32, 64)]))
    assert only(model) == ("dense", 32 * 64 * 8, 8)
    assert model.layers[0].weight_elements == model.parameters == 32 * 64


def test_a_product_of_constants_has_its_macs() -> None:
    node = helper.make_node("MatMul", ["a", "b"], ["p"])
    last = helper.make_node("Add", ["x", "p"], ["y"])
    stored = [weights("a", 4, 4), weights("b", 4, 4)]
    model = read(serialised([node, last], {"x": (4, 4)}, {"y": (4, 4)}, stored))
    assert model.macs == 64


def test_a_large_constant_is_a_layer_of_its_own() -> None:
    """A position embedding is no bias: its words are read."""
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["m"], "project"),
        helper.make_node("Add", ["m", "bias"], ["b"], "bias"),
        helper.make_node("Add", ["b", "places"], ["y"], "embed"),
    ]
    stored = [weights("w", 8, 6), weights("bias", 6), weights("places", 10, 6)]
    model = read(serialised(nodes, {"x": (1, 10, 8)}, {"y": (1, 10, 6)}, stored))
    assert [layer.op_types for layer in model.layers] == [("MatMul", "Add"), ("Add",)]
    assert model.layers[1].weight_elements == 60


def test_an_embedding_reads_the_rows_that_it_looks_up() -> None:
    node = helper.make_node("Gather", ["table", "x"], ["y"])
    model = read(serialised([node], {"x": (1, 5)}, {"y": (1, 5, 16)}, [weights("table", 99, 16)]))
    assert model.layers[0].weight_elements == 80


def test_what_is_selected_of_an_activation_is_what_is_read_of_it() -> None:
    """One of three: a third is read; what is looked up more often than it is there, once."""
    few = serialised(
        [helper.make_node("Gather", ["x", "i"], ["y"], axis=0)],
        {"x": (3, 5, 16)},
        {"y": (5, 16)},
        [helper.make_tensor("i", TensorProto.INT64, [], [1])],
    )
    (layer,) = read(few).layers
    assert (layer.ifmap_elements, layer.ofmap_elements) == (80, 80)
    many = serialised(
        [helper.make_node("Gather", ["x", "i"], ["y"], axis=0)],
        {"x": (3, 16), "i": (7,)},
        {"y": (7, 16)},
    )
    (layer,) = read(many).layers
    assert (layer.ifmap_elements, layer.ofmap_elements) == (3 * 16 + 7, 7 * 16)


def test_a_quantised_model_keeps_its_widths() -> None:
    scale = helper.make_tensor("scale", TensorProto.FLOAT, [], [0.1])
    stored = [scale, helper.make_tensor("w8", TensorProto.INT8, (2, 2, 1, 1), [1, 2, 3, 4])]
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "scale"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "scale"], ["d"]),
        helper.make_node("DequantizeLinear", ["w8", "scale"], ["w"]),
        helper.make_node("Conv", ["d", "w"], ["y"], "conv"),
    ]
    model = read(serialised(nodes, {"x": (1, 2, 4, 4)}, {"y": (1, 2, 4, 4)}, stored))
    conv = next(layer for layer in model.layers if layer.kind == "conv")
    assert (conv.weight_dtype, conv.activation_dtype) == ("int8", "uint8")


def test_three_fixed_dimensions_are_no_batch() -> None:
    node = helper.make_node("Relu", ["x"], ["y"])
    assert read(serialised([node], {"x": (3, 32, 32)}, {"y": (3, 32, 32)})).batch == 1
    assert read(serialised([node], {"x": ("n", 32, 32)}, {"y": ("n", 32, 32)})).batch == 1


def test_products_of_activations_scale_by_their_number() -> None:
    node = helper.make_node("MatMul", ["a", "b"], ["y"])
    shapes = {"a": ("n", 2, 5, 7), "b": ("n", 2, 7, 5)}
    data = serialised([node], shapes, {"y": ("n", 2, 5, 5)})  # type: ignore[arg-type]
    scaled, read_so = with_batch(read(data), 4), read(data, choices=Choices(batch=4))
    assert scaled.layers[0].loops == read_so.layers[0].loops
    assert scaled.inputs == read_so.inputs


def test_a_dense_layer_on_large_maps_costs_what_it_costs_on_flat_ones() -> None:
    stored = [weights("w", 8 * 13 * 13, 20)]
    flatten = helper.make_node("Flatten", ["x"], ["f"])
    product = helper.make_node("MatMul", ["f", "w"], ["y"], "fc")
    on_maps = read(serialised([flatten, product], {"x": (1, 8, 13, 13)}, {"y": (1, 20)}, stored))
    on_flat = read(serialised([product], {"f": (1, 8 * 169)}, {"y": (1, 20)}, stored))
    eyeriss = load_platform("eyeriss")
    first, second = (eyeriss.estimate(model.layers[-1]) for model in (on_maps, on_flat))
    assert first is not None
    assert second is not None
    assert first.energy_macs == second.energy_macs


def test_parameters_of_an_unknown_operator_that_reads_weights_are_not_known() -> None:
    model = read(unknown_operator())
    parameters = {node.op: node.parameters for node in model.nodes}
    assert parameters["mine:Riddle"] is None
    assert parameters["mine:Mystery"] == 0
    document = model_json(model)
    assert document["totals"]["parameters"] is None
    assert document["nodes"][3]["parameters"] is None
