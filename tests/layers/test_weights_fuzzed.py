"""Counting in files that are damaged or made to harm ends in an answer or in one of our errors."""

import io
import time
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from py.errors import JoulegraphError
from py.graph.weights import OpenFiles, beside
from py.layers import read_model
from py.layers.weight_zeros import count_weights
from py.native.numpy_zeros import NumpyArithmetic
from tests.models import conv_net, serialised

NUMPY = NumpyArithmetic()


def packed_model() -> bytes:
    """A model with weights in every form: external, varints, sparse, of four bits, quantised."""
    external = TensorProto(name="e", data_type=TensorProto.FLOAT, dims=[8, 8])
    external.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "e.bin"), ("offset", "16"), ("length", "256")):
        external.external_data.add(key=key, value=value)
    halves = helper.make_tensor("h", TensorProto.FLOAT16, [8, 8], [0.0, 1.0] * 32)
    sparse = helper.make_sparse_tensor(
        helper.make_tensor("", TensorProto.FLOAT, [2], [1.0, 2.0]),
        helper.make_tensor("", TensorProto.INT64, [2], [1, 9]),
        [8, 8],
    )
    nodes = [
        helper.make_node("MatMul", ["x", "e"], ["a"]),
        helper.make_node("Cast", ["h"], ["hf"], to=TensorProto.FLOAT),
        helper.make_node("MatMul", ["a", "hf"], ["b"]),
        helper.make_node("Constant", [], ["s"], sparse_value=sparse),
        helper.make_node("MatMul", ["b", "s"], ["c"]),
        helper.make_node("DequantizeLinear", ["q", "qs", "qz"], ["d"], axis=1),
        helper.make_node("MatMul", ["c", "d"], ["f"]),
        helper.make_node("Concat", ["f", "f"], ["g"], axis=1),
        helper.make_node("MatMulNBits", ["g", "n", "ns", "nz"], ["y"], domain="com.microsoft",
                         K=16, N=8, bits=4, block_size=16),
    ]  # fmt: skip
    weights = [
        external,
        halves,
        numpy_helper.from_array(np.arange(64, dtype=np.uint8).reshape(8, 8), "q"),
        numpy_helper.from_array(np.ones(8, np.float32), "qs"),
        numpy_helper.from_array(np.arange(8, dtype=np.uint8), "qz"),
        numpy_helper.from_array(np.arange(64, dtype=np.uint8).reshape(8, 1, 8), "n"),
        numpy_helper.from_array(np.ones(8, np.float32), "ns"),
        numpy_helper.from_array(np.arange(8, dtype=np.uint8), "nz"),
    ]
    return serialised(nodes, {"x": (1, 8)}, {"y": (1, 8)}, weights)


MODELS = [packed_model(), conv_net()]


def ends_well(data: bytes, folder: Path) -> None:
    started = time.monotonic()
    file = io.BytesIO(data)
    with OpenFiles(file, beside(folder / "model.onnx"), NUMPY) as files:
        try:
            model = read_model(
                file, "model.onnx", count=lambda graph, layers: count_weights(graph, layers, files)
            )
        except JoulegraphError:
            return
    assert model.counted is not None
    assert len(model.counted.shares) == len(model.layers)
    assert all(share is None or 0 <= share <= 1 for share in model.counted.shares)
    assert time.monotonic() - started < 20


def test_the_models_are_whole_before_they_are_damaged(tmp_path: Path) -> None:
    (tmp_path / "e.bin").write_bytes(bytes(16) + np.eye(8, dtype=np.float32).tobytes())
    file = io.BytesIO(MODELS[0])
    with OpenFiles(file, beside(tmp_path / "model.onnx"), NUMPY) as files:
        model = read_model(
            file, "model.onnx", count=lambda graph, layers: count_weights(graph, layers, files)
        )
    assert model.counted is not None
    shares = [s for s, layer in zip(model.counted.shares, model.layers, strict=True) if layer.loops]
    assert None not in shares
    assert shares[:3] == [56 / 64, 0.5, 62 / 64]


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_any_damage_ends_in_an_answer(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(MODELS)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.sampled_from([0, 1, 2, 7, 0x7F, 0x80, 0xFF]))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    ends_well(bytes(content), Path(__file__).parent)
