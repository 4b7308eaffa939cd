"""What onnxruntime's optimiser and quantiser write does the same MACs as what it was made of."""

import io
from pathlib import Path

import onnx
import pytest

from py.layers import Choices, Model, read_model
from tests.corpus.recorded import MISSING, choices, model_path, names, recorded
from tests.graph.microsoft.test_tools_models import SHAPES, TOOLS, network
from tests.graph.microsoft.whole_graph import fill, optimised

MODELS = (
    "gpt2_small_ts17_dyn whisper_tiny_encoder_ts17 mobilenet_v3_large_ts11 efficientnet_b0_ts17 "
    "bilstm_gru_ts13_dyn timm_mobilevit_s_ts17 pkg_dnsmos_sig pkg_ddddocr_common "
    "q_squeezenet1_0_qoperator q_resnet18_qdq_perchannel"
)
PADDED = frozenset({"com.microsoft.nchwc"})
"""Channels that only fill a block are multiplied as well."""


def layers(model: onnx.ModelProto, chosen: Choices) -> Model:
    return read_model(io.BytesIO(model.SerializeToString()), "model.onnx", chosen)


def same_work(found: onnx.ModelProto, chosen: Choices, expected: Model) -> None:
    """Assert that nothing is lost, and nothing is done twice."""
    own = layers(found, chosen)
    assert own.not_modelled == ()
    assert own.macs is not None
    assert expected.macs is not None
    if {node.domain for node in found.graph.node} & PADDED:
        assert expected.macs <= own.macs < 1.2 * expected.macs
        return
    assert own.macs == expected.macs
    assert all(layer.loops is None or layer.loops.macs == layer.macs for layer in own.layers)


@pytest.mark.skipif(not names(), reason=MISSING)
@pytest.mark.parametrize("level", ["ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL"])
@pytest.mark.parametrize("name", MODELS.split())
def test_optimised_models_of_the_corpus(name: str, level: str, tmp_path: Path) -> None:
    model = onnx.load(model_path(name), load_external_data=False)
    fill(model.graph)
    chosen = choices(recorded(name)["cases"][0])
    expected = layers(model, chosen)
    assert expected.macs == recorded(name)["cases"][0]["total_macs"]
    same_work(optimised(model, level, tmp_path), chosen, expected)


@pytest.mark.parametrize("tool", TOOLS)
def test_quantised_networks(tool: str, tmp_path: Path) -> None:
    source, target = tmp_path / "network.onnx", tmp_path / "quantised.onnx"
    onnx.save(network(), source)
    TOOLS[tool](source, target)
    chosen = Choices(inputs={name: tuple(shape) for name, shape in SHAPES.items()})
    expected, model = layers(network(), chosen), onnx.load(target)
    same_work(model, chosen, expected)
    same_work(optimised(model, "ORT_ENABLE_EXTENDED", tmp_path), chosen, expected)


@pytest.mark.parametrize(
    ("tool", "dtype"), [("dynamic", "int8"), ("operators", "uint8"), ("pairs", "uint8")]
)
def test_quantised_weights_reach_their_layers(tool: str, dtype: str, tmp_path: Path) -> None:
    source, target = tmp_path / "network.onnx", tmp_path / "quantised.onnx"
    onnx.save(network(), source)
    TOOLS[tool](source, target)
    found = layers(onnx.load(target), Choices()).layers
    widths = {layer.weight_dtype for layer in found if layer.loops is not None}
    assert widths <= {"int8", "uint8"}
    activations = {layer.activation_dtype for layer in found if layer.loops is not None}
    assert dtype in widths | activations
