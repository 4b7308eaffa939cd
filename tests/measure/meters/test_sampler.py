"""Power samples for a plot, integrals of power, and threads that do one thing again and again."""

import threading

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


def test_samples_are_a_tenth_of_a_second_apart_however_often_one_looks() -> None:
    clock = FakeClock(0.0)
    sampler = PowerSampler(FakeMeter(clock), clock)
    for _ in range(1000):
        sampler.look()
        clock.sleep_s(0.001)
    assert sampler.samples_w == pytest.approx([0.1 * one for one in range(10)], abs=0.02)


def test_without_a_stated_power_the_mean_of_the_energy_stands_for_it() -> None:
    clock = FakeClock()
    sampler = PowerSampler(FakeMeter(clock, states_power=False), clock)
    for _ in range(3):
        sampler.look()
        clock.sleep_s(0.5)
    assert sampler.samples_w == pytest.approx([42.0, 42.0])


def test_a_meter_that_can_t_be_read_now_is_asked_again() -> None:
    clock = FakeClock()
    meter = FakeMeter(clock)
    sampler = PowerSampler(meter, clock)
    for fails in (False, True, False):
        meter.fails = fails
        sampler.look()
        clock.sleep_s(1)
    assert sampler.samples_w == (100.0, 102.0)
    nothing = PowerSampler(None, clock)
    nothing.look()
    assert nothing.samples_w == ()


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
