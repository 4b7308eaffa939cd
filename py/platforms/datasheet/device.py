"""The published figures of a device."""

from collections.abc import Mapping
from dataclasses import dataclass

PRECISIONS = ("fp64", "fp32", "tf32", "fp16", "bf16", "int8")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with where it was read."""

    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Device:
    """A device's figures; None is one for which no source was read.

    ``peaks`` are operations a second by precision, a multiply-accumulate being two.
    ``computation`` and ``memory`` are the shares of the peak rate and of the bandwidth that are
    reached; all of them where nobody states one.
    """

    device_class: str
    peaks: Mapping[str, Figure]
    bandwidth_bytes_per_s: Figure | None
    rated_power_w: Figure | None
    idle_power_w: Figure | None
    launch_overhead_s: Figure | None
    memory_bytes: Figure | None
    multiprocessors: Figure | None
    clock_hz: Figure | None
    computation: Figure | None
    memory: Figure | None
    remarks: tuple[str, ...]

    @property
    def computation_share(self) -> float:
        return 1.0 if self.computation is None else self.computation.value

    @property
    def memory_share(self) -> float:
        return 1.0 if self.memory is None else self.memory.value
