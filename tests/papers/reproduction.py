"""AlexNet, GoogLeNet and SqueezeNet as Yang et al. 2017 (papers/001) estimate them.

The paper's tool covers convolutional and fully connected layers (section II, figure 6), so its
shares are shares of those; ``everything`` has pooling and normalisation too.
"""

import copy
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from py.breakdown import LayerResult, Options, Result, price
from py.layers import Choices, Density, read_model
from py.platforms.accelerator.costs import word_costs
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.mapping import RowStationaryMapping
from py.platforms.accelerator.problem import problem_of
from py.platforms.load import platform_from_json, read_platform_file

MODELS = Path(__file__).resolve().parents[2] / "public" / "models"

# The paper does not state a batch. Chen et al. (ISCA 2016), on whose energies and dataflow it
# builds (its reference [1]), break AlexNet down at 16 images.
BATCH = 16

# Chen et al. (JSSC 2017), table III: how the chip runs AlexNet.
CHIP_MAPPINGS = {
    "conv1": RowStationaryMapping(m=96, n=1, e=7, p=16, q=1, r=1, t=2),
    "conv2": RowStationaryMapping(m=64, n=1, e=27, p=16, q=2, r=1, t=1),
    "conv3": RowStationaryMapping(m=64, n=4, e=13, p=16, q=4, r=1, t=4),
    "conv4": RowStationaryMapping(m=64, n=4, e=13, p=16, q=3, r=2, t=2),
    "conv5": RowStationaryMapping(m=64, n=4, e=13, p=16, q=3, r=2, t=2),
}


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Energies per image, in MAC energies, and shares of the layers that the paper covers."""

    everything: float
    covered: float
    conv: float
    dense: float
    computation: float
    feature_maps: float


def eyeriss(**conventions: Any) -> Accelerator:
    """Return Eyeriss as shipped, with some conventions changed."""
    data = copy.deepcopy(read_platform_file("eyeriss"))
    for name, value in conventions.items():
        data["conventions"][name]["value"] = value
    platform = platform_from_json(data)
    assert isinstance(platform, Accelerator)
    return platform


def estimated(
    name: str, platform: Accelerator, *, batch: int = BATCH, dense: bool = False
) -> Result:
    """Return a sample's breakdown, with its zero fractions unless ``dense``."""
    density = None
    if not dense:
        density = Density.from_json(json.loads((MODELS / f"{name}.density.json").read_text()))
    with (MODELS / f"{name}.onnx").open("rb") as file:
        model = read_model(file, f"{name}.onnx", Choices(batch=batch))
    return price(model, platform, Options(Choices(batch=batch), density=density))


def with_chip_mappings(result: Result, platform: Accelerator) -> Result:
    """Return AlexNet's result with its convolutions run as the chip runs them, not as we would."""
    rows = []
    for row in result.rows:
        layer, mapping = row.layer, CHIP_MAPPINGS.get(row.layer.name)
        if mapping is not None:
            assert layer.loops is not None
            assert layer.ofmap_elements is not None
            widths = platform.widths(layer)
            problem = problem_of(
                layer.loops,
                platform.hardware,
                macs=layer.loops.macs,
                ofmap_words=layer.ofmap_elements,
                activation_bits=widths.activation,
            )
            assert mapping.fits(problem, platform.hardware, widths)
            costs = word_costs(platform.hardware, widths, layer.zeros)
            row = LayerResult(layer, platform.price(problem, mapping, widths, costs))
        rows.append(row)
    return replace(result, rows=tuple(rows))


def reproduced(result: Result) -> Reproduction:
    """Return what the paper reports of a result."""
    kinds = {"conv": 0.0, "dense": 0.0}
    tensors = {"computation": 0.0, "ifmap": 0.0, "weight": 0.0, "ofmap": 0.0}
    for row in result.rows:
        if row.layer.kind not in kinds:
            continue
        kinds[row.layer.kind] += row.estimate.energy_macs
        for term in row.estimate.terms:
            tensors[term.tensor] += term.energy
    covered = kinds["conv"] + kinds["dense"]
    batch = result.model.batch
    return Reproduction(
        everything=(result.energy_macs or 0.0) / batch,
        covered=covered / batch,
        conv=kinds["conv"] / covered,
        dense=kinds["dense"] / covered,
        computation=tensors["computation"] / covered,
        feature_maps=(tensors["ifmap"] + tensors["ofmap"]) / covered,
    )
