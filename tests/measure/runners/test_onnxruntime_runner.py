"""The runner on this machine's processor: everything runs, with data that is not zeros, in turn."""

import functools
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.measure.plans.sampled import FAMILIES
from py.measure.plans.shape import Shape
from py.measure.runners import onnxruntime_runner
from py.measure.runners.one_layer import one_layer
from py.measure.runners.onnxruntime_runner import OnnxRuntimeRunner, open_runner, ort
from py.measure.runners.onnxruntime_session import BoundSession
from py.measure.runners.runner import NotRunnableError

CONV = Shape(
    "conv", 1, cin=16, h=8, w=8, cout=16, kh=3, kw=3, stride=1, pad=1, groups=1, variant="Relu"
)


@functools.cache
def opened() -> OnnxRuntimeRunner:
    return open_runner("cpu", {"threads": "1"})


@pytest.fixture
def runner() -> OnnxRuntimeRunner:
    return opened()


def small(family: str) -> Shape:
    """Return the smallest shape among the first of a family."""
    shapes = [FAMILIES[family](index) for index in range(1, 50)]
    return min(shapes, key=lambda shape: opened().needed_bytes(shape) or 0)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_runs(runner: OnnxRuntimeRunner, family: str) -> None:
    prepared = runner.prepare(small(family))
    times = prepared.run(3)
    assert len(times) == 3
    assert all(0 < seconds < 60 for seconds in times)
    prepared.close()


@pytest.mark.parametrize("name", ["lenet5", "cifar10_6conv", "squeezenet1_1", "shufflenet_v2"])
def test_a_network_runs_at_a_batch(runner: OnnxRuntimeRunner, name: str) -> None:
    shape = Shape("network", 2, network=name)
    assert runner.needed_bytes(shape) is None
    prepared = runner.prepare(shape)
    assert len(prepared.run(2)) == 2
    prepared.close()


class Spy:
    """Stands before onnxruntime's sessions and keeps the tensors that they are given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.given: list[dict[str, Any]] = []
        session_class = BoundSession

        def made(session: Any, sets: Any, *others: Any, **named: Any) -> Any:
            self.given = [dict(one) for one in sets]
            return session_class(session, sets, *others, **named)

        monkeypatch.setattr(onnxruntime_runner, "BoundSession", made)


@pytest.mark.parametrize(
    "shape",
    [CONV, Shape("fc", 4, cin=512, cout=256), Shape("elementwise", 1, cin=64, h=28, w=28)],
    ids=["conv", "fc", "elementwise"],
)
def test_inputs_are_not_zeros_and_are_taken_in_turn(
    runner: OnnxRuntimeRunner, shape: Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy(monkeypatch)
    runner.prepare(shape).close()
    assert len(spy.given) == 4
    for name in spy.given[0]:
        turns = [one[name].numpy() for one in spy.given]
        for place, value in enumerate(turns):
            assert (value != 0).all()
            for other in turns[:place]:
                assert not np.array_equal(value, other)


def test_a_large_map_is_its_own_rotation(
    runner: OnnxRuntimeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy(monkeypatch)
    runner.prepare(Shape("elementwise", 1, cin=64, h=256, w=256, variant="Relu")).close()
    assert len(spy.given) == 1


def test_runs_go_on_with_the_next_inputs(
    runner: OnnxRuntimeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: Any = runner.prepare(CONV)
    taken: list[Any] = []
    session = prepared._session

    class Listening:
        def run_with_iobinding(self, binding: Any) -> None:
            taken.append(binding)
            session.run_with_iobinding(binding)

    monkeypatch.setattr(prepared, "_session", Listening())
    prepared.run(3)
    prepared.run(6)
    count = len(prepared._bindings)
    assert count == 4
    assert taken == [prepared._bindings[place % count] for place in range(9)]


@pytest.mark.parametrize("family", ["convolution", "fully connected", "elementwise", "softmax"])
def test_no_copy_is_merged_with_another(
    runner: OnnxRuntimeRunner, family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What onnxruntime runs in the end has a node for each copy."""
    import onnx

    kept = tmp_path / "kept.onnx"
    made = runner._session
    counts: list[int] = []

    def session(model: onnx.ModelProto, options: Any) -> Any:
        if options.graph_optimization_level == ort.GraphOptimizationLevel.ORT_DISABLE_ALL:
            counts.append(len(model.graph.node))
            options.optimized_model_filepath = str(kept)
        return made(model, options)

    monkeypatch.setattr(runner, "_session", session)
    prepared: Any = runner.prepare(small(family))
    assert len(onnx.load(kept, load_external_data=False).graph.node) == counts[0]
    assert counts[0] >= prepared._copies > 1
    prepared.close()


