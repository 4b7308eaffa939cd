"""Models that show one side of the table each; made in memory."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import FunctionProto, TensorProto, helper, numpy_helper

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
BRACKETED_CSV = """name,kind,n,g,m,c,p,q,r,s,stride
conv1,conv,1,1,96,3,55,55,11,11,4
conv2,conv,1,2,128,48,27,27,5,5,1
=fc6,dense,1,1,4096,9216,,,,,
"""


def info(name: str, shape: Any = None, kind: int = FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def made(
    nodes: list[Any],
    inputs: list[Any],
    weights: Mapping[str, tuple[int, ...]],
    functions: list[FunctionProto] | None = None,
) -> bytes:
    """Return a model's bytes; its outputs are what the last node writes."""
    stored = [
        numpy_helper.from_array(np.ones(shape, np.float32), name) for name, shape in weights.items()
    ]
    outputs = [info(name) for name in nodes[-1].output]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    graph = helper.make_graph(nodes, "g", inputs, outputs, stored)
    model = helper.make_model(
        graph,
        opset_imports=opsets,
        functions=functions or [],
        ir_version=8,
        producer_name="by hand",
    )
    return bytes(model.SerializeToString())


def unknown_operator() -> bytes:
    """An operator that nobody knows between two layers, and one that reads a weight."""
    nodes = [
        helper.make_node("MatMul", ["x", "w1"], ["a"], "/block/first/MatMul"),
        helper.make_node("Mystery", ["a"], ["b"], "/block/odd/Mystery", domain="mine"),
        helper.make_node("MatMul", ["x", "w2"], ["c"], "/block/second/MatMul"),
        helper.make_node("Riddle", ["c", "w3"], ["y"], "/Riddle", domain="mine"),
    ]
    weights = {"w1": (8, 16), "w2": (8, 4), "w3": (4, 4)}
    return made(nodes, [info("x", ("batch", 8))], weights)


def unnamed() -> bytes:
    """Nodes without names, as some exporters write them."""
    nodes = [
        helper.make_node("Conv", ["x", "w1"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "w2"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Add", ["b", "c"], ["d"]),
        helper.make_node("GlobalAveragePool", ["d"], ["y"]),
    ]
    return made(nodes, [info("x", (1, 3, 8, 8))], {"w1": (4, 3, 3, 3), "w2": (4, 4, 3, 3)})


def control_flow() -> bytes:
    """A branch and a loop that values decide, and a function that is called twice."""
    small = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["small"], "/exit/small/MatMul")],
        *("small", [], [info("small")]),
    )
    large = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "w"], ["one"], "/exit/large/one/MatMul"),
            helper.make_node("MatMul", ["one", "v"], ["large"], "/exit/large/two/MatMul"),
        ],
        *("large", [], [info("large")]),
    )
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["state", "w"], ["next"], "step"),
            helper.make_node("Identity", ["go"], ["on"]),
        ],
        "body",
        [info("i", (), INT64), info("go", (), BOOL), info("state")],
        [info("on", (), BOOL), info("next")],
    )
    twice = helper.make_function(
        *("mine", "Twice", ["a"], ["b"]),
        [helper.make_node("Mul", ["a", "a"], ["c"]), helper.make_node("Relu", ["c"], ["b"])],
        [helper.make_opsetid("", 17)],
    )
    nodes = [
        helper.make_node("If", ["sure"], ["a"], "/exit/If", then_branch=small, else_branch=large),
        helper.make_node("Loop", ["steps", "", "a"], ["b"], "/decode/Loop", body=body),
        helper.make_node("Twice", ["b"], ["c"], "/head/Twice", domain="mine"),
        helper.make_node("Twice", ["c"], ["y"], "/head/Twice_1", domain="mine"),
    ]
    inputs = [info("x", ("batch", 8)), info("sure", (), BOOL), info("steps", (), INT64)]
    return made(nodes, inputs, {"w": (8, 8), "v": (8, 8)}, functions=[twice])
