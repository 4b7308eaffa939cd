"""Power over time, for a plot."""

from collections.abc import Sequence

from py.measure.meters.clock import Clock
from py.measure.meters.meter import Meter, MeterError

SAMPLE_EVERY_S = 0.1
STEPS_A_SAMPLE = 10
"""How many steps of a counter make a sample: one of them more or less moves it by a tenth."""


class PowerSampler:
    """Samples a meter's power, whenever it is looked at and it is time for a sample.

    Where the device states no power, the mean between two readings of its energy stands for it. A
    meter that can't be read now gives no sample: a plot does without.
    """

    def __init__(self, meter: Meter | None, clock: Clock) -> None:
        self._meter = meter
        self._clock = clock
        self._samples_w: list[float] = []
        self._period_s = SAMPLE_EVERY_S
        self._next_s = clock.now_s()
        self._states_power = True
        self._last: tuple[float, float] | None = None

    @property
    def samples_w(self) -> Sequence[float]:
        return tuple(self._samples_w)

    def look(self) -> None:
        """Take a sample if it is time for one."""
        if self._meter is None or self._clock.now_s() < self._next_s:
            return
        try:
            power_w = self._power_w(self._meter)
        except MeterError:
            power_w = None
        if power_w is not None:
            self._samples_w.append(power_w)
        self._next_s = self._clock.now_s() + self._period_s

    def _power_w(self, meter: Meter) -> float | None:
        if self._states_power:
            power_w = meter.power_w()
            if power_w is not None:
                return power_w
            self._states_power = False
            step_s = meter.facts.update_period_s
            self._period_s = SAMPLE_EVERY_S if step_s is None else STEPS_A_SAMPLE * step_s
        energy_j, now_s = meter.energy_j(), self._clock.now_s()
        last, self._last = self._last, (now_s, energy_j)
        if last is None or now_s <= last[0]:
            return None
        return (energy_j - last[1]) / (now_s - last[0])
