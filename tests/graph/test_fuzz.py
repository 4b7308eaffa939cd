"""Damaged models: every mutation ends in a graph or in one of our errors, soon."""

import io
from typing import Any

import onnx
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from py.errors import JoulegraphError
from py.graph import Choices, read_graph
from tests.graph.single_operator import FLOAT, floats, ints


def _model() -> bytes:
    """A small model with a node of most families, and shape arithmetic that could go wrong."""
    then = helper.make_graph(
        [helper.make_node("Constant", [], ["t"], value_ints=[1, 2])],
        "then",
        [],
        [onnx.ValueInfoProto(name="t")],
    )
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("MaxPool", ["c"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Shape", ["p"], ["s"]),
        helper.make_node("Gather", ["s", "zero"], ["n"]),
        helper.make_node("Concat", ["n", "rest"], ["to"], axis=0),
        helper.make_node("Reshape", ["p", "to"], ["flat"]),
        helper.make_node("Slice", ["flat", "zero", "rest", "zero"], ["part"]),
        helper.make_node("Tile", ["part", "twos"], ["tiled"]),
        helper.make_node("Expand", ["zero", "twos"], ["grown"]),
        helper.make_node("Range", ["one", "ten", "one"], ["counted"]),
        helper.make_node("ConstantOfShape", ["twos"], ["made"]),
        helper.make_node("Split", ["tiled"], ["a", "b"], axis=0),
        helper.make_node("Resize", ["p", "", "scales"], ["big"]),
        helper.make_node("Pow", ["twos", "twos"], ["power"]),
        helper.make_node("ReduceMean", ["big"], ["mean"], axes=[2, 3]),
        helper.make_node("If", ["a"], ["f"], then_branch=then, else_branch=then),
        helper.make_node("OneHot", ["counted", "ten", "scales"], ["y"]),
    ]
    initializers = [
        helper.make_tensor("w", FLOAT, [4, 3, 3, 3], bytes(432), raw=True),
        helper.make_tensor("rest", onnx.TensorProto.INT64, [1], [-1]),
        *(numpy_helper.from_array(ints(*v), n) for n, v in (("zero", [0]), ("twos", [2, 2]))),
        helper.make_tensor("one", onnx.TensorProto.INT64, [], [1]),
        helper.make_tensor("ten", onnx.TensorProto.INT64, [], [10]),
        numpy_helper.from_array(floats(1, 1, 2, 2), "scales"),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", FLOAT, ["batch", 3, 8, None])],
        [helper.make_tensor_value_info("y", FLOAT, None)],
        initializers,
        value_info=[helper.make_tensor_value_info("c", FLOAT, ["batch", 4, 8, 8])],
    )
    opsets = [helper.make_opsetid("", 13)]
    return helper.make_model(graph, opset_imports=opsets).SerializeToString()  # type: ignore[no-any-return]  # is bytes


MODEL = _model()
PLACES = st.integers(0, len(MODEL) - 1)
LARGE_VARINTS = st.sampled_from([b"\xff" * 9 + b"\x01", b"\xff" * 8 + b"\x7f"])
MUTATIONS = st.one_of(
    st.tuples(st.just("set"), PLACES, st.binary(min_size=1, max_size=4)),
    st.tuples(st.just("insert"), PLACES, st.binary(min_size=1, max_size=12)),
    st.tuples(st.just("delete"), PLACES, st.binary(min_size=1, max_size=12)),
    st.tuples(st.just("number"), PLACES, LARGE_VARINTS),
    st.tuples(st.just("copy"), PLACES, st.binary(min_size=1, max_size=40)),
)


def mutated(data: bytes, mutations: list[tuple[str, int, bytes]]) -> bytes:
    for kind, place, content in mutations:
        after = place if kind in ("insert", "number") else place + len(content)
        if kind == "delete":
            content = b""
        elif kind == "copy":
            start = (place * 7919) % max(1, len(data))
            content = data[start : start + len(content)]
        data = data[:place] + content + data[after:]
    return data


def ends_well(data: bytes, choices: Choices) -> None:
    try:
        graph = read_graph(io.BytesIO(data), name="fuzz", choices=choices)
    except JoulegraphError:
        return
    assert all(name in graph.tensors for node in graph.nodes for name in node.outputs if name)


def test_the_model_itself_is_read() -> None:
    graph = read_graph(io.BytesIO(MODEL), name="fuzz")
    assert graph.unknown == ()


@settings(max_examples=1500, deadline=2000)
@given(st.lists(MUTATIONS, min_size=1, max_size=6), st.sampled_from([None, 1, 3]))
def test_a_damaged_model_ends_in_a_graph_or_an_error(
    mutations: list[tuple[str, int, bytes]], batch: int | None
) -> None:
    ends_well(mutated(MODEL, mutations), Choices(batch=batch))


@settings(max_examples=300, deadline=2000)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_an_error(data: bytes) -> None:
    ends_well(data, Choices())
    ends_well(b"\x08\x08\x3a" + bytes([len(data) & 127]) + data, Choices())


OPERATORS = (
    "Conv ConvTranspose MaxPool AveragePool Slice Reshape Split Tile Pad Concat Gather Expand "
    "Unsqueeze Squeeze Flatten DepthToSpace ReduceSum TopK OneHot Range ConstantOfShape "
    "Resize Transpose Softmax LayerNormalization Shape Gemm MatMul BitShift Pow Cast Trilu "
    "GatherND Constant EyeLike Upsample QuantizeLinear Where CumSum RandomNormal"
)

ATTRIBUTES = (
    "axis axes kernel_shape strides pads dilations group blocksize perm num_outputs start end "
    "split to shape k output_shape output_padding auto_pad value_ints value_int scales "
    "keepdims noop_with_empty_axes batch_dims allowzero dtype ceil_mode"
)

# Attributes as numbers, not as bytes: the values that a byte mutation seldom makes.
EXTREMES = st.sampled_from([-(2**63), -(2**31), -2, -1, 0, 1, 2, 3, 5, 2**31, 2**62, 2**63 - 1])


@settings(max_examples=600, deadline=2000)
@given(
    st.sampled_from(OPERATORS.split()),
    st.lists(st.sampled_from(["x", "v", "m", "f", ""]), max_size=5),
    st.dictionaries(
        st.sampled_from(ATTRIBUTES.split()),
        st.one_of(
            EXTREMES,
            st.lists(EXTREMES, min_size=1, max_size=5),
            st.sampled_from(["SAME_UPPER", "VALID", "", 0.5]),
        ),
        max_size=6,
    ),
    st.lists(EXTREMES, max_size=4),
    st.sampled_from([1, 6, 9, 11, 13, 18, 23]),
)
def test_a_node_of_extremes_ends_in_a_graph_or_an_error(
    op: str,
    inputs: list[str],
    attributes: dict[str, Any],
    values: list[int],
    opset: int,
) -> None:
    node = helper.make_node(op, inputs, ["y", "z"], **attributes)
    follow = helper.make_node("Mul", ["y", "y"], ["squared"])
    graph = helper.make_graph(
        [node, follow],
        "g",
        [
            helper.make_tensor_value_info("x", FLOAT, [1, 4, 6, 6]),
            helper.make_tensor_value_info("m", onnx.TensorProto.INT64, [3, 0]),
        ],
        [onnx.ValueInfoProto(name="y")],
        [numpy_helper.from_array(ints(*values), "v"), numpy_helper.from_array(floats(1, 0.5), "f")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    ends_well(model.SerializeToString(), Choices())
