"""Stored tensors are parameters once, through whatever functions and bodies they reach."""

import io
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from py.graph.weights import OpenFiles, PlainArithmetic
from py.layers import Model, read_model
from py.layers.weight_zeros import count_weights

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
SQUARE = np.ones((8, 8), np.float32)
node = helper.make_node


def info(name: str, kind: int = FLOAT, shape: tuple[int, ...] = ()) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def named(name: str) -> list[onnx.ValueInfoProto]:
    return [onnx.ValueInfoProto(name=name)]


def found(
    nodes: list[onnx.NodeProto],
    stored: dict[str, Any],
    function: onnx.FunctionProto | None = None,
    *,
    zeros: bool = False,
) -> Model:
    """Return the layers of nodes from ``x`` [4, 8] to ``y``; ``n`` and ``yes`` are given too."""
    inputs = [info("x", FLOAT, (4, 8)), info("n", INT64), info("yes", BOOL)]
    constants = [numpy_helper.from_array(np.asarray(v), name) for name, v in stored.items()]
    given = [entry for entry in inputs if entry.name not in stored]
    graph = helper.make_graph(nodes, "g", given, named("y"), constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    functions = [] if function is None else [function]
    proto = helper.make_model(graph, opset_imports=opsets, functions=functions, ir_version=10)
    file = io.BytesIO(proto.SerializeToString())
    files = OpenFiles(file, lambda _: None, PlainArithmetic())
    count = (lambda graph, layers: count_weights(graph, layers, files)) if zeros else None
    return read_model(file, "m.onnx", count=count)


def function(nodes: list[onnx.NodeProto], takes: list[str], gives: list[str]) -> onnx.FunctionProto:
    opsets = [helper.make_opsetid("", 17)]
    return helper.make_function("mine", "F", takes, gives, nodes, opsets)


def products(model: Model) -> list[tuple[str, float, int, tuple[str, ...]]]:
    return [
        (layer.kind, layer.runs, layer.parameters, layer.weights)
        for layer in model.layers
        if layer.macs
    ]


def test_a_function_that_turns_a_weight_counts_it_once() -> None:
    turn = [node("Transpose", ["a"], ["t"], perm=[1, 0]), node("Identity", ["t"], ["b"])]
    nodes = [
        node("F", ["w"], ["w1"], domain="mine"),
        node("MatMul", ["x", "w1"], ["h"]),
        node("F", ["w"], ["w2"], domain="mine"),
        node("MatMul", ["h", "w2"], ["y"]),
    ]
    half = SQUARE.copy()
    half[:, :4] = 0
    model = found(nodes, {"w": half}, function(turn, ["a"], ["b"]), zeros=True)
    assert products(model) == [("dense", 1, 64, ("w",))] * 2
    assert (model.parameters, model.parameter_bytes) == (64, 256)
    assert model.counted is not None
    assert model.counted.shares == (0.5, 0.5)


def test_a_function_holds_its_constants_once_for_all_calls() -> None:
    inner = [
        node("Constant", [], ["k"], value=numpy_helper.from_array(SQUARE)),
        node("Constant", [], ["bias"], value_floats=[1.0] * 8),
        node("Gemm", ["a", "k", "bias"], ["b"]),
    ]
    calls = [node("F", ["x"], ["h"], domain="mine"), node("F", ["h"], ["y"], domain="mine")]
    model = found(calls, {}, function(inner, ["a"], ["b"]))
    assert [entry[:3] for entry in products(model)] == [("dense", 1, 72)] * 2
    assert (model.parameters, model.parameter_bytes) == (72, 288)


def test_a_constant_that_a_function_gives_is_its_callers_weight() -> None:
    inner = [node("Constant", [], ["k"], value=numpy_helper.from_array(SQUARE * 0))]
    nodes = [
        node("F", [], ["w1"], domain="mine"),
        node("Einsum", ["x", "w1"], ["h"], equation="ab,bc->ac"),
        node("F", [], ["w2"], domain="mine"),
        node("MatMul", ["h", "w2"], ["y"]),
    ]
    model = found(nodes, {}, function(inner, [], ["k"]), zeros=True)
    assert model.parameters == 64
    assert model.counted is not None
    assert model.counted.shares == (1.0, 1.0)


def loop(change: str) -> onnx.NodeProto:
    """A loop that multiplies ``h`` by its state ``s``, which it hands on through ``change``."""
    body = helper.make_graph(
        [
            node("Identity", ["c"], ["c2"]),
            node("Transpose", ["s"], ["st"], perm=[1, 0]),
            node("MatMul", ["h", "st"], ["h2"]),
            node(change, ["s"], ["s2"]),
        ],
        "body",
        [info("i", INT64), info("c", BOOL), info("h", FLOAT, (4, 8)), info("s", FLOAT, (8, 8))],
        [info("c2", BOOL), info("h2", FLOAT, (4, 8)), info("s2", FLOAT, (8, 8))],
    )
    return node("Loop", ["n", "", "x", "wi"], ["h3", "s3"], body=body)


AROUND = node("Identity", ["w"], ["wi"]), node("MatMul", ["h3", "s3"], ["y"])


def test_state_that_a_loop_hands_on_unchanged_is_the_weight_in_it_and_after_it() -> None:
    before, after = AROUND
    for steps in ({"n": np.int64(5)}, {}):
        model = found([before, loop("Identity"), after], {"w": SQUARE, **steps}, zeros=True)
        runs = 5 if steps else 1
        assert products(model) == [("dense", runs, 64, ("w",)), ("dense", 1, 64, ("w",))]
        assert model.parameters == 64
        assert model.counted is not None
        assert model.counted.shares == (0.0, 0.0)


def test_state_that_a_loop_changes_is_no_weight() -> None:
    before, after = AROUND
    for steps in ({"n": np.int64(5)}, {}):
        model = found([before, loop("Softmax"), after], {"w": SQUARE, **steps})
        assert [entry[0] for entry in products(model)] == ["matmul", "matmul"]
        assert model.parameters == 0


def test_slices_of_stacked_weights_are_weights() -> None:
    body = helper.make_graph(
        [node("Transpose", ["s"], ["st"], perm=[1, 0]), node("MatMul", ["h", "st"], ["h2"])],
        "body",
        [info("h", FLOAT, (4, 8)), info("s", FLOAT, (8, 8))],
        [info("h2", FLOAT, (4, 8))],
    )
    stacked = np.stack([SQUARE, SQUARE * 0, SQUARE])
    scan = node("Scan", ["x", "w"], ["y"], body=body, num_scan_inputs=1)
    model = found([scan], {"w": stacked}, zeros=True)
    assert products(model) == [("dense", 3, 192, ("w",))]
    assert model.layers[0].weight_elements == 64
    assert (model.parameters, model.macs) == (192, 3 * 4 * 64)
    assert model.counted is not None
    assert model.counted.shares == (1 / 3,)


def test_a_weight_that_the_branch_taken_gives_is_one() -> None:
    then = helper.make_graph([node("Transpose", ["w"], ["t"])], "then", [], named("t"))
    other = helper.make_graph([node("Identity", ["w"], ["o"])], "other", [], named("o"))
    choose = node("If", ["yes"], ["wt"], then_branch=then, else_branch=other)
    nodes = [choose, node("MatMul", ["x", "wt"], ["y"])]
    model = found(nodes, {"w": SQUARE, "yes": np.bool_(True)})
    assert products(model) == [("dense", 1, 64, ("w",))]
