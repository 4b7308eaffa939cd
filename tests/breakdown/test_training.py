"""Results of a training step: phases, images, epochs, and every form they take."""

import csv
import io
import json
import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import (
    Options,
    Result,
    changes,
    decode_link,
    encode_link,
    open_state,
    price,
    result_csv,
    result_table,
    state_of,
)
from py.breakdown.training import TrainingRun, per_image, training_lines, training_of
from py.layers import Choices, read_model
from py.layers.training import PHASES
from py.platforms import load_platform
from tests.golden import check_golden

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "public" / "schema" / "result.schema.json").read_text())
SAMPLES = sorted(path.stem for path in (ROOT / "public" / "models").glob("*.onnx"))
CHEAP = ("lenet5", "alexnet", "nin", "squeezenet1_1", "resnet18", "shufflenet_v2")
_QUANTITIES = ("energy_j", "energy_macs", "time_s")


@cache
def step(
    name: str = "lenet5", platform: str = "eyeriss", batch: int = 1, optimizer: str = "sgd"
) -> Result:
    with (ROOT / "public" / "models" / f"{name}.onnx").open("rb") as file:
        model = read_model(file, f"{name}.onnx", Choices(batch=batch))
    return price(model, load_platform(platform), Options(train=optimizer))


def checked(document: dict[str, Any]) -> dict[str, Any]:
    """A document that the schema takes, with nothing in it that JSON has no word for."""
    text = json.dumps(document, allow_nan=False)
    read: dict[str, Any] = json.loads(text)
    jsonschema.validate(read, SCHEMA)
    return read


def holds_together(result: Result) -> None:
    """The phases add up to the totals, and the layers to the phases; nothing is left out."""
    document = checked(result.as_json())
    training = document["training"]
    assert document["coverage"]["not_modelled"] == []
    assert result.macs_share() == 1.0
    for name in (*_QUANTITIES, "macs", "ops"):
        values = [training["phases"][phase][name] for phase in PHASES]
        whole = document["totals"][name]
        if whole is None:
            assert any(value is None for value in values)
        else:
            assert math.fsum(values) == pytest.approx(whole, rel=1e-12)
        for phase in PHASES:
            rows = [row for row in document["layers"] if row["phase"] == phase]
            assert training["phases"][phase]["layers"] == len(rows)
            if training["phases"][phase][name] is not None:
                summed = math.fsum(row[name] for row in rows)
                assert training["phases"][phase][name] == pytest.approx(summed, rel=1e-12)


@pytest.mark.parametrize("name", CHEAP)
def test_every_layer_of_a_step_is_priced_on_an_accelerator(name: str) -> None:
    holds_together(step(name))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_layer_of_a_step_is_priced_on_devices(name: str) -> None:
    holds_together(step(name, "a10", batch=4, optimizer="adam"))


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "squeezenet1_1"])
def test_every_layer_of_a_step_is_timed_by_a_profile(name: str) -> None:
    holds_together(step(name, "v100-tf1", batch=4, optimizer="momentum"))


def test_a_step_takes_more_than_two_inferences_and_its_update() -> None:
    with (ROOT / "public" / "models" / "alexnet.onnx").open("rb") as file:
        model = read_model(file, "alexnet.onnx", Choices(batch=64))
    inference = price(model, load_platform("eyeriss"), Options())
    phases = step("alexnet", batch=64).as_json()["training"]["phases"]
    forward, backward = (
        phases["forward"]["energy_j"],
        [phases[name]["energy_j"] for name in ("input_gradient", "weight_gradient")],
    )
    assert inference.energy_j is not None
    assert 1.0 <= forward / inference.energy_j < 1.05  # where maxima were is kept
    assert 1.5 < math.fsum(backward) / forward < 2.5


def test_operations_that_nobody_counted_are_unknown_in_their_phase_too() -> None:
    with (ROOT / "public" / "models" / "lenet5.onnx").open("rb") as file:
        model = read_model(file, "lenet5.onnx")
    layers = [replace(own, ops=None) if own.kind == "pool" else own for own in model.layers]
    model = replace(model, layers=tuple(layers))
    result = price(model, load_platform("eyeriss"), Options(train="sgd"))
    document = checked(result.as_json())
    phases = document["training"]["phases"]
    assert document["totals"]["ops"] is None
    assert phases["forward"]["ops"] is None
    assert phases["forward"]["macs"] is not None
    assert phases["update"]["ops"] is not None


def test_an_inference_has_no_phases() -> None:
    with (ROOT / "public" / "models" / "lenet5.onnx").open("rb") as file:
        model = read_model(file, "lenet5.onnx")
    result = price(model, load_platform("eyeriss"), Options())
    document = checked(result.as_json())
    assert "training" not in document
    assert all("phase" not in layer for layer in document["layers"])
    assert training_of(result) is None
    assert training_lines(result) == []


