"""AlexNet, GoogLeNet and SqueezeNet as Yang et al. 2017 (papers/001) estimate them.

The paper's tool covers convolutional and fully connected layers (section II, figure 6), so its
shares are shares of those; ``everything`` has pooling and normalisation too.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from py.breakdown import LayerResult, Options, Result, price
from py.layers import Choices, Density, read_model
from py.platforms.accelerator.costs import access_costs
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.problem import problem_of
from py.platforms.load import platform_from_json
from tests.papers.chip import CHIP, mapping_of
from tests.platforms.accelerator.edited import edited

MODELS = Path(__file__).resolve().parents[2] / "public" / "models"

# The paper does not state a batch. Chen et al. (ISCA 2016), on whose energies and dataflow it
# builds (its reference [1]), break AlexNet down at 16 images.
BATCH = 16


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Energies per image, in MAC energies, and shares of the layers that the paper covers."""

    everything: float
    covered: float
    conv: float
    dense: float
    computation: float
    feature_maps: float


def eyeriss(changes: dict[str, Any] | None = None) -> Accelerator:
    """Return Eyeriss as shipped, with fields of its file changed by their path."""
    platform = platform_from_json(edited(changes or {}))
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
        layer, chip = row.layer, CHIP.get(row.layer.name.upper())
        if chip is not None:
            assert layer.loops is not None
            widths = platform.widths(layer)
            costs = access_costs(platform.hardware, widths, layer.zeros)
            mapping = mapping_of(layer.loops, chip.tiles)
            priced = platform.price(problem_of(layer.loops), mapping, widths, costs)
            row = LayerResult(layer, priced)
        rows.append(row)
    return replace(result, rows=tuple(rows))


def reproduced(result: Result) -> Reproduction:
    """Return what the paper reports of a result."""
    kinds = {"conv": 0.0, "dense": 0.0}
    tensors = {"computation": 0.0, "ifmap": 0.0, "weight": 0.0, "ofmap": 0.0}
    for row in result.rows:
        if row.layer.kind not in kinds:
            continue
        kinds[row.layer.kind] += row.counted.energy_macs
        for term in row.counted.terms:
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
