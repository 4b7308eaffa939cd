"""Sizes against the literature (published.json), counted without the engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from py.samples.catalogue import SAMPLES
from py.samples.write import FOLDER
from tests.samples import oracle

TABLE = json.loads(Path(__file__).with_name("published.json").read_text(encoding="utf-8"))
NOT_PUBLISHED = {"cifar10_6conv"}


@pytest.mark.parametrize(
    "row", TABLE["rows"], ids=lambda row: f"{row['id']}-{'macs' if 'macs' in row else 'parameters'}"
)
def test_size_is_the_published_one(row: dict[str, Any]) -> None:
    quantity = "macs" if "macs" in row else "parameters"
    got = getattr(oracle, quantity)(oracle.load(FOLDER / f"{row['id']}.onnx"))
    assert got == pytest.approx(row[quantity], rel=row["tolerance"], abs=0), row["source"]


@pytest.mark.parametrize("row", TABLE["layers"], ids=lambda row: f"{row['id']}-{row['layer']}")
def test_layer_has_the_published_macs(row: dict[str, Any]) -> None:
    layers = oracle.weighted(oracle.load(FOLDER / f"{row['id']}.onnx"))
    (layer,) = [layer for layer in layers if layer.name == row["layer"]]
    assert layer.macs == row["macs"], row["source"]


def test_every_sample_with_published_sizes_is_compared() -> None:
    compared = {row["id"] for row in TABLE["rows"]}
    assert compared == {sample.id for sample in SAMPLES} - NOT_PUBLISHED


def test_cifar10_6conv_is_the_sentence_of_the_cited_paper() -> None:
    layers = oracle.weighted(oracle.load(FOLDER / "cifar10_6conv.onnx"))
    sentence = [(layer.op, layer.kernel, layer.filters, layer.side) for layer in layers]
    assert sentence == [
        *[("Conv", 3, 128, 32)] * 2,
        *[("Conv", 3, 256, 16)] * 2,
        *[("Conv", 3, 512, 8)] * 2,
        *[("Gemm", 1, 1024, 1)] * 2,
        ("Gemm", 1, 10, 1),
    ]


@pytest.mark.parametrize(
    ("sample", "corpus"),
    [
        ("vgg16", "vgg16_ts13"),
        ("mobilenet_v2", "mobilenet_v2_ts11"),
        ("shufflenet_v2", "shufflenet_v2_x1_0_ts13"),
    ],
)
def test_macs_equal_the_measured_ones_of_the_exported_network(
    sample: str, corpus: str, shared: Path
) -> None:
    file = shared / "corpus" / "expected" / f"{corpus}.json"
    nodes = json.loads(file.read_text(encoding="utf-8"))["cases"][0]["node_macs"]
    expected = sorted(macs for macs in nodes.values() if macs)
    layers = oracle.weighted(oracle.load(FOLDER / f"{sample}.onnx"))
    assert sorted(layer.macs for layer in layers) == expected
