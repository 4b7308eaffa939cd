"""What the measuring of one shape gave, and the cells of its row."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from py.measure.meters.device_state import DeviceState
from py.measure.meters.meter import Domain

_DIGITS = 7
_MOST_SAMPLES = 40
_COLUMNS: Mapping[Domain, str] = MappingProxyType(
    {
        **{"gpu": "gpu_mj", "package": "package_mj", "core": "core_mj"},
        **{"dram": "dram_mj", "soc": "soc_mj"},
    }
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One window of runs, in SI units; None is unavailable.

    ``runtime_s`` is the median run: what interrupts a run now and then is in ``scatter``, the
    ratio of the mean to it, and in the standard error. ``power_w`` is that of each domain over the
    window, ``measured`` the domain of the device itself; the energy of a run is its power for as
    long as the median run takes. ``repetitions`` is 0 where nothing ran (idle).
    """

    runtime_s: float | None
    runtime_se_s: float | None
    runtime_min_s: float | None
    repetitions: int
    window_s: float
    measured: Domain
    power_w: Mapping[Domain, float] = field(default_factory=lambda: MappingProxyType({}))
    power_se_w: float | None = None
    power_samples_w: Sequence[float] = ()
    state: DeviceState = field(default_factory=DeviceState)
    outlier: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if (self.runtime_s is None) != (self.repetitions == 0):
            raise ValueError(
                f"Measurement: a runtime goes with repetitions, got {self.runtime_s} and "
                f"{self.repetitions}"
            )

    @property
    def cells(self) -> dict[str, str]:
        """The cells of a row, by their columns; blank is unavailable."""
        own = self.power_w.get(self.measured)
        found: dict[str, float | None] = {
            "runtime_ms": _milli(self.runtime_s),
            "power_w": own,
            "energy_mj": self._energy_mj(own),
            "runtime_se_ms": _milli(self.runtime_se_s),
            "runtime_min_ms": _milli(self.runtime_min_s),
            "repetitions": float(self.repetitions),
            "window_s": self.window_s,
            "energy_se_mj": self._energy_se_mj(own),
            "clock_seen_mhz": self.state.clock_mhz,
            "memory_clock_mhz": self.state.memory_clock_mhz,
            "temperature_c": self.state.temperature_c,
            **{
                column: self._energy_mj(self.power_w.get(domain))
                for domain, column in _COLUMNS.items()
            },
        }
        return {
            **{
                name: "" if value is None else f"{value:.{_DIGITS}g}"
                for name, value in found.items()
            },
            "power_samples_w": " ".join(f"{one:.4g}" for one in _thinned(self.power_samples_w)),
            "throttled": " ".join(self.state.throttled),
            "outlier": "1" if self.outlier else "0",
            "note": self.note,
        }

    def _energy_mj(self, power_w: float | None) -> float | None:
        """Return the energy of a run; of an idle window, that of the window."""
        if power_w is None:
            return None
        seconds = self.window_s if self.runtime_s is None else self.runtime_s
        return power_w * seconds * 1e3

    def _energy_se_mj(self, power_w: float | None) -> float | None:
        """Return the standard error of the energy: that of the power and that of the runtime."""
        if power_w is None or self.power_se_w is None:
            return None
        of_power_mj = self._energy_mj(self.power_se_w) or 0.0
        of_runtime_mj = power_w * (self.runtime_se_s or 0.0) * 1e3
        return math.hypot(of_power_mj, of_runtime_mj)


def _milli(value: float | None) -> float | None:
    return None if value is None else value * 1e3


def _thinned(samples: Sequence[float]) -> Sequence[float]:
    if len(samples) <= _MOST_SAMPLES:
        return samples
    return [samples[place * len(samples) // _MOST_SAMPLES] for place in range(_MOST_SAMPLES)]
