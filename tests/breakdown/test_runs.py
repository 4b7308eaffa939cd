"""Layers that run several times, or with a probability: counts of one run, totals of all."""

import csv
import io
import json
from dataclasses import replace
from fractions import Fraction

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from py.breakdown import (
    Options,
    Result,
    decode_link,
    encode_link,
    model_from_state,
    price,
    result_csv,
    state_of,
)
from py.errors import JoulegraphError
from py.layers import Model
from py.layers.layer import Layer
from py.layers.read import with_batch
from py.layers.report import model_csv, model_json
from py.platforms import load_platform
from py.quantities import repeated
from tests.models import conv_net, read, serialised, weights
from tests.test_schemas import schema

EYERISS = load_platform("eyeriss")
STEPS = 7


def recurrent() -> Model:
    node = helper.make_node("LSTM", ["x", "w", "r"], ["y"], "lstm", hidden_size=3)
    stored = [weights("w", 1, 12, 5), weights("r", 1, 12, 3)]
    return read(serialised([node], {"x": (STEPS, "n", 5)}, {"y": None}, stored))


def priced(model: Model) -> Result:
    return price(model, EYERISS, Options())


def with_runs(runs: float) -> Model:
    model = read(conv_net())
    return replace(model, layers=tuple(replace(layer, runs=runs) for layer in model.layers))


def test_a_step_costs_as_often_as_it_runs() -> None:
    model = recurrent()
    found = priced(model)
    once = priced(replace(model, layers=tuple(replace(layer, runs=1) for layer in model.layers)))
    assert [row.layer.runs for row in found.rows] == [1, STEPS]
    first, step = (row.counted for row in found.rows)
    assert first == once.rows[0].estimate
    for term, single in zip(step.terms, once.rows[1].counted.terms, strict=True):
        assert term.accesses == STEPS * single.accesses
        assert term.why == f"{single.why}; {STEPS} times"
    assert step.energy_macs == pytest.approx(STEPS * once.rows[1].counted.energy_macs)


def test_weights_fetched_again_are_said() -> None:
    assert "weights-again" in {note.code for note in priced(recurrent()).notes}
    assert "weights-again" in {note.code for note in priced(with_runs(2)).notes}
    for runs in (1, 0.5):
        assert "weights-again" not in {note.code for note in priced(with_runs(runs)).notes}


def test_rows_and_totals_are_of_all_runs() -> None:
    model = recurrent()
    document = priced(model).as_json()
    jsonschema.validate(json.loads(json.dumps(document)), schema("result"))
    assert [layer["runs"] for layer in document["layers"]] == [1, STEPS]
    assert [layer["macs"] for layer in document["layers"]] == [STEPS * 60, STEPS * 36]
    assert document["totals"]["macs"] == model.macs == STEPS * 96
    assert document["totals"]["ops"] == sum(layer["ops"] for layer in document["layers"])
    assert document["coverage"]["macs_share"] == 1
    assert document["layers"][1]["loops"]["n"] == 1
    rows = list(csv.DictReader(io.StringIO(result_csv(priced(model)))))
    assert [row["runs"] for row in rows] == ["1", str(STEPS), ""]
    assert [row["macs"] for row in rows] == [str(STEPS * 60), str(STEPS * 36), str(STEPS * 96)]
    report = model_json(model)
    assert report["totals"]["macs"] == sum(layer["macs"] for layer in report["layers"])
    rows = list(csv.DictReader(io.StringIO(model_csv(model))))
    assert [int(row["macs"]) for row in rows] == [STEPS * 60, STEPS * 36]


def test_a_link_keeps_the_runs_and_leaves_them_out_where_all_are_one() -> None:
    found = priced(recurrent())
    state = decode_link(encode_link(state_of(found)))
    assert state["layers"]["runs"] == [1, STEPS]
    model = model_from_state(state)
    assert price(model, EYERISS, Options()).totals() == found.totals()
    assert "runs" not in state_of(priced(read(conv_net())))["layers"]


@pytest.mark.parametrize("runs", [-1, True, "2", None, 1 << 60, [1]])
def test_runs_that_are_none_are_refused(runs: object) -> None:
    state = json.loads(json.dumps(state_of(priced(recurrent()))))
    state["layers"]["runs"][1] = runs
    with pytest.raises(JoulegraphError) as caught:
        model_from_state(state)
    assert caught.value.code == "link-invalid"


def test_another_batch_has_the_same_runs() -> None:
    scaled = with_batch(recurrent(), 4)
    assert [layer.runs for layer in scaled.layers] == [1, STEPS]
    assert scaled.macs == 4 * STEPS * 96
    assert [layer.loops.n for layer in scaled.layers if layer.loops] == [4 * STEPS, 4]


@given(st.floats(0, 1) | st.integers(0, 1000))
def test_expected_counts_are_whole_and_add_up(runs: float) -> None:
    model = with_runs(runs)
    found = priced(model).as_json()
    assert found["totals"]["macs"] == sum(layer["macs"] for layer in found["layers"])
    for layer, one in zip(found["layers"], model.layers, strict=True):
        assert isinstance(layer["macs"], int)
        assert abs(layer["macs"] - Fraction(runs) * (one.macs or 0)) <= Fraction(1, 2)


def test_what_never_runs_costs_nothing() -> None:
    found = priced(with_runs(0))
    assert found.energy_macs == 0
    assert found.model.macs == 0


def test_large_counts_are_exact() -> None:
    assert repeated((1 << 80) + 1, 3) == 3 * ((1 << 80) + 1)
    assert repeated((1 << 80) + 2, 0.5) == (1 << 79) + 1
    assert repeated(None, 3) is None


@pytest.mark.parametrize("runs", [-1, float("nan"), float("inf")])
def test_a_layer_refuses_runs_that_are_none(runs: float) -> None:
    with pytest.raises(ValueError, match="runs"):
        replace(read(conv_net()).layers[0], runs=runs)


def test_whole_runs_are_whole_numbers() -> None:
    layer: Layer = replace(read(conv_net()).layers[0], runs=2.0)
    assert isinstance(layer.runs, int)
