"""What is known of one GPU."""

from dataclasses import dataclass

from py.measure.machine.checked import check


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as its driver describes it; None is unknown.

    ``throttled`` are the driver's reasons for running below its clocks now, and
    ``other_processes`` how many processes besides this one run on it. The greatest power limit
    that may be set is ``power_limit_most_w``. ``virtualization`` is NVML's word, as ``vgpu``.
    """

    index: int
    name: str | None = None
    driver: str | None = None
    cuda: str | None = None
    compute_capability: str | None = None
    memory_total_bytes: int | None = None
    memory_free_bytes: int | None = None
    clock_mhz: float | None = None
    clock_most_mhz: float | None = None
    memory_clock_mhz: float | None = None
    memory_clock_most_mhz: float | None = None
    persistence: bool | None = None
    ecc: bool | None = None
    mig: bool | None = None
    power_limit_w: float | None = None
    power_limit_default_w: float | None = None
    power_limit_most_w: float | None = None
    temperature_c: float | None = None
    throttled: tuple[str, ...] = ()
    other_processes: int | None = None
    virtualization: str | None = None

    def __post_init__(self) -> None:
        check(self, signed=("temperature_c",))
