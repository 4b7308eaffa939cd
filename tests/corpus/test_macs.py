"""Every node's MACs, in bodies too, against those measured by running the corpus's graphs."""

from typing import Any

import pytest

from py.layers import Model, read_model
from py.layers.report import model_json
from tests.corpus.recorded import MISSING, cases, choices, model_path, names, recorded

pytestmark = pytest.mark.skipif(not names(), reason=MISSING)

#: Models that hold constants other than weights and a few scalars: tables, scales, positions.
_OTHER_CONSTANTS = (
    *("q_", "pkg_", "skl_", "bert", "distilbert", "gpt2", "whisper", "vit", "swin"),
    *("bilstm_gru", "convnext", "timm_mobilevit"),
)


def modelled(name: str, number: int) -> Model:
    with model_path(name).open("rb") as file:
        return read_model(file, f"{name}.onnx", choices(recorded(name)["cases"][number]))


@pytest.mark.parametrize(("name", "number"), cases())
def test_macs_of_every_node_equal_the_measured_ones(name: str, number: int) -> None:
    case = recorded(name)["cases"][number]
    report = model_json(modelled(name, number))
    assert report["totals"]["macs"] == case["total_macs"]
    seen = {
        str(node["index"]): node["macs"]
        for node in report["nodes"]
        if node["macs"] and node["path"] is None
    }
    assert seen == case["node_macs"]


@pytest.mark.parametrize(("name", "number"), cases())
def test_nodes_of_bodies_run_as_often_and_as_large_as_they_did(name: str, number: int) -> None:
    inner: dict[tuple[str, int], Any] = {
        (node["path"], node["index"]): node
        for node in model_json(modelled(name, number))["nodes"]
        if node["path"] is not None
    }
    for ran in recorded(name)["cases"][number].get("executed_subgraph_nodes", []):
        node = inner[ran["path"], ran["i"]]
        assert (node["op"], node["runs"], node["macs"]) == (ran["op"], ran["runs"], ran["macs"])
        assert [output["shape"] for output in node["outputs"]] == ran["out_shapes"]


@pytest.mark.parametrize("name", names())
def test_layers_hold_every_mac_and_every_node_once(name: str) -> None:
    model = modelled(name, 0)
    assert model.macs == recorded(name)["cases"][0]["total_macs"]
    assert not model.not_modelled
    parts: dict[tuple[str | None, int], list[str]] = {}
    for layer in model.layers:
        for node in layer.nodes:
            parts.setdefault((layer.path, node), []).append(layer.name)
        assert layer.loops is None or layer.loops.macs == layer.macs
        assert layer.ofmap_elements is not None
    for found in parts.values():  # a node of several products has a layer for each
        assert len(found) == len(set(found))


@pytest.mark.parametrize("name", [n for n in names() if not n.startswith(_OTHER_CONSTANTS)])
def test_parameters_are_the_files_weights(name: str) -> None:
    """All floating-point elements of these files are weights, but for a few scalars (Clip ...)."""
    document = recorded(name)
    model = modelled(name, 0)
    assert model.parameters is not None
    elements = document["elements_by_dtype"]
    scalars = elements.get("FLOAT", elements.get("FLOAT16", 0)) - model.parameters
    assert 0 <= scalars < 200
    if name.startswith("alexnet"):  # in others the exporter shares equal tensors
        assert model.parameters == document["provenance"]["framework_params"]
