"""Which nodes make one layer."""

import onnx
from onnx import TensorProto, helper

from py.layers import Model
from tests.models import conv_net, read, serialised, weights


def op_types(model: Model) -> list[tuple[str, ...]]:
    return [layer.op_types for layer in model.layers]


def test_batch_norm_and_activation_join_their_convolution_and_views_what_they_follow() -> None:
    model = read(conv_net())
    assert op_types(model) == [
        ("Conv", "BatchNormalization", "Relu"),
        ("MaxPool", "Flatten"),
        ("Gemm",),
    ]
    conv, pool, dense = model.layers
    assert (conv.kind, pool.kind, dense.kind) == ("conv", "pool", "dense")
    assert conv.parameters == 4 * 27 + 16
    assert conv.ops == 4 * 64 * (2 + 1)  # scale, shift; one comparison
    assert pool.ops == 4 * 16 * 4
    assert dense.loops is not None
    assert (dense.loops.c, dense.loops.r, dense.loops.s) == (4, 4, 4)  # as wide as its input
    assert dense.macs == 640
    assert conv.nodes == (0, 1, 2)


def test_a_tensor_that_others_read_too_ends_its_layer() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv1"),
        helper.make_node("Relu", ["c"], ["r"], "relu1"),
        helper.make_node("Add", ["c", "r"], ["y"], "add1"),
    ]
    model = read(
        serialised(nodes, {"x": (1, 2, 4, 4)}, {"y": (1, 2, 4, 4)}, [weights("w", 2, 2, 1, 1)])
    )
    assert op_types(model) == [("Conv",), ("Relu",), ("Add",)]


def test_a_name_inside_a_body_is_no_reader_of_the_same_name_outside() -> None:
    def branch(name: str, *nodes: onnx.NodeProto) -> onnx.GraphProto:
        outputs = [helper.make_tensor_value_info("t", TensorProto.FLOAT, (1, 2, 4, 4))]
        return helper.make_graph(list(nodes), name, [], outputs)

    inner = [helper.make_node("Neg", ["x"], ["c"]), helper.make_node("Abs", ["c"], ["t"])]
    choice = helper.make_node(
        "If",
        ["flag"],
        ["z"],
        then_branch=branch("then", *inner),
        else_branch=branch("else", helper.make_node("Neg", ["x"], ["t"])),
    )
    nodes = [
        choice,
        helper.make_node("Conv", ["x", "w"], ["c"], "conv1"),
        helper.make_node("Relu", ["c"], ["y"], "relu1"),
    ]
    shape = (1, 2, 4, 4)
    stored = [
        weights("w", 2, 2, 1, 1),
        helper.make_tensor("flag", TensorProto.BOOL, [], [True]),
    ]
    model = read(serialised(nodes, {"x": shape}, {"y": shape, "z": shape}, stored))
    assert op_types(model)[-1] == ("Conv", "Relu")


def test_an_output_of_the_graph_ends_its_layer() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv1"),
        helper.make_node("Relu", ["c"], ["y"], "relu1"),
    ]
    shape = (1, 2, 4, 4)
    model = read(
        serialised(nodes, {"x": shape}, {"y": shape, "c": shape}, [weights("w", 2, 2, 1, 1)])
    )
    assert op_types(model) == [("Conv",), ("Relu",)]


def test_a_gated_activation_joins_as_a_whole() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv1"),
        helper.make_node("Sigmoid", ["c"], ["s"], "sigmoid"),
        helper.make_node("Mul", ["c", "s"], ["y"], "mul"),
    ]
    model = read(
        serialised(nodes, {"x": (1, 2, 4, 4)}, {"y": (1, 2, 4, 4)}, [weights("w", 2, 2, 1, 1)])
    )
    assert op_types(model) == [("Conv", "Sigmoid", "Mul")]


def test_a_branch_that_pools_is_no_gate() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv1"),
        helper.make_node("GlobalAveragePool", ["c"], ["g"], "squeeze"),
        helper.make_node("Sigmoid", ["g"], ["s"], "sigmoid"),
        helper.make_node("Mul", ["c", "s"], ["y"], "mul"),
    ]
    model = read(
        serialised(nodes, {"x": (1, 2, 4, 4)}, {"y": (1, 2, 4, 4)}, [weights("w", 2, 2, 1, 1)])
    )
    assert op_types(model) == [("Conv",), ("GlobalAveragePool", "Sigmoid"), ("Mul",)]


def test_shape_arithmetic_is_no_layer() -> None:
    nodes = [
        helper.make_node("Shape", ["x"], ["s"], "shape"),
        helper.make_node("Reshape", ["x", "s"], ["y"], "reshape"),
    ]
    model = read(serialised(nodes, {"x": (1, 2, 4, 4)}, {"y": (1, 2, 4, 4)}))
    assert op_types(model) == [("Reshape",)]
    assert model.layers[0].in_place
    assert any(note.code == "shape-nodes" for note in model.notes)


def test_an_unknown_operator_is_named_with_what_is_lost() -> None:
    nodes = [
        helper.make_node("Mystery", ["x"], ["m"], "odd", domain="com.example"),
        helper.make_node("Relu", ["m"], ["y"], "relu"),
    ]
    model = read(serialised(nodes, {"x": (1, 2)}, {"y": None}))
    assert [entry.op for entry in model.not_modelled] == ["com.example:Mystery"]
    assert "com.example:Mystery" in model.not_modelled[0].reason
    assert model.nodes[0].macs is None


def test_a_dynamically_quantised_convolution_is_one_layer() -> None:
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["q", "scale", "zero"], "quantise"),
        helper.make_node("Mul", ["scale", "wscale"], ["both"], "scales"),
        helper.make_node("ConvInteger", ["q", "w", "zero"], ["c"], "conv"),
        helper.make_node("Cast", ["c"], ["f"], "cast", to=1),
        helper.make_node("Mul", ["f", "both"], ["s"], "rescale"),
        helper.make_node("Relu", ["s"], ["y"], "relu"),
    ]
    stored = [
        weights("wscale", 1),
        helper.make_tensor("w", TensorProto.INT8, (4, 2, 1, 1), [1] * 8),
    ]
    model = read(serialised(nodes, {"x": (1, 2, 5, 5)}, {"y": (1, 4, 5, 5)}, stored))
    assert op_types(model) == [
        ("DynamicQuantizeLinear",),  # three tensors leave it: what reads one of them is apart
        ("Mul",),
        ("ConvInteger", "Cast", "Mul", "Relu"),
    ]
    quantised, _, conv = model.layers
    assert quantised.ofmap_elements == 52
    assert (conv.activation_dtype, conv.weight_dtype) == ("uint8", "int8")
    assert conv.ifmap_elements == 50 + 1 + 1  # the data with its zero point, and the scale
    assert conv.ofmap_elements == 100


def test_a_gain_for_each_image_and_channel_is_data_and_no_scale() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv1"),
        helper.make_node("Mul", ["c", "g"], ["y"], "gain"),
    ]
    shapes = {"x": (1, 2, 5, 5), "g": (1, 4, 1, 1)}
    model = read(serialised(nodes, dict(shapes), {"y": (1, 4, 5, 5)}, [weights("w", 4, 2, 1, 1)]))
    assert op_types(model) == [("Conv",), ("Mul",)]
