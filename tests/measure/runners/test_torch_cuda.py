"""What the runner asks of a CUDA device, where there is none: its questions and their answers."""

from types import SimpleNamespace
from typing import Any

import pytest

from py.measure.plans.shape import Shape
from py.measure.runners.torch_device import torch_device
from py.measure.runners.torch_runner import TorchRunner
from py.measure.runners.torch_settings import TorchSettings

L2_BYTES = 60_000_000


def made(**of_device: Any) -> tuple[Any, Any]:
    """Return torch and a device, as far as the runner looks at them."""
    device = SimpleNamespace(type="cuda", index=1)
    cuda = SimpleNamespace(
        is_available=lambda: True,
        device_count=lambda: 2,
        chosen=[],
        get_device_name=lambda _: "A GPU",
        get_device_properties=lambda _: SimpleNamespace(**of_device),
    )
    cuda.set_device = cuda.chosen.append
    cudnn = SimpleNamespace(benchmark=None, version=lambda: 91900)
    torch = SimpleNamespace(
        __version__="2.11.0+cu130",
        cuda=cuda,
        version=SimpleNamespace(cuda="13.0"),
        backends=SimpleNamespace(cudnn=cudnn),
        device=lambda *parts: device if parts == ("cuda", 1) else parts,
    )
    return torch, device


def test_the_identity_names_device_cuda_and_cudnn() -> None:
    torch, device = made(L2_cache_size=L2_BYTES)
    identity = TorchRunner(torch, device, TorchSettings(cudnn_benchmark=True), lambda: 0.0).identity
    assert identity["device_name"] == "A GPU"
    assert identity["cuda"] == "13.0"
    assert identity["cudnn"] == "91900"
    assert identity["cudnn_benchmark"] == "on"
    assert identity["cache_bytes"] == str(L2_BYTES)
    assert torch.backends.cudnn.benchmark is True
    assert torch.cuda.chosen == [device]


def test_a_cache_that_nobody_states_is_taken_as_a_large_one() -> None:
    torch, device = made()
    runner = TorchRunner(torch, device, TorchSettings(), lambda: 0.0)
    assert runner.cache_bytes > 10_000_000
    assert TorchRunner(torch, device, TorchSettings(cache_bytes=5), lambda: 0.0).cache_bytes == 5


def test_memory_counts_what_cuda_takes_for_itself() -> None:
    torch, device = made(L2_cache_size=L2_BYTES)
    runner = TorchRunner(torch, device, TorchSettings(), lambda: 0.0)
    needed = runner.needed_bytes(Shape("fc", 1, cin=8, cout=8))
    assert needed is not None
    assert needed > 2 * L2_BYTES + 500_000_000
    assert runner.needed_bytes(Shape("fc", 1, cin=8, cout=8, dtype="int8")) is None
    assert runner.needed_bytes(Shape("fc", 1, cin=8)) is None


@pytest.mark.parametrize(("name", "parts"), [("cuda", ("cuda", 0)), ("cpu", ("cpu",))])
def test_a_device_is_chosen_by_its_name(name: str, parts: tuple[Any, ...]) -> None:
    torch, _ = made()
    assert torch_device(torch, name) == parts


def test_the_second_of_two() -> None:
    torch, device = made()
    assert torch_device(torch, "cuda:1") is device
