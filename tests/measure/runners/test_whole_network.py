"""Every sample runs as a whole, and its activations are such as a trained network has."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

from py.measure.plans.networks import NETWORKS, QUICK_NETWORKS, network_path
from py.measure.runners.onnxruntime_runner import ort
from py.measure.runners.runner import NotRunnableError
from py.measure.runners.whole_network import WholeNetwork, whole_network
from tests.models import serialised

SMALL = ("lenet5", "cifar10_6conv", "squeezenet1_1")
_LEAST_NORMAL = 1.2e-38


def all_tensors(found: WholeNetwork) -> dict[str, np.ndarray[Any, Any]]:
    """Run a network, nothing optimised, and return every tensor of it."""
    graph = found.model.graph
    told = {one.name for one in graph.output}
    for node in graph.node:
        for name in node.output:
            if name and name not in told and node.op_type != "Constant":
                graph.output.append(
                    helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
                )
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    held = [ort.OrtValue.ortvalue_from_numpy(one) for one in found.weights.values()]
    options.add_external_initializers(list(found.weights), held)
    session = ort.InferenceSession(
        found.model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    source = np.random.default_rng(1)
    feeds = {
        name: source.standard_normal(sizes, dtype=np.float32) * np.float32(0.1)
        for name, sizes in found.inputs.items()
    }
    names = [one.name for one in session.get_outputs()]
    return dict(zip(names, session.run(None, feeds), strict=True))


@pytest.mark.parametrize("name", NETWORKS)
def test_activations_neither_vanish_nor_grow(name: str) -> None:
    """Processors take longer for denormal numbers, and a GPU draws less for zeros."""
    tensors = all_tensors(whole_network(network_path(name), 1))
    assert len(tensors) > 5
    for tensor, value in tensors.items():
        if value.dtype != np.float32:
            continue
        size = np.abs(value)
        assert np.isfinite(value).all(), tensor
        assert 0.01 < size.max() < 1000, tensor
        assert (size > 0).mean() > 0.2, tensor
        assert not ((size > 0) & (size < _LEAST_NORMAL)).any(), tensor


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("batch", [1, 3])
def test_all_weights_have_values_and_the_batch_is_set(name: str, batch: int) -> None:
    found = whole_network(network_path(name), batch)
    assert {sizes[0] for sizes in found.inputs.values()} == {batch}
    stored = onnx.load(network_path(name))
    without = [
        node.output[0]
        for node in stored.graph.node
        for one in node.attribute
        if one.name == "sparse_value"
    ]
    assert sorted(without) == sorted(found.weights)
    for value in found.weights.values():
        assert value.dtype == np.float32
        assert np.isfinite(value).all()
        assert value.std() > 0 or value.size == 1
    first, second = list(found.weights.values())[:2]
    assert not np.array_equal(first.ravel()[:8], second.ravel()[:8])


def test_a_network_is_the_same_each_time() -> None:
    one, other = (whole_network(network_path("lenet5"), 2) for _ in range(2))
    assert one.model == other.model
    assert one.weights.keys() == other.weights.keys()
    for name, value in one.weights.items():
        np.testing.assert_array_equal(value, other.weights[name])


def test_variances_are_positive() -> None:
    found = whole_network(network_path("resnet18"), 1)
    normal = [node for node in found.model.graph.node if node.op_type == "BatchNormalization"]
    assert normal
    for node in normal:
        assert found.weights[node.input[4]].min() >= 1
        assert found.weights[node.input[1]].min() >= 0.5


def test_an_open_size_is_refused(tmp_path: Path) -> None:
    node = helper.make_node("Relu", ["x"], ["y"])
    path = tmp_path / "open.onnx"
    path.write_bytes(serialised([node], {"x": ("batch", 3, "side", 8)}, {"y": None}))
    with pytest.raises(NotRunnableError, match=r"input x has an open size, got \(2, 3, 0, 8\)"):
        whole_network(path, 2)


def test_samples_are_files_and_nothing_else_is() -> None:
    assert set(QUICK_NETWORKS) < set(NETWORKS)
    assert len(set(NETWORKS)) == len(NETWORKS)
    assert all(network_path(name).is_file() for name in NETWORKS)
    for name in ("nothing", "../models/alexnet", "", "AlexNet", "a" * 100):
        with pytest.raises(ValueError, match="the name of a sample, got"):
            network_path(name)
