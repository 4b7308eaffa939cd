"""If, Loop, Scan, functions: shapes against real runs, and how often each body runs."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from py.errors import JoulegraphError
from py.graph import Choices, Graph, Region, read_graph
from py.layers import read_model

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
runtime: Any = pytest.importorskip("onnxruntime")
runtime.set_default_logger_severity(4)


def info(name: str, kind: int = FLOAT, shape: Any = None) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def named(*names: str) -> list[onnx.ValueInfoProto]:
    return [onnx.ValueInfoProto(name=name) for name in names]


def numbers(*values: int) -> np.ndarray[Any, Any]:
    return np.array(values, np.int64)


def scalar(value: int, kind: Any = np.int64) -> np.ndarray[Any, Any]:
    return np.array(value, kind)


def model(
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: Mapping[str, np.ndarray[Any, Any]] | None = None,
    functions: list[onnx.FunctionProto] | None = None,
    opset: int = 17,
) -> onnx.ModelProto:
    initializers = [numpy_helper.from_array(v, name) for name, v in (constants or {}).items()]
    graph = helper.make_graph(nodes, "g", inputs, outputs, initializers)
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("mine", 1)]
    return helper.make_model(graph, opset_imports=opsets, functions=functions or [], ir_version=10)


def ours(proto: onnx.ModelProto, **choices: Any) -> Graph:
    return read_graph(io.BytesIO(proto.SerializeToString()), name="m", choices=Choices(**choices))


def run(proto: onnx.ModelProto, feeds: Mapping[str, Any]) -> list[tuple[int, ...]]:
    session = runtime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return [found.shape for found in session.run(None, dict(feeds))]


def bodies(graph: Graph) -> dict[str, float]:
    """Return how often each region runs in all."""
    found: dict[str, float] = {}
    for region, runs in graph.regions():
        if region.path:
            found[region.path] = found.get(region.path, 0) + runs
    return found


def region(graph: Graph, path: str) -> Region:
    return next(found for found, _ in graph.regions() if found.path == path)


def codes(graph: Graph) -> list[str]:
    return [note.code for note in graph.notes]


def branches(width: int = 3) -> tuple[onnx.GraphProto, onnx.GraphProto]:
    """Two bodies that read ``x`` [4, 8] from outside: a product, and a slice of it."""
    product = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["product"])],
        "product",
        [],
        named("product"),
        [numpy_helper.from_array(np.zeros((8, width), np.float32), "w")],
    )
    part = helper.make_graph(
        [helper.make_node("Slice", ["x", "zeros", "threes", "zeros"], ["part"])],
        "part",
        [],
        named("part"),
    )
    return product, part


def choosing(condition: list[onnx.NodeProto], width: int = 3) -> onnx.ModelProto:
    then, other = branches(width)
    return model(
        [
            *condition,
            helper.make_node("If", ["c"], ["y"], "choose", then_branch=then, else_branch=other),
            helper.make_node("Relu", ["y"], ["z"]),
        ],
        [info("x", FLOAT, [4, 8]), info("flag", BOOL, [])],
        [info("z", FLOAT, None)],
        {"zeros": numbers(0), "threes": numbers(3), "four": scalar(4)},
    )


BY_FLAG = [helper.make_node("Identity", ["flag"], ["c"])]
BY_SHAPE = [
    helper.make_node("Shape", ["x"], ["s"], end=1),
    helper.make_node("Squeeze", ["s"], ["n"]),
    helper.make_node("Equal", ["n", "four"], ["c"]),
]


def test_a_condition_that_follows_from_shapes_is_known() -> None:
    graph = ours(choosing(BY_SHAPE))
    assert bodies(graph) == {"/3:If:then_branch": 1}
    assert graph.type_of("z").shape == (4, 3)
    assert not graph.assumed
    inside = region(graph, "/3:If:then_branch")
    assert inside.type_of("product").shape == (4, 3)
    assert inside.type_of("x").shape == (4, 8)
    assert inside.is_weight("w")
    assert not inside.is_weight("x")


@pytest.mark.parametrize("flag", [True, False])
def test_the_user_chooses_the_branch_and_a_run_agrees(flag: bool) -> None:
    proto = choosing(BY_FLAG)
    for name in ("flag", "c", "choose"):
        graph = ours(proto, values={name: flag})
        assert bodies(graph) == {f"/1:If:{'then' if flag else 'else'}_branch": 1}
        feeds = {"x": np.zeros((4, 8), np.float32), "flag": np.array(flag)}
        assert [graph.type_of("z").shape] == run(proto, feeds)


def test_a_probability_runs_both_branches_in_part() -> None:
    graph = ours(choosing(BY_FLAG, width=8), values={"c": 0.25})
    assert bodies(graph) == {"/1:If:then_branch": 0.25, "/1:If:else_branch": 0.75}
    with pytest.raises(JoulegraphError) as caught:
        ours(choosing(BY_FLAG), values={"c": 1.5})
    assert caught.value.code == "bad-value"


def test_without_a_choice_the_more_expensive_branch_is_taken_and_said() -> None:
    graph = ours(choosing(BY_FLAG))
    # The default weighs what is written: the slice of 3x8 elements against the product of 4x3.
    assert bodies(graph) == {"/1:If:then_branch": 0, "/1:If:else_branch": 1}
    assert graph.type_of("z").shape == (3, 8)
    assert graph.assumed == {"y", "z"}
    assert "branch-assumed" in codes(graph)


def test_a_branch_that_does_not_fit_is_not_taken() -> None:
    then, _ = branches()
    bad = helper.make_graph(
        [helper.make_node("Squeeze", ["x", "zeros"], ["squeezed"])], "bad", [], named("squeezed")
    )
    proto = model(
        [helper.make_node("If", ["flag"], ["z"], then_branch=then, else_branch=bad)],
        [info("x", FLOAT, [4, 8]), info("flag", BOOL, [])],
        named("z"),
        {"zeros": numbers(0)},
    )
    graph = ours(proto)
    assert bodies(graph) == {"/0:If:then_branch": 1}
    assert "branch-only" in codes(graph)
    with pytest.raises(JoulegraphError) as caught:
        ours(proto, values={"flag": False})
    assert caught.value.code == "inconsistent-shapes"


def counting(
    body_nodes: list[onnx.NodeProto],
    carried: list[str],
    collected: list[str],
    loop_inputs: list[str],
    constants: Mapping[str, np.ndarray[Any, Any]],
    cond_out: str = "go_in",
) -> onnx.ModelProto:
    """A Loop that carries one tensor ``v``; ``carried`` names what the body hands on."""
    nodes = [*body_nodes, helper.make_node("Identity", [cond_out], ["go_out"])]
    body = helper.make_graph(
        nodes,
        "body",
        [info("i", INT64, []), info("go_in", BOOL, []), info("v_in", FLOAT, None)],
        [info("go_out", BOOL, []), *named(*carried, *collected)],
    )
    outputs = ["v_out", *(f"all_{name}" for name in collected)]
    return model(
        [helper.make_node("Loop", loop_inputs, outputs, "loop", body=body)],
        [info("x", FLOAT, [2, 4]), info("m", INT64, [])],
        [info(name, FLOAT, None) for name in outputs],
        constants,
    )


STEP = [helper.make_node("MatMul", ["v_in", "w"], ["v_next"])]
W = np.zeros((4, 4), np.float32)


def test_a_loop_of_a_constant_count_is_one_region_with_its_runs() -> None:
    proto = counting(
        STEP, ["v_next"], ["v_next"], ["seven", "go", "x"], {"w": W, "seven": scalar(7),
        "go": scalar(1, np.bool_)},
    )  # fmt: skip
    graph = ours(proto)
    assert bodies(graph) == {"/0:Loop:body": 7}
    assert graph.type_of("v_out").shape == (2, 4)
    assert graph.type_of("all_v_next").shape == (7, 2, 4)
    feeds = {"x": np.zeros((2, 4), np.float32), "m": scalar(0)}
    assert [graph.type_of(name).shape for name in ("v_out", "all_v_next")] == run(proto, feeds)
    assert not graph.notes


def test_a_loop_whose_shapes_grow_is_followed_step_by_step() -> None:
    grow = [helper.make_node("Concat", ["v_in", "x"], ["v_next"], axis=0)]
    constants = {"four": scalar(4), "go": scalar(1, np.bool_)}
    proto = counting(grow, ["v_next"], [], ["four", "go", "x"], constants)
    graph = ours(proto)
    assert bodies(graph) == {"/0:Loop:body": 4}
    shapes = [execution.region.type_of("v_next").shape for _, execution in graph.executions()]
    assert shapes == [(4, 4), (6, 4), (8, 4), (10, 4)]
    assert [graph.type_of("v_out").shape] == run(
        proto, {"x": np.zeros((2, 4), np.float32), "m": scalar(0)}
    )


def test_a_condition_on_the_count_ends_the_loop() -> None:
    nodes = [
        *STEP,
        helper.make_node("Add", ["i", "one"], ["next"]),
        helper.make_node("Less", ["next", "five"], ["more"]),
    ]
    constants = {"w": W, "one": scalar(1), "five": scalar(5), "go": scalar(1, np.bool_)}
    proto = counting(nodes, ["v_next"], ["v_next"], ["", "go", "x"], constants, "more")
    graph = ours(proto)
    assert bodies(graph) == {"/0:Loop:body": 5}
    feeds = {"x": np.zeros((2, 4), np.float32), "m": scalar(0)}
    assert [graph.type_of(name).shape for name in ("v_out", "all_v_next")] == run(proto, feeds)


def test_a_count_that_is_not_known_is_the_users_or_one_with_a_note() -> None:
    constants = {"w": W, "go": scalar(1, np.bool_)}
    proto = counting(STEP, ["v_next"], ["v_next"], ["m", "go", "x"], constants)
    graph = ours(proto)
    assert bodies(graph) == {"/0:Loop:body": 1}
    assert codes(graph) == ["trip-count-assumed"]
    assert "all_v_next" in graph.assumed
    for name in ("m", "loop"):
        graph = ours(proto, values={name: 9})
        assert bodies(graph) == {"/0:Loop:body": 9}
        assert graph.type_of("all_v_next").shape == (9, 2, 4)
        assert not graph.notes


def test_a_limit_is_the_operators_own_maximum_where_values_may_end_the_loop() -> None:
    nodes = [
        *STEP,
        helper.make_node("ReduceMax", ["v_next"], ["top"], keepdims=0),
        helper.make_node("Cast", ["top"], ["more"], to=BOOL),
    ]
    constants = {"w": W, "twenty": scalar(20), "go": scalar(1, np.bool_)}
    graph = ours(counting(nodes, ["v_next"], [], ["twenty", "go", "x"], constants, "more"))
    assert bodies(graph) == {"/0:Loop:body": 20}
    assert codes(graph) == ["trip-count-assumed"]


def test_what_a_branch_in_a_loop_decides_is_marked_outside_and_asked_once() -> None:
    """Each iteration may append a column: how many do depends on values."""
    grown = helper.make_graph(
        [helper.make_node("Concat", ["s", "s"], ["twice"], axis=0)], "t", [], named("twice")
    )
    kept = helper.make_graph([helper.make_node("Neg", ["s"], ["n"])], "e", [], named("n"))
    body = helper.make_graph(
        [
            helper.make_node("ReduceSum", ["s"], ["sum"], keepdims=0),
            helper.make_node("Less", ["sum", "zero"], ["below"]),
            helper.make_node("If", ["below"], ["out"], then_branch=grown, else_branch=kept),
            helper.make_node("Identity", ["c"], ["more"]),
        ],
        "body",
        [info("i", INT64, []), info("c", BOOL, []), info("s")],
        named("more", "out"),
    )
    proto = model(
        [
            helper.make_node("Loop", ["count", "true", "x"], ["y"], body=body),
            helper.make_node("Relu", ["y"], ["z"]),
        ],
        [info("x", shape=[2])],
        named("z"),
        {"count": scalar(3), "true": scalar(1, np.bool_), "zero": scalar(0, np.float32)},
    )
    graph = ours(proto)
    assert {"y", "z"} <= graph.assumed
    assert [note.code for note in graph.notes].count("branch-assumed") == 1
    assert not ours(proto, values={"below": 0}).assumed
    assert run(proto, {"x": np.ones(2, np.float32)}) == [(8,)]  # negated, then doubled twice


def test_a_loop_that_does_not_begin_runs_nothing() -> None:
    constants = {"w": W, "none": scalar(0), "go": scalar(1, np.bool_)}
    proto = counting(STEP, ["v_next"], ["v_next"], ["none", "go", "x"], constants)
    graph = ours(proto)
    assert bodies(graph) == {}
    feeds = {"x": np.zeros((2, 4), np.float32), "m": scalar(0)}
    assert graph.type_of("v_out").shape == run(proto, feeds)[0]
    assert graph.type_of("all_v_next").shape == (0, 2, 4)


@given(st.integers(1, 4), st.integers(1, 5), st.booleans())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_a_scan_runs_once_per_slice(width: int, length: int, second: bool) -> None:
    body = helper.make_graph(
        [
            helper.make_node("Add", ["held", "slice"], ["next"]),
            helper.make_node("Identity", ["next"], ["each"]),
        ],
        "body",
        [info("held", FLOAT, None), info("slice", FLOAT, None)],
        named("next", "each"),
    )
    axis = 1 if second else 0
    shape = [width, length] if second else [length, width]
    proto = model(
        [
            helper.make_node(
                "Scan", ["start", "x"], ["end", "all"], body=body, num_scan_inputs=1,
                scan_input_axes=[axis], scan_output_axes=[axis],
            )
        ],
        [info("start", FLOAT, [width]), info("x", FLOAT, shape)],
        [info("end", FLOAT, None), info("all", FLOAT, None)],
    )  # fmt: skip
    graph = ours(proto)
    assert bodies(graph) == {"/0:Scan:body": length}
    feeds = {"start": np.zeros(width, np.float32), "x": np.zeros(shape, np.float32)}
    assert [graph.type_of(name).shape for name in ("end", "all")] == run(proto, feeds)


def function(
    name: str, nodes: list[onnx.NodeProto], attributes: list[str] | None = None
) -> onnx.FunctionProto:
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    return helper.make_function("mine", name, ["a", "b"], ["r"], nodes, opsets, attributes or [])


def test_a_function_is_expanded_with_its_attributes_and_calls() -> None:
    reduce = helper.make_node("ReduceSum", ["p", "b"], ["r"])
    reference = onnx.AttributeProto(name="keepdims", type=onnx.AttributeProto.INT)
    reference.ref_attr_name = "keep"
    reduce.attribute.append(reference)
    inner = function("Total", [helper.make_node("Abs", ["a"], ["p"]), reduce], ["keep"])
    call = helper.make_node("Total", ["h", "b"], ["r"], domain="mine", keep=0)
    outer = function("Outer", [helper.make_node("Relu", ["a"], ["h"]), call])
    proto = model(
        [
            helper.make_node("Outer", ["h", "axes"], ["y"], "one", domain="mine"),
            helper.make_node("Total", ["h", ""], ["z"], "two", domain="mine", keep=1),
        ],
        [info("h", FLOAT, [4, 8])],
        [info("y", FLOAT, None), info("z", FLOAT, None)],
        {"axes": numbers(1)},
        [inner, outer],
    )
    graph = ours(proto)
    assert graph.unknown == ()
    assert bodies(graph) == {
        "/0:mine:Outer": 1,
        "/0:mine:Outer/1:mine:Total": 1,
        "/1:mine:Total": 1,
    }
    shapes = [graph.type_of(name).shape for name in ("y", "z")]
    assert shapes == [(4,), (1, 1)]
    assert shapes == run(proto, {"h": np.zeros((4, 8), np.float32)})


def test_functions_that_call_each_other_are_refused() -> None:
    one = function("One", [helper.make_node("Two", ["a", "b"], ["r"], domain="mine")])
    two = function("Two", [helper.make_node("One", ["a", "b"], ["r"], domain="mine")])
    proto = model(
        [helper.make_node("One", ["x", "x"], ["y"], domain="mine")],
        [info("x", FLOAT, [2])],
        named("y"),
        functions=[one, two],
    )
    with pytest.raises(JoulegraphError) as caught:
        ours(proto)
    assert caught.value.code == "function-cycle"


def test_functions_that_multiply_without_end_are_refused_in_bounded_time() -> None:
    """40 functions, each calling the next twice: 2^40 nodes if all were expanded."""
    functions = [
        function(
            f"F{level}",
            [
                helper.make_node(f"F{level + 1}", ["a", "b"], ["h"], domain="mine"),
                helper.make_node(f"F{level + 1}", ["h", "b"], ["r"], domain="mine"),
            ],
        )
        for level in range(40)
    ]
    functions.append(function("F40", [helper.make_node("Add", ["a", "b"], ["r"])]))
    proto = model(
        [helper.make_node("F0", ["x", "x"], ["y"], domain="mine")],
        [info("x", FLOAT, [2])],
        named("y"),
        functions=functions,
    )
    with pytest.raises(JoulegraphError) as caught:
        ours(proto)
    assert caught.value.code == "too-large"


def test_a_size_that_values_decide_is_the_users_or_the_most_and_marked() -> None:
    proto = model(
        [
            helper.make_node("NonZero", ["x"], ["places"]),
            helper.make_node("Transpose", ["places"], ["rows"]),
            helper.make_node("Shape", ["x"], ["exact"]),
        ],
        [info("x", FLOAT, [4, 8])],
        [info("rows", INT64, None), info("exact", INT64, None)],
    )
    graph = ours(proto)
    assert graph.type_of("rows").shape == (32, 2)
    assert graph.assumed == {"places", "rows"}
    assert codes(graph) == ["size-assumed"]
    graph = ours(proto, dims={"places[1]": 5})
    assert graph.type_of("rows").shape == (5, 2)
    with pytest.raises(JoulegraphError) as caught:
        ours(proto, dims={"nowhere[1]": 5})
    assert caught.value.code == "unknown-dim"


def test_a_size_without_a_bound_is_asked_where_it_arises() -> None:
    proto = model(
        [
            helper.make_node("Reshape", ["x", "to"], ["view"]),
            helper.make_node("Relu", ["view"], ["y"]),
        ],
        [info("x", FLOAT, [4, 8]), info("to", INT64, [2])],
        [info("y", FLOAT, None)],
    )
    asked = [(q.kind, q.name, q.taken) for q in ours(proto).questions]
    assert asked == [("size", "view[0]", None), ("size", "view[1]", None)]
    graph = ours(proto, dims={"view[0]": 2, "view[1]": 16})
    assert graph.type_of("y").shape == (2, 16)
    assert [q.taken for q in graph.questions] == [2, 16]


def test_what_is_open_is_asked_with_the_answer_taken() -> None:
    graph = ours(choosing(BY_FLAG))
    assert [(q.kind, q.name, q.taken) for q in graph.questions] == [("branch", "c", 0)]
    graph = ours(choosing(BY_FLAG), values={"c": 0.25})
    assert [(q.kind, q.name, q.taken) for q in graph.questions] == [("branch", "c", 0.25)]
    constants = {"w": W, "go": scalar(1, np.bool_)}
    proto = counting(STEP, ["v_next"], ["v_next"], ["m", "go", "x"], constants)
    for values, taken in (({}, 1), ({"loop": 9}, 9)):
        graph = ours(proto, values=values)
        assert [(q.kind, q.name, q.taken) for q in graph.questions] == [("count", "loop", taken)]
    assert ours(choosing(BY_SHAPE)).questions == ()


def test_a_loop_that_does_not_begin_is_known_and_costs_nothing() -> None:
    constants = {"w": W, "none": scalar(0), "go": scalar(1, np.bool_)}
    proto = counting(STEP, ["v_next"], [], ["none", "go", "x"], constants)
    model = read_model(io.BytesIO(proto.SerializeToString()), "m.onnx")
    assert (model.macs, model.not_modelled, model.parameters) == (0, (), 0)


def test_a_branch_that_iterations_take_in_turn_is_followed() -> None:
    """Only the first of ten iterations takes the branch with the product, and that is known."""
    then, other = (
        helper.make_graph([node], "b", [], named(node.output[0]))
        for node in (
            helper.make_node("MatMul", ["v_in", "w"], ["product"]),
            helper.make_node("Identity", ["v_in"], ["same"]),
        )
    )
    nodes = [
        helper.make_node("Less", ["i", "one"], ["first"]),
        helper.make_node("If", ["first"], ["v_next"], then_branch=then, else_branch=other),
    ]
    constants = {"w": W, "one": scalar(1), "ten": scalar(10), "go": scalar(1, np.bool_)}
    graph = ours(counting(nodes, ["v_next"], [], ["ten", "go", "x"], constants))
    assert bodies(graph) == {
        "/0:Loop:body": 10,
        "/0:Loop:body/1:If:then_branch": 1,
        "/0:Loop:body/1:If:else_branch": 9,
    }
    assert not graph.notes
    assert not graph.assumed


def test_state_that_grows_goes_to_the_limit_where_values_decide_the_end() -> None:
    nodes = [
        helper.make_node("Concat", ["v_in", "x"], ["v_next"], axis=0),
        helper.make_node("ReduceMax", ["v_next"], ["top"], keepdims=0),
        helper.make_node("Cast", ["top"], ["more"], to=BOOL),
    ]
    constants = {"four": scalar(4), "go": scalar(1, np.bool_)}
    graph = ours(counting(nodes, ["v_next"], [], ["four", "go", "x"], constants, "more"))
    assert graph.type_of("v_out").shape == (10, 4)
    assert codes(graph) == ["trip-count-assumed"]


def test_a_condition_that_the_body_settles_ends_after_one() -> None:
    constants = {"w": W, "ten": scalar(10), "go": scalar(1, np.bool_), "no": scalar(0, np.bool_)}
    proto = counting(STEP, ["v_next"], ["v_next"], ["ten", "go", "x"], constants, "no")
    graph = ours(proto)
    assert bodies(graph) == {"/0:Loop:body": 1}
    assert not graph.notes
    feeds = {"x": np.zeros((2, 4), np.float32), "m": scalar(0)}
    assert [graph.type_of(name).shape for name in ("v_out", "all_v_next")] == run(proto, feeds)


def test_tensors_of_a_function_never_hide_those_outside() -> None:
    inner = function(
        "Join",
        [
            helper.make_node("Concat", ["a", "a"], ["t"], axis=1),
            helper.make_node("Concat", ["b", "t"], ["r"], axis=1),
        ],
    )
    proto = model(
        [
            helper.make_node("Identity", ["x"], ["f/t"]),
            helper.make_node("Join", ["x", "f/t"], ["y"], "f", domain="mine"),
        ],
        [info("x", FLOAT, [1, 8])],
        [info("y", FLOAT, None)],
        functions=[inner],
    )
    assert [ours(proto).type_of("y").shape] == run(proto, {"x": np.zeros((1, 8), np.float32)})


def test_a_batch_that_other_branches_run_with_is_refused() -> None:
    fixed = helper.make_graph(
        [helper.make_node("Reshape", ["x", "four_eight"], ["flat"])], "fixed", [], named("flat")
    )
    same = helper.make_graph([helper.make_node("Relu", ["x"], ["r"])], "same", [], named("r"))
    proto = model(
        [helper.make_node("If", ["flag"], ["z"], then_branch=fixed, else_branch=same)],
        [info("x", FLOAT, [4, 8]), info("flag", BOOL, [])],
        named("z"),
        {"four_eight": numbers(4, 8)},
    )
    with pytest.raises(JoulegraphError) as caught:
        ours(proto, batch=2)
    assert caught.value.code == "batch-fixed"


def test_a_call_in_a_branch_that_does_not_fit_is_over() -> None:
    """Afterwards the same function may be called again: it does not call itself."""
    squeeze = function("Flat", [helper.make_node("Squeeze", ["a", "b"], ["r"])])
    bad = helper.make_graph(
        [helper.make_node("Flat", ["x", "first"], ["flat"], domain="mine")],
        "bad",
        [],
        named("flat"),
    )
    then, _ = branches()
    proto = model(
        [
            helper.make_node("If", ["flag"], ["z"], then_branch=then, else_branch=bad),
            helper.make_node("Flat", ["one_row", "first"], ["y"], domain="mine"),
        ],
        [info("x", FLOAT, [4, 8]), info("one_row", FLOAT, [1, 8]), info("flag", BOOL, [])],
        named("z", "y"),
        {"first": numbers(0)},
        [squeeze],
    )
    graph = ours(proto)
    assert "branch-only" in codes(graph)
    assert graph.type_of("y").shape == (8,)


def answered(proto: onnx.ModelProto) -> list[str]:
    """Return the names of what is asked, each of which can be chosen and stays asked."""
    graph = ours(proto)
    for asked in graph.questions:
        answer = {"branch": 1 - int(asked.taken or 0), "count": 3, "size": 5}[asked.kind]
        part = "dims" if asked.kind == "size" else "values"
        chosen = ours(proto, **{part: {asked.name: answer}})
        assert (asked.name, answer) in [(again.name, again.taken) for again in chosen.questions]
    return [asked.name for asked in graph.questions]


def conditional(condition: str, name: str = "") -> onnx.NodeProto:
    def branch(*operators: str) -> onnx.GraphProto:
        names = ["v", *(f"{operator}_{condition}" for operator in operators)]
        steps = zip(operators, names, names[1:], strict=False)
        nodes = [helper.make_node(operator, [a], [b]) for operator, a, b in steps]
        return helper.make_graph(nodes, "branch", [], named(names[-1]))

    return helper.make_node(
        "If",
        [condition],
        [f"chosen_{condition}"],
        name,
        then_branch=branch("Relu"),
        else_branch=branch("Neg", "Exp"),
    )


def test_a_condition_that_a_body_is_given_can_be_chosen() -> None:
    body = helper.make_graph(
        [conditional("c"), helper.make_node("Identity", ["go"], ["more"])],
        "body",
        [info("i", INT64, []), info("go", BOOL, []), info("v", FLOAT, None), info("c", BOOL, [])],
        named("more", "chosen_c", "c"),
    )
    nodes = [
        helper.make_node("Loop", ["n", "", "x", "flag"], ["y", "last"], body=body),
        helper.make_node("Loop", ["n", "", "y", "flag"], ["z", "end"], body=body),
    ]
    inputs = [info("x", FLOAT, [2, 4]), info("flag", BOOL, []), info("n", INT64, [])]
    assert answered(model(nodes[:1], inputs, named("y"))) == ["c", "Loop_0"]
    # Two bodies have a tensor of that name: each If is called by its place.
    both = ["Loop_0", "0:Loop:body/If_0", "Loop_1", "1:Loop:body/If_0"]
    assert sorted(answered(model(nodes, inputs, named("z")))) == sorted(both)


def test_what_a_function_leaves_open_can_be_chosen() -> None:
    inner = [
        helper.make_node("ReduceMax", ["v"], ["most"], keepdims=0),
        helper.make_node("Cast", ["most"], ["c"], to=BOOL),
        conditional("c", "choose"),
        helper.make_node("NonZero", ["chosen_c"], ["found"]),
    ]
    opsets = [helper.make_opsetid("", 17)]
    function = helper.make_function("mine", "F", ["v"], ["found"], inner, opsets)
    call = helper.make_node("F", ["x"], ["y"], "call", domain="mine")
    proto = model([call], [info("x", FLOAT, [2, 4])], named("y"), functions=[function])
    assert answered(proto) == ["0:mine:F/If_2", "/0:mine:F/found[1]"]
    for wrong in ("0:mine:F/If_1", "0:mine:F/If_9", "0:mine:G/If_2", "1:mine:F/If_2", "0:mine:F/"):
        with pytest.raises(JoulegraphError) as caught:
            ours(proto, values={wrong: 1})
        assert caught.value.code == "unknown-input"


def test_a_loop_that_does_not_begin_need_not_fit() -> None:
    constants = {"w": np.zeros((5, 5), np.float32), "none": scalar(0), "go": scalar(1, np.bool_)}
    for collected in ([], ["v_next"]):
        proto = counting(STEP, ["v_next"], collected, ["none", "go", "x"], constants)
        graph = ours(proto)
        assert (bodies(graph), graph.type_of("v_out").shape) == ({}, (2, 4))
    with pytest.raises(JoulegraphError) as caught:
        ours(counting(STEP, ["v_next"], [], ["m", "go", "x"], constants))
    assert caught.value.code == "inconsistent-shapes"


@pytest.mark.parametrize(
    ("op", "first", "length"),
    [
        ("SequenceInsert", 0, 5),
        ("SequenceInsert", 2, 7),
        ("SequenceErase", 7, 2),
        ("Identity", 2, 2),
    ],
)
def test_a_sequence_that_a_loop_carries_is_as_long_as_it_becomes(
    op: str, first: int, length: int
) -> None:
    def given(name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_sequence_value_info(name, FLOAT, None)

    inputs = ["s", "x"] if op == "SequenceInsert" else ["s"]
    body = helper.make_graph(
        [
            helper.make_node(op, inputs, ["next"]),
            helper.make_node("Identity", ["go"], ["more"]),
        ],
        "body",
        [info("i", INT64, []), info("go", BOOL, []), given("s")],
        [info("more", BOOL, []), given("next")],
    )
    begin = helper.make_node("SequenceConstruct", ["x"] * first, ["s0"])
    if not first:
        begin = helper.make_node("SequenceEmpty", [], ["s0"])
    nodes = [
        begin,
        helper.make_node("Loop", ["n", "", "s0"], ["last"], body=body),
        helper.make_node("ConcatFromSequence", ["last"], ["y"], axis=0),
    ]
    proto = model(nodes, [info("x", FLOAT, [2, 4])], named("y"), {"n": scalar(5)})
    graph = ours(proto)
    assert graph.type_of("y").shape == (2 * length, 4)
    assert run(proto, {"x": np.zeros((2, 4), np.float32)}) == [(2 * length, 4)]
    assert bodies(graph) == {"/1:Loop:body": 5}
    assert not graph.notes
