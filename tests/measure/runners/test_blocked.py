"""A layer without its reorderings computes what the plain layer does, in blocks or not."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.measure.plans.shape import Shape
from py.measure.runners.blocked import BLOCKED, Core, core_of
from py.measure.runners.one_layer import OneLayer, one_layer
from py.measure.runners.onnxruntime_runner import OnnxRuntimeRunner
from tests.measure.runners.reordered import (
    Floats,
    block,
    blocked,
    drawn,
    plain,
    run_copies,
    run_plain,
    weights_as_laid_out,
)

BLOCK = block()
RUNNER = OnnxRuntimeRunner("CPUExecutionProvider", "cpu", 0, 1)


def conv(cin: int, cout: int, window: int, **others: object) -> Shape:
    sizes = {"h": 9, "w": 7, "kh": window, "kw": window, "stride": 1, "pad": window // 2}
    values = {"cin": cin, "cout": cout, "groups": 1, "variant": "Relu", **sizes, **others}
    return Shape("conv", 2, **values)  # type: ignore[arg-type]


def pool(cin: int, window: int, **others: object) -> Shape:
    sizes = {"h": 9, "w": 7, "kh": window, "kw": window, "stride": 2, "pad": window // 2}
    return Shape("pool", 2, **{"cin": cin, "variant": "max", **sizes, **others})  # type: ignore[arg-type]


CONVOLUTIONS = {
    "plain": conv(16, 32, 3),
    "1x1": conv(32, 16, 1),
    "strided": conv(16, 48, 3, stride=2),
    "5x5": conv(32, 32, 5),
    "oblong window": conv(16, 16, 3, kw=1),
    "unpadded": conv(16, 16, 3, pad=0),
    "first": conv(3, 32, 7, h=33, w=31, stride=2),
    "one channel": conv(1, 16, 5),
    "uneven channels": conv(20, 24, 3),
    "odd channels": conv(17, 19, 3),
    "few outputs": conv(16, 10, 1),
    "depthwise": conv(32, 32, 3, groups=32),
    "depthwise, uneven": conv(24, 24, 3, groups=24),
    "depthwise, strided": conv(64, 64, 5, groups=64, stride=2),
    "two for each channel": conv(16, 32, 3, groups=16),
    "grouped": conv(64, 64, 3, groups=2),
    "narrow groups": conv(32, 32, 3, groups=4),
    "same": conv(16, 16, 3, stride=2, pad="same", h=8, w=10),
    "same, even window": conv(16, 16, 4, pad="same"),
    "no activation": conv(16, 16, 3, variant=None),
    "Clip": conv(16, 16, 3, variant="Clip"),
    "Sigmoid": conv(16, 16, 3, variant="Sigmoid"),
    "Tanh": conv(16, 16, 3, variant="Tanh"),
    "LeakyRelu": conv(16, 16, 3, variant="LeakyRelu"),
    "HardSwish": conv(16, 16, 3, variant="HardSwish"),
}
OTHERS = {
    "max pool": pool(32, 3),
    "max pool, uneven": pool(20, 3),
    "average pool": pool(16, 3, variant="average"),
    "pool, same": pool(16, 3, pad="same", h=8, w=8),
    "global pool": pool(16, 7, h=7, stride=1, pad=0, variant="average"),
    "fc": Shape("fc", 3, cin=40, cout=24, variant="Relu"),
    "fc, no activation": Shape("fc", 1, cin=64, cout=10),
    "matmul": Shape("matmul", 5, cin=16, cout=7, groups=3),
    **{
        name: Shape("elementwise", 2, cin=16, h=5, w=4, variant=name)
        for name in ("Add", "Mul", "Relu", "Sigmoid", "Gelu", "Clip", "HardSwish")
    },
    **{
        name: Shape("norm", 2, cin=16, h=5, w=4, variant=name)
        for name in ("LayerNormalization", "BatchNormalization", "InstanceNormalization")
    },
    "lrn": Shape("lrn", 2, cin=16, h=5, w=4),
    "softmax": Shape("softmax", 2, cin=16, h=5),
    "Transpose": Shape("movement", 2, cin=16, h=5, w=4, variant="Transpose"),
    "Concat": Shape("movement", 2, cin=17, h=5, w=4, variant="Concat"),
    "ReduceMean": Shape("reduce", 2, cin=16, h=5, variant="ReduceMean"),
    "ReduceMax": Shape("reduce", 2, cin=16, h=5, variant="ReduceMax"),
    "attention": Shape("attention", 2, cin=8, h=5, w=6, groups=4),
    "LSTM": Shape("recurrent", 2, cin=8, h=5, cout=6, groups=4),
    "GRU": Shape("recurrent", 2, cin=8, h=5, cout=6, groups=3),
    "RNN": Shape("recurrent", 2, cin=8, h=5, cout=6, groups=1),
}


def made(shape: Shape) -> tuple[OneLayer, Core]:
    layer = one_layer(shape)
    return layer, core_of(layer, RUNNER._optimise)


def core_gives(layer: OneLayer, core: Core, inputs: Mapping[str, Floats], seed: int) -> Floats:
    """Return the core's output for plain inputs and weights, reordered by hand where need be."""
    weights = drawn(layer.weights, seed)
    laid_out = weights_as_laid_out(layer, weights, RUNNER._optimise) | weights
    fed = {
        name: blocked(value, core.inputs[name][1], BLOCK) if _in_blocks(core, name) else value
        for name, value in inputs.items()
    }
    assert {name: value.shape for name, value in fed.items()} == dict(core.inputs)
    given = {f"{name}@0": laid_out[name] for name in core.weights}
    assert {name: value.shape for name, value in given.items()} == {
        f"{name}@0": sizes for name, sizes in core.weights.items()
    }
    (found,) = run_copies(core, 1, fed, given)
    return plain(found, *_channels(layer), BLOCK) if _ends_in_blocks(core) else found


