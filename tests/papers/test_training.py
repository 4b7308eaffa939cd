"""Training steps against what was measured: shares of kinds of layers, backward against forward."""

import math
from functools import cache
from pathlib import Path

import pytest

from py.breakdown import Options, Result, price
from py.layers import Choices, read_model
from py.platforms import load_platform
from tests.papers.line import Line

ROOT = Path(__file__).resolve().parents[2]
_BATCH = 128
_ROOFLINE = (
    "A roofline of the datasheet at one share of its peaks: kernels reach different ones. Batch 128"
    ", forward and backward, as the benchmark runs them; activations are a part of their layers"
)


@cache
def step(network: str, platform: str) -> Result:
    """A training step of a network on a device."""
    with (ROOT / "public" / "models" / f"{network}.onnx").open("rb") as file:
        model = read_model(file, f"{network}.onnx", Choices(batch=_BATCH))
    return price(model, load_platform(platform), Options(train="sgd"))


def share(result: Result, *kinds: str) -> float:
    """The share of kinds of layers in the energy of propagation, the update left out."""
    rows = [row for row in result.rows if row.layer.phase != "update"]
    energies = [(row.layer.kind, row.estimate.energy_j or 0.0) for row in rows]
    chosen = math.fsum(energy for kind, energy in energies if kind in kinds)
    return chosen / math.fsum(energy for _, energy in energies)


def lines() -> list[Line]:
    """Li et al. 2016, section V-A with figure 5; device by device where the text gives it."""
    paper = "Li 2016"
    alexnet = [("k20m", "K20m"), ("gtx-titan-x", "Titan X"), ("xeon-e5-2650-v2", "CPU")]
    overfeat = [("k20m", "K20m", 0.95), ("gtx-titan-x", "Titan X", 0.93)]
    overfeat += [("xeon-e5-2650-v2", "CPU", 0.92)]
    found = []
    for device, name in alexnet:
        of = step("alexnet", device)
        for what, kinds, expected, margin in (
            ("convolutions", ("conv",), 0.87, 0.05),
            ("fully connected", ("dense",), 0.10, 0.03),
        ):
            got = share(of, *kinds)
            figure = f"AlexNet, {name}: {what}"
            found.append(Line(paper, figure, expected, got, "", 0.0, _ROOFLINE, margin))
        small = share(of, "pool", "elementwise", "movement")
        found.append(
            Line(
                paper,
                f"AlexNet, {name}: pooling and ReLU",
                0.05,
                small,
                "",
                0.0,
                _ROOFLINE,
                0.015,
                at_most=True,
            )
        )
    for device, name, expected in overfeat:
        got = share(step("overfeat", device), "conv")
        figure = f"OverFeat, {name}: convolutions"
        found.append(Line(paper, figure, expected, got, "", 0.0, _ROOFLINE, 0.03))
    return found


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.figure)
def test_shares_of_a_training_step(line: Line) -> None:
    assert line.state == "within", line


MEASURED = {
    "Torch 7 with cuDNN 5.1, Titan X (Pascal)": (17.44, 14.29 + 14.62),
    "Chainer with cuDNN 5.1, Titan X (Pascal)": (18.175, 34.943),
    "TensorFlow 2015, Titan X": (70.0, 244.0 - 70.0),
}
"""AlexNet at batch 128, ms forward and backward: yuyu2172/chainer-performance-improvements
(BENCHMARK.md; Chainer without the first layer's input gradient) and TensorFlow's
alexnet_benchmark.py. Of 4,000 layers on two CPUs (willowec/characterizing-pytorch-power@4067417)
backward took 1.70 and 1.74 times as long for convolutions in all, 1.85 and 2.38 for dense ones."""


def test_backward_against_forward_lies_among_those_measured() -> None:
    result = step("alexnet", "gtx-titan-x")
    phases = result.as_json()["training"]["phases"]
    back = phases["input_gradient"]["time_s"] + phases["weight_gradient"]["time_s"]
    ratios = [backward / forward for forward, backward in MEASURED.values()]
    assert min(ratios) < back / phases["forward"]["time_s"] < max(ratios)
