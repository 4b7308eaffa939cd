"""Power samples for a plot, and the thread that takes them."""

import threading
from itertools import pairwise

import pytest

from py.measure.meters.background import Background
from py.measure.meters.meter import MeterError, MeterFacts
from py.measure.meters.power_integral import PowerIntegral
from py.measure.meters.sampler import PowerSampler
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.power_trace import level, restless


class FakeMeter:
    """At any time of the clock, its time in watts; or only its energy."""

    def __init__(self, clock: FakeClock, states_power: bool = True) -> None:
        self.facts = MeterFacts("gpu", "gpu", "counter")
        self.clock = clock
        self.states_power = states_power
        self.fails = False

    def energy_j(self) -> float:
        return (self.clock.now_s() - 100) * 42

    def power_w(self) -> float | None:
        if self.fails:
            raise MeterError("GPU is lost")
        return self.clock.now_s() if self.states_power else None

    def close(self) -> None: ...


@pytest.mark.parametrize("looks", [1, 7, 8, 9, 100, 1000, 12345])
def test_samples_stay_bounded_and_evenly_spread(looks: int) -> None:
    clock = FakeClock(0.0)
    sampler = PowerSampler(FakeMeter(clock), clock, most=8)
    for _ in range(looks):
        sampler.look()
        clock.sleep_s(1.0)
    times = [sample.time_s for sample in sampler.samples]
    assert len(times) <= 8
    assert len(times) >= min(looks, 4)
    assert times[0] == 0.0
    assert all(sample.power_w == sample.time_s for sample in sampler.samples)
    gaps = {late - early for early, late in pairwise(times)}
    assert len(gaps) <= 1
    assert looks - times[-1] <= 2 * max(gaps, default=1)


def test_without_a_stated_power_the_mean_of_the_energy_stands_for_it() -> None:
    clock = FakeClock()
    sampler = PowerSampler(FakeMeter(clock, states_power=False), clock)
    for _ in range(3):
        sampler.look()
        clock.sleep_s(0.5)
    assert [sample.power_w for sample in sampler.samples] == [42.0, 42.0]


def test_the_thread_samples_until_it_is_closed_and_keeps_what_it_had_on_an_error() -> None:
    clock = FakeClock()
    meter = FakeMeter(clock)
    enough = threading.Event()

    class Noting(PowerSampler):
        def look(self) -> None:
            super().look()
            clock.sleep_s(1)
            if len(self.samples) == 3:
                meter.fails = True
                enough.set()

    with Noting(meter, clock, period_s=0.001) as sampler:
        assert enough.wait(60)
        sampler._background._thread.join(60)
    assert len(sampler.samples) == 3
    assert str(sampler.error) == "GPU is lost"
    sampler.close()


def test_a_background_action_stops_when_told_and_keeps_its_error() -> None:
    times = []
    ran = threading.Event()

    def action() -> None:
        times.append(1)
        ran.set()

    with Background(action, 0.001, "test") as background:
        assert ran.wait(60)
        assert background._thread.is_alive()
    assert not background.running
    count = len(times)
    background.close()
    assert len(times) == count
    assert background.error is None
    with pytest.raises(ValueError, match="period_s is above 0"):
        Background(action, 0.0, "test")


def test_the_trapezoidal_rule() -> None:
    integral = PowerIntegral(0.0, 100.0)
    assert integral.add(1.0, 200.0) == 150.0
    assert integral.add(1.0, 900.0) == 150.0
    assert integral.add(0.5, 900.0) == 150.0
    assert integral.add(2.0, 200.0) == 350.0


def test_sampled_every_5_ms_a_restless_power_is_integrated_within_a_half_percent() -> None:
    trace = restless(11, 0.0, 10.0)
    integral = PowerIntegral(0.0, trace.power_w(0.0))
    for step in range(1, 2001):
        integral.add(step * 0.005, trace.power_w(step * 0.005))
    assert integral.energy_j == pytest.approx(trace.energy_j(0.0, 10.0), rel=0.005)
    assert level(3.0).energy_j(1.0, 3.0) == 6.0
