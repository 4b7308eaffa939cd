"""Measuring while nothing runs: the power of device and host, to see drift by."""

from collections.abc import Sequence

from py.measure.capture.measurement import Measurement
from py.measure.capture.method import Method, power_se_w
from py.measure.capture.watch import look_at
from py.measure.meters.clock import Clock
from py.measure.meters.device_state import StateReader
from py.measure.meters.meter import Domain, Meter
from py.measure.meters.sampler import PowerSampler
from py.measure.meters.window import energy_over

_LOOK_EVERY_S = 0.01
_SETTLES = frozenset({"gpu", "soc"})
"""What keeps its clocks and fans up for a while after work: waited for, as long as this."""
_MOST_SETTLING_S = 5.0
_SETTLING_S = 1.0
_SETTLED = 0.03


def idle(
    meters: Sequence[Meter],
    state: StateReader | None,
    clock: Clock,
    method: Method,
    measured: Domain,
) -> Measurement:
    """Return the power of each domain over a window of ``method.idle_s`` or more."""
    own_meter = next((meter for meter in meters if meter.facts.domain == measured), None)
    if own_meter is not None and measured in _SETTLES:
        _settle(own_meter, clock)
    sampler = PowerSampler(own_meter, clock)

    def wait() -> None:
        clock.sleep_s(_LOOK_EVERY_S)
        sampler.look()

    began_s = clock.now_s()
    results = energy_over(wait, meters, clock, method.idle_s, method.updates)
    took_s = clock.now_s() - began_s
    known = {one.facts.domain: one for one in reversed(results) if one.power_w is not None}
    own = known.get(measured)
    return Measurement(
        *(None, None, None, 0, took_s, measured),
        power_w={domain: one.power_w for domain, one in known.items() if one.power_w is not None},
        power_se_w=None if own is None else power_se_w(own),
        power_samples_w=sampler.samples_w,
        state=look_at(state),
        note="; ".join(f"meter: {one.reason}" for one in results if one.reason),
    )


def _settle(meter: Meter, clock: Clock) -> None:
    """Wait until a stretch drew as much as the one before, but not for longer than some seconds."""
    began_s = clock.now_s()
    earlier_w: float | None = None
    while clock.now_s() - began_s < _MOST_SETTLING_S:
        (found,) = energy_over(
            lambda: clock.sleep_s(_LOOK_EVERY_S), [meter], clock, _SETTLING_S / 2, updates=1
        )
        power_w = found.power_w
        if power_w is None:
            return
        if earlier_w is not None and abs(power_w - earlier_w) <= _SETTLED * earlier_w:
            return
        earlier_w = power_w
