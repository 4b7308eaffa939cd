"""Torch on a processor: every kind of layer against numpy, whole networks against onnxruntime."""

import gc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from py.errors import JoulegraphError
from py.measure.plans.networks import NETWORKS, network_path
from py.measure.plans.sampled import FAMILIES, sampled
from py.measure.plans.shape import Shape
from py.measure.runners.runner import NotRunnableError
from py.measure.runners.torch_data import Place, Wanted, count_of_sets, tensors, wanted_of
from py.measure.runners.torch_layers import call_of
from py.measure.runners.torch_network import program_of, read_network
from py.measure.runners.torch_runner import open_runner
from py.measure.runners.torch_settings import TorchSettings
from py.measure.runners.torch_sizes import sizes_of
from py.platforms.load import PUBLIC

torch = pytest.importorskip("torch", reason="torch is not installed here")

SETTINGS = TorchSettings(threads=1, cache_bytes=100_000)
MODELS = str(PUBLIC / "models")


@pytest.fixture(scope="module")
def runner() -> Any:
    return open_runner("cpu", SETTINGS)


def small() -> list[Shape]:
    """Two small shapes of each family."""
    return [
        replace(shape, batch=min(shape.batch, 4))
        for family in FAMILIES
        for shape in sampled(family, 2, most_macs=50_000_000, most_elements=2_000_000)
    ]


def place(dtype: str = "float32", *, channels_last: bool = False) -> Place:
    width = torch.empty(0, dtype=getattr(torch, dtype)).element_size()
    return Place(torch, torch.device("cpu"), getattr(torch, dtype), width, channels_last)


@pytest.mark.parametrize("direction", ["forward", "training"])
@pytest.mark.parametrize("shape", small(), ids=lambda shape: shape.key)
def test_every_family_runs_both_ways(runner: Any, shape: Shape, direction: Any) -> None:
    prepared = runner.prepare(replace(shape, direction=direction))
    times = prepared.run(3)
    assert len(times) == 3
    assert all(time > 0 for time in times)
    prepared.close()
    assert runner.needed_bytes(shape) > 0


@pytest.mark.parametrize("dtype", ["fp16", "bf16", "fp64"])
def test_a_convolution_runs_in_each_precision(runner: Any, dtype: str) -> None:
    shape = Shape("conv", 2, cin=8, h=9, w=9, cout=8, kh=3, kw=3, stride=1, pad=1, dtype=dtype)
    assert len(runner.prepare(shape).run(2)) == 2


def result(shape: Shape) -> tuple[list[np.ndarray], np.ndarray]:
    """Return a layer's tensors and what torch makes of them."""
    sizes = sizes_of(shape)
    parts = wanted_of(shape, sizes)
    made = [tensors(place(), one, 1)[0] for part in parts for one in part]
    with torch.inference_mode():
        found = call_of(shape, sizes, torch)(*made)
    return [one.numpy() for one in made], found.numpy()


def direct(x: np.ndarray, weight: np.ndarray, stride: int, groups: int) -> np.ndarray:
    """Return a convolution of a padded map, window by window."""
    batch, _, h, w = x.shape
    cout, cin, kh, kw = weight.shape
    rows, columns = (h - kh) // stride + 1, (w - kw) // stride + 1
    y = np.zeros((batch, cout, rows, columns), np.float64)
    for out in range(cout):
        first = out // (cout // groups) * cin
        for row in range(rows):
            for column in range(columns):
                top, left = row * stride, column * stride
                window = x[:, first : first + cin, top : top + kh, left : left + kw]
                y[:, out, row, column] = (window * weight[out]).sum(axis=(1, 2, 3))
    return y


@pytest.mark.parametrize(
    ("pad", "zeros", "stride", "groups", "variant"),
    [
        (1, ((1, 1), (1, 1)), 1, 1, "Relu"),
        ("same", ((0, 1), (0, 1)), 2, 2, None),
        ("valid", ((0, 0), (0, 0)), 2, 4, "Clip"),
    ],
)
def test_a_convolution_is_what_the_columns_say(
    pad: Any, zeros: Any, stride: int, groups: int, variant: str | None
) -> None:
    shape = Shape(
        *("conv", 2), cin=4, h=8, w=8, cout=8, kh=3, kw=3, stride=stride, pad=pad, groups=groups
    )
    (x, weight, bias), found = result(replace(shape, variant=variant))
    wanted = direct(np.pad(x, ((0, 0), (0, 0), *zeros)), weight, stride, groups)
    wanted += bias[:, None, None]
    if variant:
        wanted = np.clip(wanted, 0, 6 if variant == "Clip" else np.inf)
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_products_and_softmax_are_what_the_columns_say() -> None:
    (x, weight, bias), found = result(Shape("fc", 3, cin=5, cout=4, variant="Relu"))
    np.testing.assert_allclose(found, np.maximum(x @ weight.T + bias, 0), atol=1e-6)
    (left, right), found = result(Shape("matmul", 3, cin=5, cout=4, groups=2))
    np.testing.assert_allclose(found, left @ right, atol=1e-6)
    (x,), found = result(Shape("softmax", 2, cin=3, h=7))
    exponents = np.exp(x)
    np.testing.assert_allclose(found, exponents / exponents.sum(-1, keepdims=True), atol=1e-6)


