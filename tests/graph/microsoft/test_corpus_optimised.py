"""The corpus as onnxruntime's optimiser leaves it, every tensor against a run."""

import json
from pathlib import Path

import onnx
import pytest

from tests.graph.microsoft.whole_graph import LEVELS, differences, feeds, fill, optimised

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
MODELS = (
    "squeezenet1_1_dynamo18 shufflenet_v2_x1_0_ts13 mobilenet_v3_large_ts11 efficientnet_b0_ts17 "
    "bilstm_gru_ts13_dyn "
    "pkg_dnsmos_sig pkg_ddddocr_common pkg_magika_v3_3 pkg_rapidocr_cls "
    "q_squeezenet1_0_qoperator q_resnet18_qdq_perchannel"
)

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of exported graphs is not beside this repository"
)


@pytest.mark.parametrize("name", MODELS.split())
def test_every_tensor_of_an_optimised_model_is_that_of_a_run(name: str, tmp_path: Path) -> None:
    model = onnx.load(CORPUS / "models" / f"{name}.onnx", load_external_data=False)
    fill(model.graph)
    case = json.loads((CORPUS / "expected" / f"{name}.json").read_text())["cases"][0]
    shapes = {given: found["shape"] for given, found in case["inputs"].items()}
    own = set()
    for level in LEVELS[1:]:
        found = optimised(model, level, tmp_path)
        assert differences(found, feeds(found, shapes)) == []
        own |= {node.op_type for node in found.graph.node if node.domain}
    assert own or "bilstm" in name or "magika" in name, "nothing of onnxruntime's own in it"
