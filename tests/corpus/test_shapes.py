"""Shapes and types of real exporters' graphs against a run of onnxruntime (../shared/corpus)."""

import pytest

from py.graph import Graph, read_graph
from tests.corpus.recorded import MISSING, cases, choices, model_path, names, recorded, shapes

DTYPES = {
    "f32": "float32",
    "f16": "float16",
    "i64": "int64",
    "i32": "int32",
    "i8": "int8",
    "u8": "uint8",
    "b": "bool",
}

pytestmark = pytest.mark.skipif(not names(), reason=MISSING)


def read(name: str, number: int) -> Graph:
    with model_path(name).open("rb") as file:
        return read_graph(file, name=name, choices=choices(recorded(name)["cases"][number]))


@pytest.mark.parametrize(("name", "number"), cases())
def test_every_output_has_the_shape_and_type_of_a_real_run(name: str, number: int) -> None:
    document = recorded(name)
    graph = read(name, number)
    assert not graph.unknown
    assert not graph.declared
    assert not graph.assumed
    assert len(graph.nodes) == len(document["nodes"])
    for node, (_, _, _, dtypes), outputs in zip(
        graph.nodes, document["nodes"], shapes(name, number), strict=True
    ):
        found = [graph.type_of(output) for output in node.outputs if output]
        assert [
            None if kind.form != "tensor" else list(kind.shape or ()) for kind in found
        ] == outputs, node.label
        for kind, dtype in zip(found, dtypes, strict=True):
            if dtype in DTYPES:
                assert kind.dtype == DTYPES[dtype], node.label


@pytest.mark.parametrize("name", names())
def test_weights_are_found_behind_identity_and_constant(name: str) -> None:
    graph = read(name, 0)
    for node in graph.nodes:
        if node.op in ("Conv", "ConvTranspose", "BatchNormalization"):
            assert graph.is_weight(node.inputs[1]), node.label
            assert not graph.is_weight(node.inputs[0]), node.label
