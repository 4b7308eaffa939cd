"""What a device says of its own state while it works: clocks, temperature, why it is throttled."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One look at a device; None is unknown.

    ``throttled`` names the device's own reasons for running below its clocks, in NVML's terms
    (``sw_power_cap``, ``hw_slowdown``, ``sw_thermal_slowdown``, ``hw_thermal_slowdown``,
    ``hw_power_brake``); idling is no reason.
    """

    clock_mhz: float | None = None
    memory_clock_mhz: float | None = None
    temperature_c: float | None = None
    throttled: tuple[str, ...] = ()


class StateReader(Protocol):
    """Looks at one device."""

    def state(self) -> DeviceState:
        """Return the state right now; what can't be read is None."""
        ...
