"""What onnxruntime's quantiser and optimiser make of a small network, against a run of it."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from tests.graph.microsoft.whole_graph import LEVELS, differences, feeds, optimised

quantization: Any = pytest.importorskip("onnxruntime.quantization")


def network() -> ModelProto:
    """Return convolutions with every kind of neighbour that the tools fuse or quantise."""
    random = np.random.default_rng(0)
    weights: list[TensorProto] = []

    def weight(name: str, *shape: int) -> str:
        elements = random.standard_normal(shape).astype(np.float32)
        weights.append(numpy_helper.from_array(elements, name))
        return name

    def node(op: str, inputs: str, output: str, **attributes: Any) -> onnx.NodeProto:
        return helper.make_node(op, inputs.split(), [output], output, **attributes)

    weight("w1", 16, 3, 3, 3)
    weight("b1", 16)
    weight("w2", 16, 1, 3, 3)
    weight("w3", 24, 16, 1, 1)
    weight("w4", 12, 24)
    weight("b4", 12)
    weight("w5", 12, 6)
    weights.append(numpy_helper.from_array(np.array([0, -1], np.int64), "flat"))
    nodes = [
        node("Conv", "x w1 b1", "c1", pads=[1, 1, 1, 1], strides=[2, 2]),
        node("Relu", "c1", "r1"),
        node("Conv", "r1 w2", "c2", pads=[1, 1, 1, 1], group=16),
        node("Sigmoid", "c2", "s2"),
        node("Mul", "c2 s2", "m2"),  # SiLU
        node("Add", "m2 r1", "a2"),
        node("MaxPool", "a2", "p2", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
        node("Conv", "p2 w3", "c3"),
        node("LeakyRelu", "c3", "l3", alpha=0.1),
        node("Concat", "c3 l3", "j3", axis=2),
        node("AveragePool", "j3", "v3", kernel_shape=[2, 2]),
        node("GlobalAveragePool", "v3", "g3"),
        node("Reshape", "g3 flat", "f3"),
        node("Gemm", "f3 w4 b4", "y4", transB=1),
        node("Relu", "y4", "r4"),
        node("MatMul", "r4 w5", "y5"),
        node("Softmax", "y5", "y"),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, 21, 19])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 6])
    graph = helper.make_graph(nodes, "network", [x], [y], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


SHAPES = {"x": [2, 3, 21, 19]}


class Calibration(quantization.CalibrationDataReader):  # type: ignore[misc]
    """One batch of ones."""

    def __init__(self) -> None:
        self.batches: Iterator[dict[str, np.ndarray]] = iter([feeds(network(), SHAPES)])

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self.batches, None)


def dynamic(source: Path, target: Path) -> None:
    quantization.quantize_dynamic(source, target, weight_type=quantization.QuantType.QInt8)


def static(form: str, activation: str) -> Callable[[Path, Path], None]:
    def quantize(source: Path, target: Path) -> None:
        quantization.quantize_static(
            source,
            target,
            Calibration(),
            quant_format=getattr(quantization.QuantFormat, form),
            activation_type=getattr(quantization.QuantType, activation),
        )

    return quantize


def bnb4(source: Path, target: Path) -> None:
    tool: Any = importlib.import_module("onnxruntime.quantization.matmul_bnb4_quantizer")
    quantizer = tool.MatMulBnb4Quantizer(onnx.load(source), 1, 16)
    quantizer.process()
    quantizer.model.save_model_to_file(str(target))


def as_it_is(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


TOOLS: dict[str, Callable[[Path, Path], None]] = {
    "none": as_it_is,
    "dynamic": dynamic,
    "operators": static("QOperator", "QUInt8"),
    "operators, signed": static("QOperator", "QInt8"),
    "pairs": static("QDQ", "QUInt8"),
    "bnb4": bnb4,
}


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tensor_is_that_of_a_run(tool: str, tmp_path: Path) -> None:
    source, target = tmp_path / "network.onnx", tmp_path / "quantised.onnx"
    onnx.save(network(), source)
    TOOLS[tool](source, target)
    model = onnx.load(target)
    for found in (model, *(optimised(model, level, tmp_path) for level in LEVELS)):
        assert differences(found, feeds(found, SHAPES)) == []


def test_the_tools_write_what_is_tested_here(tmp_path: Path) -> None:
    """So that no release of them makes the test above one of plain ONNX."""
    source, target = tmp_path / "network.onnx", tmp_path / "quantised.onnx"
    onnx.save(network(), source)
    written = set()
    for tool in TOOLS:
        TOOLS[tool](source, target)
        for found in (onnx.load(target), optimised(onnx.load(target), LEVELS[2], tmp_path)):
            written |= {node.op_type for node in found.graph.node if node.domain}
    assert written >= {
        *("QLinearAdd", "QLinearSigmoid", "QLinearConcat", "QLinearLeakyRelu", "QLinearMul"),
        *("QLinearAveragePool", "QLinearGlobalAveragePool", "QGemm", "MatMulBnb4"),
        *("Conv", "MaxPool", "ReorderOutput", "QuickGelu", "FusedGemm", "DynamicQuantizeMatMul"),
    }
