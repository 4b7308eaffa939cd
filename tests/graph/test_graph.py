"""The graph as the other rooms see it: producers, weights, operators without a rule."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

import py.graph
from py.graph import Graph
from tests.graph.single_operator import FLOAT, floats, read_model_proto

PUBLIC = (
    "ANSWERED_BY Attribute Choices Constant Execution Graph Initializer Input Node Question Region "
    "Shape TensorType UnknownOperator bits_of is_float is_integer names_read read_graph"
)


def graph_of(
    nodes: list[onnx.NodeProto],
    *,
    initializers: list[onnx.TensorProto] | None = None,
    value_infos: list[onnx.ValueInfoProto] | None = None,
    functions: list[onnx.FunctionProto] | None = None,
) -> Graph:
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", FLOAT, [2, 3])],
        [onnx.ValueInfoProto(name=nodes[-1].output[0])],
        initializers or [],
        value_info=value_infos or [],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    return read_model_proto(
        helper.make_model(graph, opset_imports=opsets, functions=functions or [])
    )


def test_the_public_names_are_these() -> None:
    assert sorted(py.graph.__all__) == sorted(PUBLIC.split())
    assert all(hasattr(py.graph, name) for name in py.graph.__all__)


def test_a_weight_is_followed_to_its_initializers() -> None:
    graph = graph_of(
        [
            helper.make_node("Identity", ["w"], ["i"]),
            helper.make_node("Transpose", ["i"], ["t"]),
            helper.make_node("Constant", [], ["c"], value_float=2.0),
            helper.make_node("Mul", ["t", "c"], ["scaled"]),
            helper.make_node("RandomNormal", [], ["noise"], shape=[3, 4]),
            helper.make_node("Add", ["scaled", "noise"], ["noisy"]),
            helper.make_node("MatMul", ["x", "scaled"], ["y"]),
        ],
        initializers=[numpy_helper.from_array(np.ones((4, 3), np.float32), "w")],
    )
    assert [name for name in graph.tensors if graph.is_weight(name)] == [
        "w",
        "i",
        "t",
        "c",
        "scaled",
    ]
    producer = graph.producer_of("y")
    assert producer is not None
    assert (producer.op, producer.index) == ("MatMul", 6)
    assert graph.producer_of("x") is graph.producer_of("w") is None
    assert graph.type_of("y").shape == (2, 4)


def test_an_unknown_operator_is_named_with_what_is_lost() -> None:
    graph = graph_of(
        [
            helper.make_node("Strange", ["x"], ["s"], name="odd", domain="mine"),
            helper.make_node("Relu", ["s"], ["r"]),
            helper.make_node("Relu", ["x"], ["fine"]),
            helper.make_node("Add", ["r", "fine"], ["y"]),
        ]
    )
    (unknown,) = graph.unknown
    assert (unknown.index, unknown.name, unknown.op) == (0, "odd", "mine:Strange")
    assert unknown.lost == ("s", "r", "y")
    assert graph.type_of("fine").shape == (2, 3)
    assert graph.type_of("r").shape is None
    assert not graph.is_weight("s")


def test_what_the_file_declares_stands_in_and_is_marked() -> None:
    graph = graph_of(
        [
            helper.make_node("Strange", ["x"], ["s"], domain="mine"),
            helper.make_node("Relu", ["s"], ["y"]),
        ],
        value_infos=[helper.make_tensor_value_info("s", FLOAT, [5, 6])],
    )
    assert graph.type_of("y").shape == (5, 6)
    assert graph.declared == {"s"}
    assert graph.unknown[0].lost == ()
    assert [note.code for note in graph.notes] == ["shape-declared"]


def test_a_declared_shape_never_overrides_one_that_was_worked_out() -> None:
    graph = graph_of(
        [helper.make_node("Relu", ["x"], ["y"]), helper.make_node("Relu", ["y"], ["z"])],
        value_infos=[helper.make_tensor_value_info("y", FLOAT, [9, 9])],
    )
    assert graph.type_of("z").shape == (2, 3)
    assert not graph.declared


def test_attributes_come_by_their_kind() -> None:
    then = helper.make_graph([], "then", [], [])
    node = helper.make_node("Strange", ["x"], ["y"], domain="mine", i=3, f=0.5, s="text")
    node.attribute.append(helper.make_attribute("ints", [1, -2]))
    node.attribute.append(helper.make_attribute("floats", [0.5, 1.5]))
    node.attribute.append(helper.make_attribute("strings", ["a", "b"]))
    node.attribute.append(helper.make_attribute("t", numpy_helper.from_array(floats(1, 2))))
    node.attribute.append(helper.make_attribute("g", then))
    empty = onnx.AttributeProto(name="empty", type=onnx.AttributeProto.INTS)
    untyped = onnx.AttributeProto(name="untyped", i=4)
    node.attribute.extend([empty, untyped])
    read = graph_of([node]).nodes[0]
    assert read.integer("i", 0) == 3
    assert read.number("f", 0.0) == 0.5
    assert read.number("i", 0.0) == 3.0
    assert read.text("s", "") == "text"
    assert read.integers("ints") == (1, -2)
    assert read.numbers("floats") == (0.5, 1.5)
    assert read.attributes["strings"].value == ("a", "b")
    tensor = read.tensor("t")
    assert tensor is not None
    assert tensor.type.shape == (2,)
    assert read.attributes["g"].value.name == "then"
    assert (read.integers("empty"), read.integer("untyped", 0)) == ((), 4)
    assert (read.integer("absent", 7), read.integers("absent")) == (7, None)


def test_external_weights_are_known_by_their_entry() -> None:
    tensor = onnx.TensorProto(name="w", data_type=FLOAT, dims=[3, 4], data_location="EXTERNAL")
    for key, value in (("location", "weights.bin"), ("offset", "4096"), ("length", "48")):
        tensor.external_data.add(key=key, value=value)
    graph = graph_of([helper.make_node("MatMul", ["x", "w"], ["y"])], initializers=[tensor])
    assert graph.initializers["w"].external == {
        "location": "weights.bin", "offset": "4096", "length": "48",
    }  # fmt: skip
    assert graph.type_of("y").shape == (2, 4)