@pytest.mark.parametrize("name", ["resnet50", "mobilenet_v2", "googlenet", "lenet5"])
@pytest.mark.parametrize("platform", ["a10", "cpu-raptorlake"])
def test_a_link_opens_to_the_same_step(name: str, platform: str) -> None:
    result = step(name, platform, batch=2, optimizer="adam")
    state = decode_link(encode_link(state_of(result)))
    model, options = open_state(state, Options())
    assert options.train == "adam"
    assert [layer.phase for layer in model.layers] == [None] * len(model.layers)
    again = price(model, load_platform(platform), options)
    assert changes(state, state_of(again)) == ()
    ours, theirs = result.as_json(), again.as_json()
    assert theirs["training"] == ours["training"]
    assert theirs["totals"] == ours["totals"]
    assert theirs["layers"] == ours["layers"]
    assert theirs["notes"] == ours["notes"]
    # an inference is still in it
    plain, _ = open_state(state, Options(train=""))
    assert len(plain.layers) == len(model.layers)


def test_layers_share_details_only_where_all_of_them_are_the_same() -> None:
    result = step("alexnet", "v100-tf1")
    whole, shared = result.as_json()["layers"], result.as_shared_json()
    for layer, short in zip(whole, shared["layers"], strict=True):
        assert layer == {
            **{key: value for key, value in short.items() if key != "detail"},
            **shared["details"][short["detail"]],
        }


def test_gradients_on_a_measured_platform_are_said_to_be_extrapolated() -> None:
    result = step("resnet18", "v100-tf1", batch=8)
    for row in result.rows:
        gradient = row.layer.phase in ("input_gradient", "weight_gradient")
        assert ("training" in {note.code for note in row.estimate.notes}) == (
            gradient and not row.layer.in_place
        )
        if gradient and not row.layer.in_place:
            assert row.estimate.in_range is False
            assert row.estimate.interval is None
    assert result.interval is None
    assert "layers-training" in {note.code for note in result.notes}
    by_name = {row.layer.name: row.estimate.time_s for row in result.rows}
    first = by_name["res2a_branch2a"]
    assert by_name["res2a_branch2a / input gradient"] == first
    assert by_name["res2a_branch2a / weight gradient"] == first


@settings(max_examples=50, deadline=None)
@given(
    images=st.integers(1, 1 << 50), epochs=st.floats(1e-3, 1e6), batch=st.sampled_from([1, 3, 64])
)
def test_a_run_is_as_many_images(images: int, epochs: float, batch: int) -> None:
    result = step(batch=batch)
    run = TrainingRun(images, epochs).as_json(result)
    each = per_image(result)
    assert (run["steps_per_epoch"] - 1) * batch < images <= run["steps_per_epoch"] * batch
    for name in _QUANTITIES:
        one, whole = each[name], getattr(result, name)
        assert one is not None
        assert one * batch == pytest.approx(whole)
        assert run["per_epoch"][name] == pytest.approx(one * images)
        assert run["total"][name] == pytest.approx(run["per_epoch"][name] * epochs)


@pytest.mark.parametrize(
    ("images", "epochs"), [(0, 1.0), (1, 0.0), (1, math.inf), (1, math.nan), (1 << 60, 1.0)]
)
def test_a_run_that_is_none_is_refused(images: int, epochs: float) -> None:
    with pytest.raises(ValueError, match="TrainingRun"):
        TrainingRun(images, epochs)


def test_the_table_has_the_parts_of_a_step_and_the_run() -> None:
    result = step("lenet5", batch=4)
    text = result_table(result, run=TrainingRun(60_000, 20))
    lines = text.split("\n")
    for block in ("forward ", "backward ", "update "):
        assert any(line.startswith(block) for line in lines)
    assert any(line.startswith("gradients of weights") for line in lines)
    assert any(line.startswith("for the run") and "(20 epochs)" in line for line in lines)
    assert any(line.startswith("for an epoch") and "15,000 steps of 4" in line for line in lines)
    assert "per image" in text
    assert "update/" not in text  # the sentence names layers, not where the table has them


def test_the_table_as_it_was_looked_at() -> None:
    result = step("lenet5", batch=4, optimizer="adam")
    text = result_table(result, run=TrainingRun(60_000, 20))
    check_golden(Path(__file__).parent / "golden_training" / "lenet5.txt", text)


def test_rows_of_csv_add_up_to_the_total() -> None:
    result = step("lenet5")
    *rows, total = csv.DictReader(io.StringIO(result_csv(result)))
    assert [row["phase"] for row in rows] == [row.layer.phase for row in result.rows]
    assert (total["name"], total["phase"]) == ("total", "")
    summed = math.fsum(float(row["energy_j"]) for row in rows)
    assert float(total["energy_j"]) == pytest.approx(summed, rel=1e-12)
