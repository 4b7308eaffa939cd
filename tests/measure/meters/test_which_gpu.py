"""Which board a number of CUDA's is, and that it isn't guessed."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from py.measure.meters.nvml_library import Nvml
from py.measure.meters.report import MeterUnavailableError
from py.measure.meters.which_gpu import Gpu, which_gpu

BY_BUS = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}


class Boards:
    """NVML with some boards, by their UUIDs."""

    def __init__(self, *uuids: str) -> None:
        self._uuids = uuids

    def count(self) -> int:
        return len(self._uuids)

    def handle(self, index: int) -> int:
        return index

    def call(self, name: str, handle: int) -> str:
        assert name == "nvmlDeviceGetUUID"
        return self._uuids[handle]

    def close(self) -> None: ...


def found(
    device: str, boards: Sequence[str], environment: dict[str, str], torch: Any = None
) -> Gpu:
    without = SimpleNamespace()  # a runner that is not torch
    nvml = cast(Nvml, Boards(*boards))
    return which_gpu(device, lambda: nvml, environment, without if torch is None else torch)


def torch_of(*uuids: str | None, hip: str | None = None) -> Any:
    def properties(number: int) -> Any:
        return SimpleNamespace(uuid=uuids[number]) if uuids[number] else SimpleNamespace()

    return SimpleNamespace(
        version=SimpleNamespace(hip=hip), cuda=SimpleNamespace(get_device_properties=properties)
    )


def test_a_processor_is_no_gpu() -> None:
    assert found("cpu", ["GPU-a"], {}) == Gpu()


def test_torch_s_uuid_settles_it_in_whatever_order() -> None:
    torch = torch_of("b", "a")
    assert found("cuda:0", ["GPU-a", "GPU-b"], {}, torch).nvml == 1
    assert found("cuda:1", ["GPU-a", "GPU-b"], {"CUDA_VISIBLE_DEVICES": "1,0"}, torch).nvml == 0
    lost = found("cuda:0", ["GPU-a", "GPU-c"], {}, torch)
    assert lost.nvml is None
    assert lost.unknown == "NVML knows no GPU b"


@pytest.mark.parametrize("torch", [None, torch_of(None, None)])
def test_without_a_uuid_a_number_is_taken_only_where_it_means_one_board(torch: Any) -> None:
    two = ["GPU-a", "GPU-b"]
    assert found("cuda:0", ["GPU-a"], {}, torch).nvml == 0
    assert found("cuda:0", ["GPU-a"], {"CUDA_VISIBLE_DEVICES": "0"}, torch).nvml == 0
    assert found("cuda:1", two, BY_BUS, torch).nvml == 1
    for environment in ({}, BY_BUS | {"CUDA_VISIBLE_DEVICES": "1"}):
        unsure = found("cuda:0", two, environment, torch)
        assert unsure.nvml is None
        assert unsure.unknown.startswith("which of NVML's 2 GPUs cuda:0 is")
    assert found("cuda:1", ["GPU-a"], {}, torch).nvml is None


def test_amd_s_gpus_go_by_their_number() -> None:
    torch = torch_of("x", "y", hip="6.3")
    assert found("cuda:1", ["GPU-a", "GPU-b"], {}, torch) == Gpu(amd=1)
    hidden = found("cuda:0", [], {"HIP_VISIBLE_DEVICES": "1"}, torch)
    assert (hidden.nvml, hidden.amd) == (None, None)
    assert hidden.unknown == "cuda:0 is chosen by HIP_VISIBLE_DEVICES"


def test_without_nvml_there_is_no_index_of_it() -> None:
    def none() -> Nvml:
        raise MeterUnavailableError("no driver")

    assert which_gpu("cuda:0", none, {}, torch_of("a")) == Gpu()
