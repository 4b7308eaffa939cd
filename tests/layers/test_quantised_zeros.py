"""Zeros in the weights of networks that onnxruntime has quantised, against its own arithmetic."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from py.graph.weights import OpenFiles
from py.layers import Model, read_model
from py.layers.weight_zeros import count_weights
from tests.models import conv_net

quantization = pytest.importorskip("onnxruntime.quantization")

RNG = np.random.default_rng(11)


def nowhere(location: str) -> Path | None:
    return None


def pruned_net() -> bytes:
    """A small network with zeros among its weights, which are not symmetric around zero."""
    model = onnx.load_from_string(conv_net())
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor).copy()
        if tensor.name in ("w", "fc"):
            values = RNG.normal(0.3, 1, values.shape).astype(np.float32)
            values[RNG.random(values.shape) < 0.4] = 0
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    model.ir_version = 10  # what onnxruntime runs
    return bytes(model.SerializeToString())


def counted(path: Path) -> Model:
    with path.open("rb") as file:
        files = OpenFiles(file, nowhere)
        return read_model(
            file, path.name, count=lambda graph, layers: count_weights(graph, layers, files)
        )


def stored(path: Path) -> dict[str, NDArray[Any]]:
    """Return the quantised weights less their zero points, by the float tensor's name."""
    tensors = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer
    }
    found = {}
    for name in ("w", "fc"):
        values = tensors[f"{name}_quantized"].astype(np.int64)
        points = tensors[f"{name}_zero_point"].astype(np.int64)
        # A channel is a row of w, and of fc, which the quantiser has transposed for MatMul.
        along = [1] * values.ndim
        axis = 1 if name == "fc" and values.shape[0] == 64 else 0
        if points.size > 1:
            along[axis] = points.size
        found[name] = values - points.reshape(along if points.size > 1 else ())
    return found


class Images(quantization.CalibrationDataReader):  # type: ignore[misc, name-defined, unused-ignore]
    """A few inputs to calibrate with."""

    def __init__(self) -> None:
        self._left = 4

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        self._left -= 1
        shape = (1, 3, 8, 8)
        return {"x": RNG.normal(size=shape).astype(np.float32)} if self._left >= 0 else None


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("kind", ["QInt8", "QUInt8"])
@pytest.mark.parametrize("way", ["dynamic", "QDQ", "QOperator"])
def test_shares_are_those_of_the_values_that_are_multiplied(
    way: str, kind: str, per_channel: bool, tmp_path: Path
) -> None:
    source, target = tmp_path / "float.onnx", tmp_path / "quantised.onnx"
    source.write_bytes(pruned_net())
    weight_type = getattr(quantization.QuantType, kind)
    if way == "dynamic":
        quantization.quantize_dynamic(
            source, target, weight_type=weight_type, per_channel=per_channel
        )
    else:
        quantization.quantize_static(
            source,
            target,
            Images(),
            quant_format=quantization.QuantFormat[way],
            activation_type=quantization.QuantType.QUInt8,
            weight_type=weight_type,
            per_channel=per_channel,
        )
    model = counted(target)
    assert model.counted is not None
    assert [note.code for note in model.counted.notes] == []
    shares = [share for share in model.counted.shares if share is not None]
    values = stored(target)
    assert shares == [(values["w"] == 0).mean(), (values["fc"] == 0).mean()]
    assert min(shares) > 0.3
