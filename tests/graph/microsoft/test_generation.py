"""Searches that run a decoder again and again, against a run of each with a decoder of one product.

The decoder has the form that onnxruntime asks for: ids, positions, mask and past in, logits and
the longer past out.
"""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import GraphProto, ModelProto, TensorProto, helper, numpy_helper

from tests.graph.microsoft.whole_graph import differences

WORDS = 11


def decoder() -> GraphProto:
    def node(op: str, inputs: str, output: str, **attributes: Any) -> onnx.NodeProto:
        return helper.make_node(op, inputs.split(), [output], **attributes)

    nodes = [
        node("Gather", "table input_ids", "logits"),
        node("Shape", "input_ids", "shape"),
        node("Gather", "shape zero", "batch"),
        node("Gather", "shape one", "sequence"),
        node("Concat", "two batch two sequence two", "new", axis=0),
        node("ConstantOfShape", "new", "fresh"),
        node("Concat", "past_0 fresh", "present_0", axis=3),
    ]
    info, ids = helper.make_tensor_value_info, TensorProto.INT32
    inputs = [
        info("input_ids", ids, ["batch", "sequence"]),
        info("position_ids", ids, ["batch", "sequence"]),
        info("attention_mask", ids, ["batch", "total"]),
        info("past_0", TensorProto.FLOAT, [2, "batch", 2, "past", 2]),
    ]
    outputs = [
        info("logits", TensorProto.FLOAT, ["batch", "sequence", WORDS]),
        info("present_0", TensorProto.FLOAT, [2, "batch", 2, "total", 2]),
    ]
    table = np.random.default_rng(0).random((WORDS, WORDS), np.float32)
    weights = [
        numpy_helper.from_array(table, "table"),
        *(numpy_helper.from_array(np.array([n]), f) for n, f in enumerate(("zero", "one", "two"))),
    ]
    return helper.make_graph(nodes, "decoder", inputs, outputs, weights)


def search(op: str, inputs: str, outputs: int, **attributes: Any) -> ModelProto:
    numbers = {"most": 12, "least": 1, "beams": 3, "returned": 2}
    weights = [numpy_helper.from_array(np.array([n], np.int32), f) for f, n in numbers.items()]
    weights.append(numpy_helper.from_array(np.ones(1, np.float32), "penalty"))
    names = [f"out{place}" for place in range(outputs)]
    node = helper.make_node(
        op,
        inputs.split(),
        names,
        domain="com.microsoft",
        decoder=decoder(),
        eos_token_id=WORDS - 1,
        pad_token_id=WORDS - 1,
        **attributes,
    )
    prompt = helper.make_tensor_value_info("ids", TensorProto.INT32, ["batch", "sequence"])
    infos = [onnx.ValueInfoProto(name=name) for name in names]
    graph = helper.make_graph([node], "search", [prompt], infos, weights)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


BEAMS = "ids most least beams returned penalty penalty"


@pytest.mark.parametrize(
    "model",
    [
        search("GreedySearch", "ids most least penalty", 1),
        search("Sampling", "ids most least penalty", 1, temperature=1.0, top_p=0.9),
        search("BeamSearch", BEAMS, 3),
        search("BeamSearch", BEAMS, 3, vocab_size=WORDS),
    ],
    ids=["greedy", "sampling", "beams", "beams of a stated vocabulary"],
)
def test_a_search_returns_what_a_run_does(model: ModelProto) -> None:
    assert differences(model, {"ids": np.ones((2, 4), np.int32)}) == []
