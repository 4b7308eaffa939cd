"""Recurrent layers: T x B x directions x gates x H x (I + H) MACs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from tests.layers.works.single_node import macs, works
from tests.models import read, serialised, weights

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
SIZES = {name: st.integers(0 if name == "steps" else 1, 6) for name in ("steps", "batch", "i", "h")}


@given(
    st.sampled_from(sorted(GATES)), st.integers(1, 2), st.booleans(), st.fixed_dictionaries(SIZES)
)
def test_macs_are_those_of_the_formula(
    op: str, directions: int, batch_first: bool, sizes: dict[str, int]
) -> None:
    t, b, i, h = (sizes[name] for name in ("steps", "batch", "i", "h"))
    gates = GATES[op]
    parts = works(
        op,
        {
            "x": (b, t, i) if batch_first else (t, b, i),
            "w": (directions, gates * h, i),
            "r": (directions, gates * h, h),
            "b": (directions, 2 * gates * h),
        },
        {"y": (t, directions, b, h)},
        stored=("w", "r", "b"),
        hidden_size=h,
        layout=int(batch_first),
    )
    assert macs(parts) == t * b * directions * gates * h * (i + h)
    assert [(work.part, work.runs) for work in parts] == [("input", 1), ("recurrent", t)]
    assert [work.weights for work in parts] == [("w", "b"), ("r",)]
    assert sum(work.weight_elements or 0 for work in parts) == directions * gates * h * (i + h)


def test_a_quantised_lstm_has_its_weights_the_other_way_round() -> None:
    parts = works(
        "DynamicQuantizeLSTM",
        {"x": (7, 2, 5), "w": (1, 5, 12), "r": (1, 3, 12)},
        {"y": (7, 1, 2, 3)},
        stored=("w", "r"),
        dtypes={"w": "int8", "r": "int8"},
        domain="com.microsoft",
        hidden_size=3,
    )
    assert macs(parts) == 7 * 2 * 4 * 3 * (5 + 3)
    assert [work.weight_dtype for work in parts] == ["int8", "int8"]


@pytest.mark.parametrize(
    ("names", "each"),
    [
        ({}, 4 + 3 * 4 + 2 * 1 + 4),  # sums of gates, sigmoids, tangents, cell and state
        ({"activations": ["Relu", "Tanh", "Relu"]}, 4 + 3 * 1 + 1 + 1 + 4),
        ({"activations": ["HardSigmoid", "Softsign", "tanh"]}, 4 + 3 * 4 + 3 + 1 + 4),
    ],
)
def test_gates_are_operations_of_each_step(names: dict[str, Any], each: int) -> None:
    shapes = {"x": (7, 2, 5), "w": (1, 12, 5), "r": (1, 12, 3)}
    first, step = works("LSTM", shapes, {"y": (7, 1, 2, 3)}, stored=("w", "r"), **names)
    assert first.ops == 0
    assert step.ops == 2 * 3 * each


def test_a_layer_of_an_lstm_counts_all_its_runs() -> None:
    node = helper.make_node("LSTM", ["x", "w", "r", "b"], ["y"], "lstm", hidden_size=3)
    relu = helper.make_node("Relu", ["y"], ["z"], "relu")
    stored = [weights("w", 1, 12, 5), weights("r", 1, 12, 3), weights("b", 1, 24)]
    model = read(serialised([node, relu], {"x": (7, 2, 5)}, {"z": None}, stored))
    assert [layer.name for layer in model.layers] == ["lstm input", "lstm recurrent", "relu"]
    assert [layer.kind for layer in model.layers] == ["recurrent", "recurrent", "elementwise"]
    assert [layer.runs for layer in model.layers] == [1, 7, 1]
    assert model.macs == model.nodes[0].macs == 7 * 2 * 12 * (5 + 3)
    assert model.parameters == 12 * 5 + 12 * 3 + 24
    assert model.layers[0].weights == ("w", "b")
    assert model.layers[1].ifmaps == model.layers[0].ofmaps
    assert model.layers[1].ofmaps == ("y",)