def test_times_are_of_one_copy(runner: OnnxRuntimeRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: Any = runner.prepare(CONV)
    ticks = iter(range(100))
    monkeypatch.setattr("time.perf_counter", lambda: float(next(ticks)))
    assert prepared.run(2) == (1 / prepared._copies,) * 2


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads as Linux does")
@pytest.mark.parametrize("threads", [1, 3])
def test_threads_are_as_many_as_asked(threads: int) -> None:
    own = open_runner("cpu", {"threads": str(threads)})
    before = set(os.listdir("/proc/self/task"))
    prepared = own.prepare(Shape("fc", 64, cin=1024, cout=1024))
    prepared.run(2)
    assert len(set(os.listdir("/proc/self/task")) - before) == threads - 1
    assert own.identity["threads"] == str(threads)
    prepared.close()


def test_the_identity_says_what_ran() -> None:
    identity = open_runner("cpu", {}).identity
    assert identity["runner"] == "onnxruntime"
    assert identity["version"] == ort.__version__
    assert identity["provider"] == "CPUExecutionProvider"
    assert int(identity["threads"]) >= 1
    assert all(isinstance(value, str) for value in identity.values())


@pytest.mark.parametrize(
    "settings",
    [{"threads": text} for text in ("0", "-1", "two", "", "1.5", "99999", "٣")] + [{"layout": "x"}],
)
def test_settings_that_are_none(settings: dict[str, str]) -> None:
    with pytest.raises(JoulegraphError) as error:
        open_runner("cpu", settings)
    assert error.value.code == "settings-invalid"


@pytest.mark.parametrize("device", ["cuda:0", "coreml", "toaster", "cpu:x"])
def test_a_device_that_is_not_here(device: str) -> None:
    if (
        device.partition(":")[0] == "cuda"
        and "CUDAExecutionProvider" in ort.get_available_providers()
    ):
        pytest.skip("there is one")
    with pytest.raises(NotRunnableError, match=r"no provider for|a device is"):
        open_runner(device, {})


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (Shape("fc", 1, cin=8, cout=8, direction="training"), "forward alone"),
        (Shape("fc", 1, cin=8, cout=8, dtype="fp16"), "fp32 alone, got fp16"),
        (Shape("network", 1, network="lenet5", dtype="bf16"), "fp32 alone, got bf16"),
        (Shape("norm", 1, cin=8, variant="RMSNormalization"), "RMSNormalization"),
        (Shape("network", 1, network="nothing"), "the name of a sample"),
        (
            Shape("conv", 1, cin=3, h=2, w=2, cout=4, kh=5, kw=5, stride=1, pad=0, groups=1),
            ".",
        ),
    ],
    ids=["training", "fp16", "bf16", "operator", "network", "window"],
)
def test_what_can_t_run_says_why(runner: OnnxRuntimeRunner, shape: Shape, said: str) -> None:
    with pytest.raises(NotRunnableError, match=said) as error:
        runner.prepare(shape)
    assert len(str(error.value).splitlines()) == 1


@given(st.sampled_from(sorted(FAMILIES)), st.integers(1, 10_000))
@settings(max_examples=100)
def test_needed_bytes_are_those_of_all_tensors_or_some_times_as_many(
    family: str, index: int
) -> None:
    shape = FAMILIES[family](index)
    layer = one_layer(shape)
    (output,) = layer.model.graph.output
    tensors = [*layer.inputs.values(), *layer.weights.values()]
    tensors.append(tuple(one.dim_value for one in output.type.tensor_type.shape.dim))
    least = 4 * sum(math.prod(sizes) for sizes in tensors)
    needed = opened().needed_bytes(shape)
    assert needed is not None
    assert least <= needed <= 8 * least


def test_what_can_t_run_needs_no_memory_that_is_known(runner: OnnxRuntimeRunner) -> None:
    assert runner.needed_bytes(Shape("fc", 1, cin=8, cout=8, dtype="bf16")) is None
