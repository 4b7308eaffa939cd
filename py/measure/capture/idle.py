"""Measuring while nothing runs: the power of device and host, to see drift by."""

from collections.abc import Sequence

from py.measure.capture.measurement import Measurement
from py.measure.capture.method import Method
from py.measure.meters.clock import Clock
from py.measure.meters.device_state import DeviceState, StateReader
from py.measure.meters.meter import Domain, Meter, MeterError
from py.measure.meters.window import WindowEnergy, energy_over

_LOOK_EVERY_S = 0.01
_SAMPLE_EVERY = 10


def idle(
    meters: Sequence[Meter],
    state: StateReader | None,
    clock: Clock,
    method: Method,
    measured: Domain,
) -> Measurement:
    """Return the power of each domain over a window of ``method.idle_s`` or more."""
    sampled = _of_domain(meters, measured)
    samples: list[float] = []
    looks = 0

    def wait() -> None:
        nonlocal looks
        clock.sleep_s(_LOOK_EVERY_S)
        if looks % _SAMPLE_EVERY == 0 and (power_w := _power_w(sampled)) is not None:
            samples.append(power_w)
        looks += 1

    began_s = clock.now_s()
    results = energy_over(wait, meters, clock, method.idle_s, method.updates)
    took_s = clock.now_s() - began_s
    known = {one.facts.domain: one for one in reversed(results) if one.power_w is not None}
    own = known.get(measured)
    return Measurement(
        *(None, None, None, 0, took_s, measured),
        power_w={domain: one.power_w for domain, one in known.items() if one.power_w is not None},
        power_se_w=None if own is None else _power_se_w(own),
        power_samples_w=samples,
        state=_state(state),
        note="; ".join(f"meter: {one.reason}" for one in results if one.reason),
    )


def _of_domain(meters: Sequence[Meter], domain: Domain) -> Meter | None:
    return next((meter for meter in meters if meter.facts.domain == domain), None)


def _power_w(meter: Meter | None) -> float | None:
    try:
        return None if meter is None else meter.power_w()
    except MeterError:
        return None


def _power_se_w(energy: WindowEnergy) -> float | None:
    if energy.energy_se_j is None or energy.length_s is None:
        return None
    return energy.energy_se_j / energy.length_s


def _state(state: StateReader | None) -> DeviceState:
    try:
        return DeviceState() if state is None else state.state()
    except MeterError:
        return DeviceState()
