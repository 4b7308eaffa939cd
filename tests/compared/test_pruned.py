"""Real networks before and after: narrower, renamed, some layers gone, on another resolution."""

import copy
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from py.breakdown import Options, price
from py.compared import Run
from py.compared.alignment import align
from py.compared.signature import signature_of
from py.layers import Choices, read_model
from py.platforms import load_platform

MODELS = Path(__file__).resolve().parents[2] / "public" / "models"
NETWORKS = ("vgg16", "resnet18", "mobilenet_v2", "squeezenet1_1")


@cache
def whole(name: str) -> str:
    """Return a sample's result on a datasheet's device, which takes no time to work out."""
    data = (MODELS / f"{name}.onnx").read_bytes()
    model = read_model(io.BytesIO(data), f"{name}.onnx", Choices())
    return json.dumps(price(model, load_platform("t4"), Options()).as_json())


def renamed(document: dict[str, Any]) -> dict[str, Any]:
    for at, layer in enumerate(document["layers"]):
        layer["name"] = f"node_{at * 7 % 13}_{layer['op_types'][0].lower()}_{at}"
    return document


def narrower(document: dict[str, Any], share: float) -> dict[str, Any]:
    """Return the network with fewer channels everywhere, as structured pruning leaves it."""
    for layer in document["layers"]:
        for count in ("macs", "ops", "parameters"):
            layer[count] = int(layer[count] * share)
        loops = layer["loops"]
        if loops is not None and loops["g"] > 1:
            loops["g"] = max(2, int(loops["g"] * share))
        elif loops is not None:
            loops["m"] = max(1, int(loops["m"] * share))
            loops["c"] = loops["c"] if loops["c"] == 3 else max(1, int(loops["c"] * share))
    return document


def matched(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[int, int]]:
    first, second = (
        [signature_of(layer) for layer in Run.from_json("x", document).layers]
        for document in (before, after)
    )
    return [(match.first, match.second) for match in align(first, second)]


@pytest.mark.parametrize("share", [0.9, 0.5, 0.25])
@pytest.mark.parametrize("network", NETWORKS)
def test_pruned_and_renamed_throughout(network: str, share: float) -> None:
    before = json.loads(whole(network))
    after = renamed(narrower(copy.deepcopy(before), share))
    assert matched(before, after) == [(at, at) for at in range(len(before["layers"]))]


@pytest.mark.parametrize("network", NETWORKS)
def test_layers_that_are_gone_are_those_that_match_nothing(network: str) -> None:
    """Every fifth layer is gone, and whoever exported the rest gave it other names."""
    before = json.loads(whole(network))
    after = copy.deepcopy(before)
    kept = [at for at in range(len(after["layers"])) if at % 5]
    after["layers"] = [after["layers"][at] for at in kept]
    pairs = matched(before, renamed(after))
    alike = [
        signature_of(layer).shape for layer in Run.from_json("x", before).layers
    ]  # of several that are the same in all but name, any may be the one that is gone
    assert [alike[a] for a, _ in pairs] == [alike[kept[b]] for _, b in pairs]
    assert len(pairs) == len(kept)


@pytest.mark.parametrize("network", NETWORKS)
def test_another_resolution(network: str) -> None:
    before = json.loads(whole(network))
    after = copy.deepcopy(before)
    for layer in after["layers"]:
        for count in ("macs", "ops"):
            layer[count] //= 4
        if layer["kind"] == "conv":
            for size in ("p", "q"):
                layer["loops"][size] = max(1, layer["loops"][size] // 2)
    assert matched(before, renamed(after)) == [(at, at) for at in range(len(before["layers"]))]
