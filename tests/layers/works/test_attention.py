"""Attention: B x heads x Lq x Lk x (head size + value size) MACs, and those of projections."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, inliner, shape_inference

from py.layers.works import Work
from tests.layers.works.single_node import Shape, macs, works
from tests.models import read, serialised

MICROSOFT = "com.microsoft"


def contrib(
    op: str, inputs: dict[str, Shape], outputs: dict[str, Shape], *stored: str, **given: Any
) -> tuple[Work, ...]:
    return works(op, inputs, outputs, stored=stored, domain=MICROSOFT, **given)


@given(*(st.integers(1, 5) for _ in range(7)))
def test_heads_in_a_dimension_of_their_own_or_side_by_side(
    b: int, groups: int, share: int, lq: int, lk: int, d: int, dv: int
) -> None:
    heads = groups * share
    expected = b * heads * lq * lk * (d + dv)
    apart = works(
        "Attention",
        {"q": (b, heads, lq, d), "k": (b, groups, lk, d), "v": (b, groups, lk, dv)},
        {"y": (b, heads, lq, dv)},
    )
    assert macs(apart) == expected
    beside = works(
        "Attention",
        {"q": (b, lq, heads * d), "k": (b, lk, groups * d), "v": (b, lk, groups * dv)},
        {"y": (b, lq, heads * dv)},
        q_num_heads=heads,
        kv_num_heads=groups,
    )
    assert macs(beside) == expected
    assert [work.loops for work in beside] == [work.loops for work in apart]


def test_the_parts_have_the_loops_of_two_batched_products() -> None:
    scores, values = works(
        "Attention",
        {"q": (2, 4, 7, 8), "k": (2, 4, 9, 8), "v": (2, 4, 9, 5), "mask": (7, 9)},
        {"y": (2, 4, 7, 5)},
    )
    assert (scores.part, values.part, scores.kind) == ("scores", "values", "attention")
    assert scores.loops is not None
    assert values.loops is not None
    bounds = [(loops.g, loops.n, loops.c, loops.m) for loops in (scores.loops, values.loops)]
    assert bounds == [(8, 7, 8, 9), (8, 7, 9, 5)]
    pairs = 8 * 7 * 9
    assert scores.ops == pairs * (1 + 1 + 5)  # scale, mask, softmax
    assert scores.ofmap_elements == pairs
    assert values.ifmap_elements == pairs + 2 * 4 * 9 * 5
    assert values.inner == scores.outputs


def test_what_came_before_counts_in_the_keys() -> None:
    past = (2, 4, 11, 8)
    parts = works(
        "Attention",
        {
            "q": (2, 4, 1, 8),
            "k": (2, 4, 1, 8),
            "v": (2, 4, 1, 8),
            "-": None,
            "pk": past,
            "pv": past,
        },
        {"y": (2, 4, 1, 8), "nk": (2, 4, 12, 8), "nv": (2, 4, 12, 8)},
    )
    assert macs(parts) == 2 * 4 * 1 * 12 * 16


@pytest.mark.parametrize("causal", [0, 1])
def test_the_standards_own_body_has_the_same_products(causal: int) -> None:
    """The operator is a function in the standard: inlined, its MatMuls are counted."""
    shapes = {"q": (2, 4, 7, 8), "k": (2, 2, 9, 8), "v": (2, 2, 9, 5)}
    node = helper.make_node("Attention", ["q", "k", "v"], ["y"], is_causal=causal)
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, (2, 4, 7, 5))
    model = helper.make_model(
        helper.make_graph([node], "g", inputs, [output]),
        opset_imports=[helper.make_opsetid("", 23)],
    )
    inlined = inliner.inline_selected_functions(
        model, [("", "Attention")], inline_schema_functions=True
    )
    graph = shape_inference.infer_shapes(inlined, data_prop=True).graph
    known = {
        info.name: [dim.dim_value for dim in info.type.tensor_type.shape.dim]
        for info in (*graph.input, *graph.value_info, *graph.output)
    }
    counted = 0
    for entry in graph.node:
        if entry.op_type == "MatMul":
            left, right = (known[name] for name in entry.input)
            counted += int(np.prod(left)) * right[-1]
    assert counted > 0
    assert macs(works("Attention", shapes, {"y": (2, 4, 7, 5)})) == counted


@pytest.mark.parametrize("op", ["Attention", "QAttention"])
def test_the_projection_is_a_part(op: str) -> None:
    quantised = {"xs": (), "ws": (), "-m": None, "xz": (), "wz": ()} if op == "QAttention" else {}
    past = {"past": (2, 3, 4, 6, 8)} if quantised else {"-a": None, "past": (2, 3, 4, 6, 8)}
    parts = contrib(
        op,
        {"x": (3, 7, 20), "w": (20, 96), "b": (96,), **quantised, **past},
        {"y": (3, 7, 32), "present": (2, 3, 4, 13, 8)},
        *("w", "b", "xs", "ws", "xz", "wz"),
        num_heads=4,
        dtypes={"w": "int8"} if quantised else {},
    )
    assert [work.part for work in parts] == ["projection", "scores", "values"]
    assert macs(parts) == 3 * 7 * 20 * 96 + 3 * 4 * 7 * 13 * 16
    assert parts[0].weights == ("w", "b")
    assert (parts[0].kind, parts[0].weight_dtype) == ("dense", "int8" if quantised else "float32")


def test_widths_of_their_own_for_values() -> None:
    parts = contrib(
        "Attention",
        {"x": (1, 7, 20), "w": (20, 72), "b": (72,)},
        {"y": (1, 7, 8)},
        *("w", "b"),
        num_heads=4,
        qkv_hidden_sizes=[32, 32, 8],
    )
    assert macs(parts) == 7 * 20 * 72 + 4 * 7 * 7 * (8 + 2)


@pytest.mark.parametrize(
    ("inputs", "keys"),
    [
        ({"q": (2, 7, 32), "k": (2, 9, 32), "v": (2, 9, 32)}, 9),
        ({"q": (2, 7, 4, 3, 8)}, 7),
        ({"q": (2, 7, 32), "k": (2, 9, 4, 2, 8)}, 9),
        ({"q": (2, 7, 32), "k": (2, 4, 9, 8), "v": (2, 4, 9, 8)}, 9),
        (
            {"q": (2, 7, 32), "k": (2, 7, 32), "v": (2, 7, 32)}
            | {"-b": None, "-p": None, "-a": None, "pk": (2, 4, 5, 8), "pv": (2, 4, 5, 8)},
            12,
        ),
    ],
)
def test_multi_head_attention_in_all_its_layouts(inputs: dict[str, Shape], keys: int) -> None:
    parts = contrib("MultiHeadAttention", inputs, {"y": (2, 7, 32)}, num_heads=4)
    assert macs(parts) == 2 * 4 * 7 * keys * 16


@pytest.mark.parametrize("packed", [False, True])
def test_grouped_queries_meet_their_groups_keys(packed: bool) -> None:
    inputs: dict[str, Shape] = (
        {"q": (2, 1, 16 * 8), "-k": None, "-v": None}
        if packed
        else {"q": (2, 1, 12 * 8), "k": (2, 1, 2 * 8), "v": (2, 1, 2 * 8)}
    )
    past = {"pk": (2, 2, 30, 8), "pv": (2, 2, 30, 8), "s": (2,), "t": ()}
    parts = contrib(
        "GroupQueryAttention",
        inputs | past,
        {"y": (2, 1, 96), "nk": (2, 2, 31, 8), "nv": (2, 2, 31, 8)},
        num_heads=12,
        kv_num_heads=2,
    )
    assert macs(parts) == 2 * 12 * 1 * 31 * 16


def test_packed_tokens_meet_a_sequence_of_full_length() -> None:
    offsets = {"offset": (3, 10), "lengths": (4,)}
    parts = contrib(
        "PackedMultiHeadAttention",
        {"q": (25, 32), "k": (25, 32), "v": (25, 32), "-b": None, **offsets},
        {"y": (25, 32)},
        num_heads=4,
    )
    assert macs(parts) == 4 * 25 * 10 * 16


def test_a_linear_attention_updates_a_state_for_each_token() -> None:
    shapes = {"q": (2, 5, 4 * 8), "k": (2, 5, 2 * 8), "v": (2, 5, 2 * 6)}
    for rule, states in (("linear", 1), ("gated_delta", 2)):
        parts = works(
            "LinearAttention",
            shapes,
            {"y": (2, 5, 4 * 6), "s": (2, 2, 8, 6)},
            q_num_heads=4,
            kv_num_heads=2,
            update_rule=rule,
        )
        assert macs(parts) == 2 * 5 * 8 * 6 * (2 * states + 4)


def test_parts_are_layers_and_what_follows_joins_the_last() -> None:
    nodes = [
        helper.make_node("Attention", ["q", "k", "v"], ["a"], "att"),
        helper.make_node("Relu", ["a"], ["y"], "relu"),
    ]
    shapes = {"q": (2, 4, 7, 8), "k": (2, 4, 9, 8), "v": (2, 4, 9, 5)}
    model = read(serialised(nodes, dict(shapes), {"y": (2, 4, 7, 5)}, opset=23))
    assert [layer.name for layer in model.layers] == ["att scores", "att values"]
    assert [layer.op_types for layer in model.layers] == [("Attention",), ("Attention", "Relu")]
    assert [layer.nodes for layer in model.layers] == [(0,), (0, 1)]
    assert model.layers[0].ifmaps == ("q", "k")
    assert model.layers[1].ifmaps == ("v", *model.layers[0].ofmaps)
    assert model.macs == model.nodes[0].macs == 2 * 4 * 7 * 9 * 13


def test_an_unknown_length_is_unknown() -> None:
    parts = works(
        "Attention",
        {"q": (2, 4, None, 8), "k": (2, 4, 9, 8), "v": (2, 4, 9, 5)},
        {"y": (2, 4, None, 5)},
    )
    assert [work.macs for work in parts] == [None, None]
    assert parts[0].ops is None


def test_no_tokens_take_no_macs() -> None:
    parts = works(
        "Attention",
        {"q": (2, 4, 0, 8), "k": (2, 4, 9, 8), "v": (2, 4, 9, 5)},
        {"y": (2, 4, 0, 5)},
    )
    assert [(work.macs, work.loops) for work in parts] == [(0, None), (0, None)]