def _in_blocks(core: Core, name: str) -> bool:
    """Whether an input is read in blocks: a first convolution reads its few channels plainly."""
    readers = [node for node in core.nodes if name in node.input and node.domain == BLOCKED]
    return any(node.op_type != "Conv" or core.inputs[name][1] >= BLOCK for node in readers)


def _ends_in_blocks(core: Core) -> bool:
    return any(node.domain == BLOCKED for node in core.nodes)


def _channels(layer: OneLayer) -> tuple[int]:
    (output,) = layer.model.graph.output
    return (output.type.tensor_type.shape.dim[1].dim_value,)


@pytest.mark.parametrize("name", [*CONVOLUTIONS, *OTHERS])
def test_a_core_computes_what_the_layer_does(name: str) -> None:
    shape = {**CONVOLUTIONS, **OTHERS}[name]
    layer, core = made(shape)
    inputs = drawn(layer.inputs, 1)
    expected = run_plain(layer, {**inputs, **drawn(layer.weights, 2)})
    assert np.abs(expected).max() > 0.01
    found = core_gives(layer, core, inputs, 2)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    other = core_gives(layer, core, drawn(layer.inputs, 3), 2)
    assert not np.allclose(other, expected, rtol=1e-2)


@given(
    st.integers(1, 70), st.integers(1, 70), st.integers(1, 5), st.integers(1, 5),
    st.integers(1, 3), st.sampled_from([0, 1, 2, "same"]), st.sampled_from([None, "Relu"]),
)  # fmt: skip
@settings(max_examples=40)
def test_any_convolution(
    cin: int, cout: int, kh: int, kw: int, stride: int, pad: object, variant: str | None
) -> None:
    shape = conv(cin, cout, kh, kw=kw, stride=stride, pad=pad, variant=variant)
    layer, core = made(shape)
    inputs = drawn(layer.inputs, 1)
    expected = run_plain(layer, {**inputs, **drawn(layer.weights, 2)})
    found = core_gives(layer, core, inputs, 2)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.skipif(BLOCK == 1, reason="nothing is blocked on this processor")
@pytest.mark.parametrize("name", ["plain", "1x1", "uneven channels", "depthwise", "grouped"])
def test_a_convolution_stays_in_blocks(name: str) -> None:
    """One node, in the blocked domain: no reordering is timed with it."""
    _, core = made(CONVOLUTIONS[name])
    assert [(node.domain, node.op_type) for node in core.nodes] == [(BLOCKED, "Conv")]


@pytest.mark.parametrize("shape", [*CONVOLUTIONS.values(), *OTHERS.values()], ids=str)
def test_no_reordering_is_left_at_the_ends(shape: Shape) -> None:
    _, core = made(shape)
    for node in core.nodes:
        assert node.op_type not in ("ReorderInput", "ReorderOutput"), shape


@pytest.mark.parametrize("name", ["plain", "uneven channels", "fc", "LSTM", "BatchNormalization"])
def test_each_copy_has_nodes_and_weights_of_its_own(name: str) -> None:
    layer, core = made({**CONVOLUTIONS, **OTHERS}[name])
    model = core.copies(3)
    names = [node.name for node in model.graph.node]
    assert len(names) == len(set(names)) == 3 * len(core.nodes)
    stored = [one.name for one in model.graph.initializer if one.name not in core.numbers]
    assert len(stored) == len(set(stored)) == 3 * len(core.weights)
    assert not any(one.raw_data for one in model.graph.initializer if one.name in stored)
    inputs = {name: value for name, value in drawn(core.inputs, 1).items() if name in core.inputs}
    weights = {
        f"{name}@{copy}": value
        for copy in range(3)
        for name, value in drawn(core.weights, copy).items()
    }
    outputs = run_copies(core, 3, inputs, weights)
    for copy, output in enumerate(outputs):
        alone = {f"{name}@0": weights[f"{name}@{copy}"] for name in core.weights}
        np.testing.assert_array_equal(output, run_copies(core, 1, inputs, alone)[0])
    assert not np.array_equal(outputs[0], outputs[1])
    assert not np.array_equal(outputs[1], outputs[2])
    assert layer.weights
