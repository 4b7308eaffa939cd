"""The power of a device that does nothing, by a clock that only moves when someone waits."""

import pytest

from py.measure.capture.idle import idle
from py.measure.capture.method import Method
from py.measure.meters.device_state import DeviceState
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.power_trace import PowerTrace, level
from tests.measure.meters.test_window import START_S, SteppingMeter

METHOD = Method(idle_s=2.0)


class Resting:
    def state(self) -> DeviceState:
        return DeviceState(clock_mhz=210.0)


def test_power_by_domain_and_the_device_s_state() -> None:
    clock = FakeClock(START_S)
    gpu = SteppingMeter(level(75.0), clock, 0.1)
    package = SteppingMeter(level(40.0), clock, 0.001, domain="package")
    cells = idle((gpu, package), Resting(), clock, METHOD, "gpu").cells
    assert float(cells["power_w"]) == pytest.approx(75, rel=0.01)
    assert float(cells["package_mj"]) == pytest.approx(40e3 * float(cells["window_s"]), rel=0.01)
    assert 2.0 <= float(cells["window_s"]) < 2.3
    assert (cells["runtime_ms"], cells["repetitions"]) == ("", "0")
    assert cells["clock_seen_mhz"] == "210"
    assert clock.now_s() - START_S < 4


def test_a_gpu_that_comes_down_from_work_is_waited_for() -> None:
    """At 120 W for a second and a half after work, then at 75 W."""
    clock = FakeClock(START_S)
    falling = PowerTrace(((START_S, 200.0), (START_S + 1.5, 120.0), (START_S + 3.0, 75.0)))
    found = idle((SteppingMeter(falling, clock, 0.1),), None, clock, METHOD, "gpu")
    assert found.power_w["gpu"] == pytest.approx(75, rel=0.03)
    assert 2.0 <= found.window_s < 2.3


def test_a_gpu_that_never_settles_is_not_waited_for_long() -> None:
    clock = FakeClock(START_S)
    points = tuple((START_S + 0.4 * place, 60.0 + 60 * (place % 3)) for place in range(100))
    found = idle((SteppingMeter(PowerTrace(points), clock, 0.1),), None, clock, METHOD, "gpu")
    assert found.power_w["gpu"] > 60
    assert clock.now_s() - START_S < 5 + 1 + 2.5


def test_a_processor_is_not_waited_for() -> None:
    clock = FakeClock(START_S)
    falling = PowerTrace(((START_S, 100.0), (START_S + 3.0, 40.0)))
    package = SteppingMeter(falling, clock, 0.001, domain="package")
    idle((package,), None, clock, METHOD, "package")
    assert clock.now_s() - START_S < 2.2


def test_without_meters_only_the_window_is_kept() -> None:
    clock = FakeClock(START_S)
    found = idle((), None, clock, METHOD, "package")
    assert found.power_w == {}
    assert 2.0 <= clock.now_s() - START_S < 2.1
