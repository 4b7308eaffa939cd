"""Zeros in weights, counted by the standard library alone: the same in CPython and in Pyodide."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import external_data_helper, numpy_helper

from tests.models import conv_net
from tests.pyodide.test_same_digits import NO_OPTIONS, ROOT, in_cpython, in_pyodide


def write_model(folder: Path) -> None:
    """Write a network whose weights are of several types, in the file and beside it."""
    rng = np.random.default_rng(5)
    model = onnx.load_from_string(conv_net())
    for tensor in model.graph.initializer:
        shape = tuple(tensor.dims)
        values = rng.choice([0.0, -0.0, 1.5, 1e-40], shape).astype(np.float32)
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
        if tensor.name == "fc":
            external_data_helper.set_external_data(tensor, "net.data", offset=64)
            (folder / "net.data").write_bytes(bytes(64) + values.tobytes())
            tensor.ClearField("raw_data")
    (folder / "net.onnx").write_bytes(model.SerializeToString())


def test_cpython_and_pyodide_count_alike(tmp_path: Path) -> None:
    write_model(tmp_path)
    platform = json.loads((ROOT / "public" / "accelerators" / "eyeriss.json").read_text())
    source = {"kind": "file", "path": "/upload/net.onnx", "name": "net.onnx"}
    requests: list[dict[str, Any]] = [
        {
            "do": "estimate",
            "source": source | {"along": along},
            "platform": platform,
            "options": NO_OPTIONS | {"weights": True},
        }
        for along in ({"net.data": "/upload/net.data"}, {})
    ]
    expected = []
    for request in requests:
        there: dict[str, str] = request["source"]["along"]
        here = {name: str(tmp_path / name) for name in there}
        given = {**request["source"], "along": here}
        expected.append(in_cpython({**request, "source": given}, tmp_path))
    assert in_pyodide(requests, tmp_path, "archive") == expected
    with_data, without = (shares(json.loads(text)["result"]) for text in expected)
    assert None not in (with_data[0], with_data[2])
    assert (without[0], without[2]) == (with_data[0], None)


def shares(result: Any) -> list[float | None]:
    """Return the share of zeros in each layer's weights, as the page's answer has it."""
    details = result["details"]
    return [details[layer["detail"]]["zeros"]["weight"] for layer in result["layers"]]
