"""Training steps on a measured platform: of a profile of inferences, and of one of training."""

from dataclasses import replace
from pathlib import Path

from py.breakdown import Options, Result, price
from py.layers import Bits, read_model
from py.layers.training import training_model
from py.platforms.measured.engine import Measured
from py.platforms.measured.of_layer import workload_of
from tests.platforms.measured.made_up import profile

ROOT = Path(__file__).resolve().parents[3]


def priced(platform: Measured, train: str | None = "sgd") -> Result:
    with (ROOT / "public" / "models" / "lenet5.onnx").open("rb") as file:
        model = read_model(file, "lenet5.onnx")
    return price(model, platform, Options(train=train))


def test_a_gradient_of_a_convolution_is_as_long_as_its_way_forward() -> None:
    result = priced(profile())
    times = {row.layer.name: row.estimate.time_s for row in result.rows}
    for name in ("C3", "C5"):
        assert times[f"{name} / input gradient"] == times[name]
        assert times[f"{name} / weight gradient"] == times[name]
    assert times["S2 / input gradient"] == times["S2"]
    assert times["C1 / activation gradient"] != times["C1"]


def test_a_gradient_is_timed_at_its_own_widths() -> None:
    with (ROOT / "public" / "models" / "lenet5.onnx").open("rb") as file:
        model = read_model(file, "lenet5.onnx")
    narrow = tuple(layer.with_bits(Bits(8, 16)) for layer in model.layers)
    found = training_model(replace(model, layers=narrow), "sgd").layers
    works = {layer.name: workload_of(layer) for layer in found}
    for name, bits in (("C3 / input gradient", (8, 16)), ("C3 / weight gradient", (16, 16))):
        work = works[name]
        assert work is not None
        assert (work.weight_bits, work.activation_bits) == bits
        assert work.kind == "conv"


def test_gradients_of_a_profile_of_inferences_have_no_interval() -> None:
    result = priced(profile())
    for row in result.rows:
        if row.layer.is_gradient and not row.layer.in_place:
            assert row.estimate.interval is None
            assert row.estimate.in_range is False
    assert "platform-training" not in {note.code for note in result.notes}
    assert "layers-training" in {note.code for note in result.notes}


def test_a_profile_of_training_has_the_gradients_in_its_layers() -> None:
    platform = profile(direction="training")
    inference, step = priced(platform, None), priced(platform)
    forward = {row.layer.name: row.estimate for row in inference.rows}
    for row in step.rows:
        if row.layer.is_gradient:
            assert (row.estimate.time_s, row.estimate.energy_j) == (0.0, 0.0)
            assert row.layer.in_place or "training" in {note.code for note in row.estimate.notes}
        elif row.layer.name in forward:
            assert row.estimate.time_s == forward[row.layer.name].time_s
    assert step.interval is not None
    # What a gradient moves, it moves whichever layer's time has it.
    assert [row.bytes for row in step.rows] == [row.bytes for row in priced(profile()).rows]
    for result in (inference, step):
        assert "platform-training" in {note.code for note in result.notes}


def test_a_direction_that_says_forward_is_the_usual_one() -> None:
    assert not profile(direction="forward").profile.of_training
    assert not profile().profile.of_training
