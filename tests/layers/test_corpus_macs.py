"""Every node's MACs and outputs against those measured by running the corpus's graphs."""

import json
from pathlib import Path
from typing import Any

import pytest

from py.layers import Choices, Model, read_model
from py.layers.report import model_json

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
NAMES = [
    "alexnet_ts11",
    "alexnet_dynamo18_external",
    "vgg16_ts13",
    "googlenet_ts13",
    "resnet18_ts9_initinputs",
    "resnet18_ts11_dynbhw",
    "resnet18_dynamo18_dynb",
    "resnet50_dynamo18",
    "resnet50_ts13_dynbatch",
    "mobilenet_v2_ts11",
    "mobilenet_v3_large_ts11",
    "shufflenet_v2_x1_0_ts13",
    "squeezenet1_0_ts11",
    "squeezenet1_1_dynamo18",
    "densenet121_ts13",
    "inception_v3_ts17",
    "mnasnet1_0_ts9",
    "regnet_y_400mf_ts13",
    "efficientnet_b0_ts17",
    "dcgan_gen_ts13",
]

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the clone")


def cases() -> list[Any]:
    if not CORPUS.is_dir():
        return []
    return [
        pytest.param(name, number, id=f"{name}-{number}")
        for name in NAMES
        for number in range(len(expected(name)["cases"]))
    ]


def expected(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CORPUS / "expected" / f"{name}.json").read_text())
    return document


def modelled(name: str, case: dict[str, Any]) -> Model:
    inputs = {key: tuple(entry["shape"]) for key, entry in case["inputs"].items()}
    with (CORPUS / "models" / f"{name}.onnx").open("rb") as file:
        return read_model(file, f"{name}.onnx", Choices(inputs=inputs))


@pytest.mark.parametrize(("name", "number"), cases())
def test_macs_of_every_node_equal_the_measured_ones(name: str, number: int) -> None:
    document = expected(name)
    case = document["cases"][number]
    report = model_json(modelled(name, case))
    assert report["totals"]["macs"] == case["total_macs"]
    seen = {str(node["index"]): node["macs"] for node in report["nodes"] if node["macs"]}
    assert seen == case["node_macs"]


@pytest.mark.parametrize("name", NAMES)
def test_layers_hold_every_mac_and_every_node_once(name: str) -> None:
    case = expected(name)["cases"][0]
    model = modelled(name, case)
    assert model.macs == case["total_macs"]
    assert not model.not_modelled
    nodes = [node for layer in model.layers for node in layer.nodes]
    assert len(nodes) == len(set(nodes))
    for layer in model.layers:
        assert layer.loops is None or layer.loops.macs == layer.macs
        assert layer.ofmap_elements


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_the_files_weights(name: str) -> None:
    """All floating-point elements of these files are weights, but for a few scalars (Clip ...)."""
    document = expected(name)
    model = modelled(name, document["cases"][0])
    scalars = document["elements_by_dtype"]["FLOAT"] - model.parameters
    assert 0 <= scalars < 200
    if name.startswith("alexnet"):  # in others the exporter shares equal tensors
        assert model.parameters == document["provenance"]["framework_params"]
