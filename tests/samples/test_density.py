"""Zero fractions lie on the layers they were published for."""

import json
from pathlib import Path
from typing import Any

import pytest

from py.samples.catalogue import SAMPLES, Sample
from py.samples.density import density, layer_order
from py.samples.write import FOLDER
from tests.samples import oracle

WITH_ZEROS = [sample for sample in SAMPLES if sample.zeros]
EACH = pytest.mark.parametrize("sample", WITH_ZEROS, ids=lambda sample: sample.id)


def read(sample: Sample) -> dict[str, Any]:
    table = json.loads((FOLDER / str(sample.density_file)).read_text(encoding="utf-8"))
    assert isinstance(table, dict)
    return table


def test_four_samples_have_zero_fractions() -> None:
    assert {s.id for s in WITH_ZEROS} == {"alexnet", "vgg16", "googlenet", "squeezenet1_1"}


@EACH
def test_every_layer_with_weights_has_its_fractions(sample: Sample) -> None:
    table = read(sample)
    layers = oracle.weighted(oracle.load(FOLDER / sample.file))
    assert table["schema"] == "joulegraph/density/1"
    assert "CNNergy" in table["source"]
    assert set(table["layers"]) == {layer.name for layer in layers}
    for zeros in table["layers"].values():
        assert zeros["weight"] == 0.0
        assert 0 <= zeros["ifmap"] <= 1
        assert 0 <= zeros["ofmap"] <= 1


@EACH
def test_fractions_are_the_references_on_layers_of_the_same_shape(
    sample: Sample, shared: Path
) -> None:
    file = shared / "references" / "activation_sparsity.json"
    rows = json.loads(file.read_text(encoding="utf-8"))["networks"][sample.zeros]
    model = oracle.load(FOLDER / sample.file)
    layers = {layer.name: layer for layer in oracle.weighted(model)}
    zeros = read(sample)["layers"]
    assert list(zeros) == layer_order(model)
    for name, row in zip(zeros, rows, strict=True):
        layer, shape = layers[name], row["shape"]
        assert layer.filters == shape["M"], name
        assert layer.side == shape["E"], name
        assert layer.stride == shape["stride"], name
        # The reference writes a fully connected layer as a convolution as wide as its input.
        inputs = shape["R"] ** 2 * shape["C_per_group"]
        assert layer.kernel**2 * layer.channels_per_group == inputs, name
        if layer.op == "Conv":
            assert layer.kernel == shape["R"], name
            # Its H is what the filters reach, not always all of the padded input.
            assert (layer.side - 1) * layer.stride + layer.kernel == shape["H_padded"], name
        assert zeros[name]["ifmap"] == row["zeros_ifmap"]
        assert zeros[name]["ofmap"] == row["zeros_ofmap"]


def test_fractions_of_another_network_are_refused() -> None:
    model = oracle.load(FOLDER / "alexnet.onnx")
    row = {"zeros_ifmap": 0.5, "zeros_ofmap": 0.5}
    with pytest.raises(ValueError, match="8 layers expected, got 1 rows"):
        density(model, {"source": "a table", "networks": {"Other": [row]}}, "Other")