def test_attention_is_what_the_columns_say() -> None:
    (q, k, v), found = result(Shape("attention", 2, cin=8, h=3, w=5, groups=4, cout=6))
    scores = np.exp(q @ k.transpose(0, 1, 3, 2) / np.sqrt(8))
    np.testing.assert_allclose(found, scores / scores.sum(-1, keepdims=True) @ v, atol=1e-5)


def test_norms_are_what_the_columns_say() -> None:
    (x, scale, shift), found = result(Shape("norm", 2, cin=3, h=16, variant="LayerNormalization"))
    centred = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(found, centred * scale + shift, atol=1e-5)
    (x, scale, shift, mean, variance), found = result(
        Shape("norm", 2, cin=3, h=4, w=4, variant="BatchNormalization")
    )
    scale, shift, mean, variance = (one[:, None, None] for one in (scale, shift, mean, variance))
    wanted = (x - mean) / np.sqrt(variance + 1e-5) * scale + shift
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_pools_are_what_the_columns_say() -> None:
    shape = Shape("pool", 2, cin=3, h=5, w=5, kh=2, kw=2, stride=2, pad="same")
    (x,), found = result(replace(shape, variant="max"))
    padded = np.pad(x, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=-np.inf)
    np.testing.assert_array_equal(found, padded.reshape(2, 3, 3, 2, 3, 2).max(axis=(3, 5)))
    (x,), found = result(Shape("pool", 2, cin=3, h=5, w=5, kh=5, kw=5, stride=1, variant="average"))
    np.testing.assert_allclose(found[..., 0, 0], x.mean(axis=(2, 3)), atol=1e-6)


def test_movements_and_reductions_are_what_the_columns_say() -> None:
    (a, b), found = result(Shape("movement", 2, cin=5, h=3, w=4, variant="Concat"))
    np.testing.assert_array_equal(found, np.concatenate([a, b], axis=1))
    (x,), found = result(Shape("movement", 2, cin=5, h=3, w=4, variant="Transpose"))
    np.testing.assert_array_equal(found, x.transpose(0, 2, 3, 1))
    (x,), found = result(Shape("reduce", 2, cin=5, h=3, variant="ReduceMean"))
    np.testing.assert_allclose(found, x.mean(-1), atol=1e-6)


@pytest.mark.parametrize(
    ("network", "fold"),
    [*((network, True) for network in NETWORKS), ("mobilenet_v2", False), ("resnet18", False)],
)
def test_every_sample_runs_and_agrees_with_onnxruntime(network: str, fold: bool) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is not installed here")
    onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed here")
    graph = read_network(Shape("network", 1, network=network), MODELS)
    program = program_of(graph, torch, training=False, fold=fold)
    weights = program.made_weights(place())
    assert bool(program.folds) == (fold and "BatchNormalization" in {one.op for one in graph.nodes})
    images = [tensors(place(), Wanted(sides), 1)[0] for sides in program.inputs]
    with torch.inference_mode():
        found = program(*images, *program.ready(weights)).numpy()
    model = onnx.load(network_path(network))
    given = dict(zip(program.weight_names, weights, strict=True))
    nodes = [node for node in model.graph.node if node.output[0] not in given]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(
        onnx.numpy_helper.from_array(one.numpy(), name) for name, one in given.items()
    )
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    name = session.get_inputs()[0].name
    (wanted,) = session.run(None, {name: images[0].numpy()})
    np.testing.assert_allclose(found, wanted, atol=2e-5 * float(np.abs(wanted).max()))


@pytest.mark.parametrize("direction", ["forward", "training"])
def test_a_network_runs_both_ways(runner: Any, direction: Any) -> None:
    shape = Shape("network", 2, network="cifar10_6conv", direction=direction)
    prepared = runner.prepare(shape)
    assert len(prepared.run(2)) == 2
    assert runner.needed_bytes(shape) > 100_000


