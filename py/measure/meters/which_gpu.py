"""Which board a device of CUDA is: CUDA counts in an order of its own, and only what it may see.

A number of CUDA's is not one of NVML's: CUDA puts the fastest first, unless CUDA_DEVICE_ORDER says
otherwise, and CUDA_VISIBLE_DEVICES leaves some out and orders the rest anew. Torch states a GPU's
UUID, which settles it. Without, the number tells only where it can't mean another board.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from py.measure.meters.gpu_facts import index_of_uuid
from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_library import Nvml

_HIDES = "CUDA_VISIBLE_DEVICES"
_HIDES_AMD = (_HIDES, "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL")


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU's index among NVIDIA's (NVML's) or AMD's; None where it is none or nobody knows.

    ``unknown`` says why it isn't known which of several it is.
    """

    nvml: int | None = None
    amd: int | None = None
    unknown: str = ""


def which_gpu(
    device: str,
    load: Callable[[], Nvml] = Nvml.load,
    environment: Mapping[str, str] = os.environ,
    torch: Any = None,
) -> Gpu:
    """Return which GPU ``cuda:N`` is; ``torch`` is its module, by default the one in use here."""
    kind, _, place = device.partition(":")
    if kind not in ("cuda", "gpu"):
        return Gpu()
    number = int(place or 0)
    torch = sys.modules.get("torch") if torch is None else torch
    # ROCm's torch names AMD's GPUs as CUDA's. Both libraries count them as the bus does.
    hiding = next((name for name in _HIDES_AMD if name in environment), None)
    amd = number if hiding is None else None
    if getattr(getattr(torch, "version", None), "hip", None):
        return Gpu(amd=amd, unknown=f"{device} is chosen by {hiding}" if hiding else "")
    try:
        nvml = load()
    except MeterError:
        return Gpu(amd=amd if torch is None else None)
    try:
        return _of_nvidia(nvml, number, _uuid(torch, number), environment)
    except MeterError as error:
        return Gpu(unknown=f"which of NVML's GPUs {device} is: {error}")
    finally:
        nvml.close()


def _uuid(torch: Any, number: int) -> str | None:
    try:
        uuid = getattr(torch.cuda.get_device_properties(number), "uuid", None)
    except Exception:  # no torch, one without CUDA, or another release's error
        return None
    return None if uuid is None else str(uuid)


def _of_nvidia(nvml: Nvml, number: int, uuid: str | None, environment: Mapping[str, str]) -> Gpu:
    if uuid is not None:
        index = index_of_uuid(nvml, uuid)
        return Gpu(index, unknown="" if index is not None else f"NVML knows no GPU {uuid}")
    count = nvml.count()
    as_the_bus = environment.get("CUDA_DEVICE_ORDER") == "PCI_BUS_ID"
    if count == 1 > number or (as_the_bus and _HIDES not in environment and number < count):
        return Gpu(number)
    return Gpu(
        unknown=f"which of NVML's {count} GPUs cuda:{number} is, the runner does not say (with "
        "CUDA_DEVICE_ORDER=PCI_BUS_ID and without CUDA_VISIBLE_DEVICES it would be known)"
    )
