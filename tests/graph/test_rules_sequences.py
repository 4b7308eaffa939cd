"""Sequences and optionals: what goes in comes out, by place where the place is known."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from py.graph import Graph
from tests.graph.single_operator import FLOAT, INT64, ints, read_model_proto

runtime: Any = pytest.importorskip("onnxruntime")
INPUTS = [
    helper.make_tensor_value_info("a", FLOAT, [2, 3]),
    helper.make_tensor_value_info("b", FLOAT, [2, 5]),
    helper.make_tensor_value_info("n", INT64, []),
]
NUMBERS = {"zero": np.int64(0), "one": np.int64(1), "last": np.int64(-1), "parts": ints(1, 2)}


def node(operator: str, inputs: str, outputs: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(operator, inputs.split(), outputs.split(), **attributes)


BOTH = node("SequenceConstruct", "a b", "s")
AT_Y = node("SequenceAt", "s zero", "y")

MODELS: dict[str, list[onnx.NodeProto]] = {
    "the first": [BOTH, AT_Y],
    "the last": [BOTH, node("SequenceAt", "s last", "y")],
    "any": [node("SequenceConstruct", "a a", "s"), node("SequenceAt", "s n", "y")],
    "inserted at the end": [
        BOTH,
        node("SequenceInsert", "s a", "t"),
        node("SequenceAt", "t last", "y"),
    ],
    "inserted in front": [
        BOTH,
        node("SequenceInsert", "s b zero", "t"),
        node("SequenceAt", "t zero", "y"),
    ],
    "erased": [BOTH, node("SequenceErase", "s zero", "t"), node("SequenceAt", "t zero", "y")],
    "erased at the end": [BOTH, node("SequenceErase", "s", "t"), node("SequenceAt", "t last", "y")],
    "empty, then one": [
        node("SequenceEmpty", "", "s"),
        node("SequenceInsert", "s a", "t"),
        node("SequenceAt", "t zero", "y"),
    ],
    "joined": [BOTH, node("ConcatFromSequence", "s", "y", axis=1)],
    "stacked": [
        node("SequenceConstruct", "a a", "s"),
        node("ConcatFromSequence", "s", "y", axis=-1, new_axis=1),
    ],
    "split one by one": [node("SplitToSequence", "a", "s", axis=1), AT_Y],
    "split without the axis": [node("SplitToSequence", "a", "s", axis=1, keepdims=0), AT_Y],
    "split evenly": [node("SplitToSequence", "b one", "s", axis=1), AT_Y],
    "split in parts": [
        node("SplitToSequence", "a parts", "s", axis=1),
        node("SequenceAt", "s last", "y"),
    ],
    "split and joined": [
        node("SplitToSequence", "a", "s", axis=1),
        node("ConcatFromSequence", "s", "y", axis=0),
    ],
    "the length makes a shape": [
        BOTH,
        node("SequenceLength", "s", "count"),
        node("Unsqueeze", "count axes", "shape"),
        node("ConstantOfShape", "shape", "y"),
    ],
    "an optional": [node("Optional", "a", "o"), node("OptionalGetElement", "o", "y")],
    "no optional": [node("OptionalGetElement", "a", "y")],
    "an optional sequence": [
        BOTH,
        node("Optional", "s", "o"),
        node("OptionalGetElement", "o", "t"),
        node("SequenceAt", "t one", "y"),
    ],
    "something is there": [node("OptionalHasElement", "a", "y")],
}


def model_of(nodes: list[onnx.NodeProto]) -> onnx.ModelProto:
    written = [numpy_helper.from_array(np.asarray(v), name) for name, v in NUMBERS.items()]
    written.append(numpy_helper.from_array(ints(0), "axes"))
    graph = helper.make_graph(nodes, "g", INPUTS, [onnx.ValueInfoProto(name="y")], written)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


@pytest.mark.parametrize("name", MODELS)
def test_what_comes_out_of_a_sequence_is_what_a_run_makes(name: str) -> None:
    model = model_of(MODELS[name])
    graph: Graph = read_model_proto(model)
    kind = graph.type_of("y")
    assert kind.dtype is not None
    info = helper.make_tensor_value_info(
        "y", helper.np_dtype_to_tensor_dtype(np.dtype(kind.dtype)), None
    )
    model.graph.output[0].CopyFrom(info)
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    session = runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    given = {"a": np.ones((2, 3), np.float32), "b": np.ones((2, 5), np.float32), "n": np.int64(1)}
    feeds = {i.name: np.asarray(given[i.name]) for i in session.get_inputs()}
    (made,) = session.run(None, feeds)
    assert (kind.dtype, kind.shape) == (made.dtype.name, made.shape)


def test_a_place_that_is_not_known_gives_what_all_members_share() -> None:
    graph = read_model_proto(model_of([BOTH, node("SequenceAt", "s n", "y")]))
    assert graph.type_of("y").shape == (2, None)
    assert graph.type_of("s").form == "sequence"


def test_a_place_outside_of_a_sequence_is_an_error() -> None:
    with pytest.raises(Exception, match="position 0 is outside of a sequence of 0"):
        read_model_proto(model_of([node("SequenceEmpty", "", "s"), AT_Y]))


def test_a_member_that_was_text_stays_text() -> None:
    made = node("SequenceEmpty", "", "s", dtype=TensorProto.STRING)
    graph = read_model_proto(model_of([made, node("SequenceLength", "s", "y")]))
    assert graph.constants["y"].values == (0,)
