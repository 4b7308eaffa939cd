"""Shapes and types of real exporters' graphs against a run of onnxruntime (../shared/corpus)."""

import json
from pathlib import Path
from typing import Any

import pytest

from py.graph import Choices, Graph, read_graph

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
NAMES = (
    "alexnet_ts11 alexnet_dynamo18_external convnext_tiny_ts17 dcgan_gen_ts13 "
    "deeplabv3_r50_ts13_dynbhw densenet121_ts13 efficientnet_b0_ts17 fp16_resnet50 "
    "googlenet_ts13 inception_v3_ts17 mnasnet1_0_ts9 mobilenet_v2_ts11 "
    "mobilenet_v3_large_ts11 regnet_y_400mf_ts13 resnet18_dynamo18_dynb resnet18_ts11_dynbhw "
    "resnet18_ts9_initinputs resnet50_dynamo18 resnet50_ts13_dynbatch shufflenet_v2_x1_0_ts13 "
    "smp_unet_r18_ts13_dynbhw squeezenet1_0_ts11 squeezenet1_1_dynamo18 vgg16_ts13"
)
GRAPHS = NAMES.split()
DTYPES = {"f32": "float32", "f16": "float16", "i64": "int64", "i32": "int32", "b": "bool"}

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of exported graphs is not beside this repository"
)


def read(name: str, case: dict[str, Any]) -> Graph:
    shapes = {given: tuple(found["shape"]) for given, found in case["inputs"].items()}
    with (CORPUS / "models" / f"{name}.onnx").open("rb") as file:
        return read_graph(file, name=name, choices=Choices(inputs=shapes))


def expected_shapes(cases: list[dict[str, Any]], index: int) -> list[list[list[int]]]:
    shapes = list(cases[0]["node_output_shapes"])
    for node, changed in cases[index].get("node_output_shapes_changed", {}).items():
        shapes[int(node)] = changed
    return shapes


@pytest.mark.parametrize("name", GRAPHS)
def test_every_output_has_the_shape_and_type_of_a_real_run(name: str) -> None:
    expected = json.loads((CORPUS / "expected" / f"{name}.json").read_text())
    for index, case in enumerate(expected["cases"]):
        graph = read(name, case)
        assert not graph.unknown
        assert not graph.declared
        assert len(graph.nodes) == len(expected["nodes"])
        shapes = expected_shapes(expected["cases"], index)
        for node, (_, _, _, dtypes), outputs in zip(
            graph.nodes, expected["nodes"], shapes, strict=True
        ):
            names = [output for output in node.outputs if output]
            found = [graph.type_of(output) for output in names]
            assert [list(kind.shape or ()) for kind in found] == outputs, node.label
            for kind, dtype in zip(found, dtypes, strict=True):
                if dtype in DTYPES:
                    assert kind.dtype == DTYPES[dtype], node.label


@pytest.mark.parametrize("name", GRAPHS)
def test_weights_are_found_behind_identity_and_constant(name: str) -> None:
    """The elements of each node's weights are those that the corpus counted."""
    expected = json.loads((CORPUS / "expected" / f"{name}.json").read_text())
    graph = read(name, expected["cases"][0])
    for node in graph.nodes:
        if node.op in ("Conv", "Gemm", "ConvTranspose", "BatchNormalization"):
            assert graph.is_weight(node.inputs[1]), node.label
            assert not graph.is_weight(node.inputs[0]), node.label
