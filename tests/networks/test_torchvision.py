"""The networks against what torchvision publishes of them."""

import io

import onnx
import pytest

from py.layers import Choices, Model, read_model
from tests.networks.torchvision import CLASSES, MORE_CLASSES, NETWORKS, divisible, measured_network

PARAMETERS = {"alexnet": 61_100_840, "resnet18": 11_689_512, "mobilenet_v3_small": 2_542_856}
"""``num_params`` in torchvision's own table of weights (IMAGENET1K_V1)."""
GFLOPS = {"alexnet": 0.714, "resnet18": 1.814, "mobilenet_v3_small": 0.057}
"""``_ops`` there: multiply-accumulates of one 224x224 image, to three decimals."""
NORMALISED = {"alexnet": 0, "resnet18": 4800, "mobilenet_v3_small": 6056}
"""Channels that are normalised; mean and variance of each are buffers and no parameters there."""


def _read(model: onnx.ModelProto, name: str, batch: int = 1) -> Model:
    onnx.checker.check_model(model)
    onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    return read_model(io.BytesIO(model.SerializeToString()), f"{name}.onnx", Choices(batch=batch))


@pytest.mark.parametrize("name", NETWORKS)
def test_parameters_and_macs_are_those_that_torchvision_publishes(name: str) -> None:
    net = NETWORKS[name]().model(name)
    model = _read(net, name)
    assert model.parameters == PARAMETERS[name] + 2 * NORMALISED[name]
    assert model.macs is not None
    assert round(model.macs / 1e9, 3) == GFLOPS[name]
    norms = [node for node in net.graph.node if node.op_type == "BatchNormalization"]
    assert bool(norms) == bool(NORMALISED[name])


@pytest.mark.parametrize("name", NETWORKS)
def test_what_was_measured_has_one_more_layer_and_is_smaller(name: str) -> None:
    whole, small = (
        _read(NETWORKS[name]().model(name), name),
        _read(measured_network(name, 64), name),
    )
    added = MORE_CLASSES * (CLASSES + 1)
    assert (small.parameters or 0) == (whole.parameters or 0) + added
    assert 0 < (small.macs or 0) < (whole.macs or 0)
    assert not small.not_modelled
    assert small.layers[-1].macs == MORE_CLASSES * CLASSES


def test_batches_multiply_macs() -> None:
    model = measured_network("resnet18", 64)
    assert (_read(model, "n", 512).macs or 0) == 512 * (_read(model, "n").macs or 0)


@pytest.mark.parametrize(
    ("channels", "expected"), [(4, 8), (18, 24), (24, 24), (60, 64), (72, 72), (36, 40), (144, 144)]
)
def test_divisible(channels: int, expected: int) -> None:
    assert divisible(channels) == expected


def test_adaptive_pooling_only_of_single_values() -> None:
    with pytest.raises(ValueError, match="1x1"):
        NETWORKS["alexnet"](64).at(NETWORKS["alexnet"](64).image).adaptive_pool("p", 6)
