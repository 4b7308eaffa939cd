"""Torch on a processor standing for a GPU: everything but the device is the real thing."""

from collections.abc import Mapping

from py.measure.runners.runner import Runner
from py.measure.runners.torch_runner import open_runner as open_torch


def open_runner(device: str, settings: Mapping[str, str]) -> Runner:
    """Open torch on the processor, whatever device is asked for."""
    assert device.startswith("cuda")
    import torch

    torch.cuda.get_device_properties = lambda _: None  # which GPU it is, only a CUDA build knows
    return open_torch("cpu", settings)
