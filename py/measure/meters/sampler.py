"""Power over time, for a plot: a bounded number of samples, whatever the length of the run."""

import threading
from dataclasses import dataclass
from types import TracebackType

from py.measure.meters.background import Background
from py.measure.meters.clock import Clock
from py.measure.meters.meter import Meter, MeterError


@dataclass(frozen=True, slots=True)
class PowerSample:
    """Power at one time of the sampler's clock."""

    time_s: float
    power_w: float


class PowerSampler:
    """Samples a meter's power in a thread of its own until it is closed.

    Where the device states no power, the mean between two readings of its energy stands for it. At
    most ``most`` samples are kept: when they are full every other one is dropped and from then on
    only every second (fourth, eighth…) is taken, so that they stay evenly spread.
    """

    def __init__(self, meter: Meter, clock: Clock, period_s: float = 0.02, most: int = 256) -> None:
        if most < 2:
            raise ValueError(f"PowerSampler: keeps at least 2 samples, got most={most}")
        self._meter = meter
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._samples: list[PowerSample] = []
        self._every = 1
        self._looks = 0
        self._last: tuple[float, float] | None = None
        self._background = Background(self.look, period_s, f"{meter.facts.name} sampler")

    @property
    def samples(self) -> tuple[PowerSample, ...]:
        with self._lock:
            return tuple(self._samples)

    @property
    def error(self) -> MeterError | None:
        """What ended the sampling early; the samples taken until then stay."""
        error = self._background.error
        return error if isinstance(error, MeterError) or error is None else MeterError(str(error))

    def look(self) -> None:
        """Take a sample now.

        Raises:
            MeterError: the meter can't be read.
        """
        self._looks += 1
        if (self._looks - 1) % self._every:
            return
        power_w = self._meter.power_w()
        now_s = self._clock.now_s()
        if power_w is None:
            power_w = self._mean_since_last(now_s)
        if power_w is not None:
            self._keep(PowerSample(now_s, power_w))

    def _mean_since_last(self, now_s: float) -> float | None:
        energy_j = self._meter.energy_j()
        last, self._last = self._last, (now_s, energy_j)
        if last is None or now_s <= last[0]:
            return None
        return (energy_j - last[1]) / (now_s - last[0])

    def _keep(self, sample: PowerSample) -> None:
        with self._lock:
            self._samples.append(sample)
            if len(self._samples) > self._most:
                del self._samples[1::2]
                self._every *= 2

    def __enter__(self) -> "PowerSampler":
        self._background.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop; the samples stay."""
        self._background.close()
