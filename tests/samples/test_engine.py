"""The engine sees in a sample what onnx itself sees."""

import pytest

from py.graph import read_graph
from py.layers import read_model
from py.samples.catalogue import SAMPLES, Sample
from py.samples.write import FOLDER
from tests.samples import oracle

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)


@EACH
def test_shapes_and_weights_are_those_of_onnx(sample: Sample) -> None:
    model = oracle.load(FOLDER / sample.file)
    with (FOLDER / sample.file).open("rb") as file:
        graph = read_graph(file, name=sample.id)
    assert not graph.unknown
    for name, shape in oracle.shapes(model).items():
        assert graph.type_of(name).shape == tuple(shape), name
    for node in model.graph.node:
        if node.op_type == "Constant":
            assert graph.is_weight(node.output[0]), node.name
            assert graph.type_of(node.output[0]).dtype == "float32"


@EACH
def test_macs_are_those_of_the_oracle_layer_by_layer(sample: Sample) -> None:
    with (FOLDER / sample.file).open("rb") as file:
        layers = read_model(file, sample.id).layers
    expected = {
        layer.name: layer.macs for layer in oracle.weighted(oracle.load(FOLDER / sample.file))
    }
    assert {layer.name: layer.macs for layer in layers if layer.macs} == expected