def test_a_network_lets_go_of_what_nobody_reads_again() -> None:
    graph = read_network(Shape("network", 1, network="resnet18"), MODELS)
    program = program_of(graph, torch, training=False)
    let_go = [place for step in program.steps for place in step.lets_go]
    kept = len(program.inputs) + len(program.weights)
    made = {place for step in program.steps for place in step.writes} - {program.output}
    assert sorted(let_go) == sorted(made)
    assert min(let_go) >= kept


def test_gradients_reach_inputs_and_weights() -> None:
    asked: list[int] = []
    grad = torch.autograd.grad

    def watched(output: Any, of: Any, above: Any, **rest: Any) -> Any:
        found = grad(output, of, above, **rest)
        asked.append(sum(one is not None and bool(one.abs().sum() > 0) for one in found))
        return found

    torch.autograd.grad = watched
    try:
        shape = Shape("conv", 2, cin=4, h=8, w=8, cout=4, kh=3, kw=3, stride=1, pad=1)
        prepared = open_runner("cpu", SETTINGS).prepare(replace(shape, direction="training"))
        prepared.run(1)
    finally:
        torch.autograd.grad = grad
    assert asked == [3, 3]


def test_inputs_are_taken_in_turn_and_exceed_the_cache() -> None:
    seen: list[int] = []
    linear = torch.nn.functional.linear

    def watched(x: Any, weight: Any, bias: Any) -> Any:
        seen.append(x.data_ptr())
        return linear(x, weight, bias)

    torch.nn.functional.linear = watched
    try:
        prepared = open_runner("cpu", SETTINGS).prepare(Shape("fc", 4, cin=64, cout=64))
        seen.clear()
        prepared.run(40)
    finally:
        torch.nn.functional.linear = linear
    together = 4 * sizes_of(Shape("fc", 4, cin=64, cout=64)).elements
    different = len(set(seen))
    assert different * together > 100_000
    assert seen[different:] == seen[: len(seen) - different]


def test_sets_keep_within_a_quarter_of_what_is_free() -> None:
    assert count_of_sets(1000, 50_000, None) == 100
    assert count_of_sets(1000, 50_000, 40_000) == 10
    assert count_of_sets(10**9, 50_000, 10**9) == 1


def test_random_data_is_neither_zero_nor_the_same() -> None:
    first, second = tensors(place("bfloat16"), Wanted((64, 33)), 2)
    assert first.count_nonzero() > 64 * 32
    assert not torch.equal(first, second)
    (positive,) = tensors(place(), Wanted((1000,), positive=True), 1)
    assert 0.5 <= positive.min() < positive.max() <= 1.5


def test_channels_last_lies_so_in_memory() -> None:
    (x,) = tensors(place(channels_last=True), Wanted((2, 3, 4, 5)), 1)
    assert x.shape == (2, 3, 4, 5)
    assert x.is_contiguous(memory_format=torch.channels_last)


def test_what_cannot_run_says_why(runner: Any) -> None:
    for shape, said in (
        (Shape("fc", 1, cin=2, cout=2, dtype="tf32"), "CUDA"),
        (Shape("fc", 1, cin=2, cout=2, dtype="int8"), "torch runs"),
        (Shape("norm", 1, cin=4, h=4, w=4, variant="Batchless"), "a norm is one of"),
        (Shape("network", 1, network="no_such"), "can't be read"),
        (Shape("network", 1, network="../models/alexnet"), "is named by"),
    ):
        with pytest.raises(NotRunnableError, match=said):
            runner.prepare(shape)


def test_fp32_is_true_single_precision(runner: Any) -> None:
    runner.prepare(Shape("fc", 1, cin=2, cout=2))
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cudnn.allow_tf32


def test_memory_is_let_go_when_closed(runner: Any) -> None:
    def alive() -> int:
        gc.collect()
        return sum(torch.is_tensor(one) for one in gc.get_objects())

    before = alive()
    prepared = runner.prepare(Shape("fc", 4, cin=64, cout=64))
    assert alive() > before
    prepared.close()
    assert alive() == before


def test_the_identity_says_what_ran(runner: Any) -> None:
    identity = runner.identity
    assert identity["runner"] == "torch"
    assert identity["version"] == torch.__version__
    assert identity["threads"] == "1"
    assert all(isinstance(value, str) for value in identity.values())


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "cpu:1"])
def test_a_device_of_another_form_is_refused(device: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        open_runner(device)
    assert caught.value.code == "device-unknown"


def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(JoulegraphError) as caught:
        open_runner("cuda:99")
    assert caught.value.code == "device-missing"


def test_models_may_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "mine.onnx").write_bytes(network_path("lenet5").read_bytes())
    runner = open_runner("cpu", replace(SETTINGS, models=str(tmp_path)))
    assert runner.prepare(Shape("network", 1, network="mine.onnx")).run(1)
