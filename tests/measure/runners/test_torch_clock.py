"""How runs are timed by events, on a device that is made up; on a processor by its clock."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from py.measure.runners.runner import timings_of
from py.measure.runners.torch_clock import EventClock, ProcessorClock


@dataclass
class Device:
    """A device whose every run takes ``each_s``; counts its events."""

    each_s: float
    now_s: float = 0.0
    events: int = 0
    waits: list[float] = field(default_factory=list)

    def run(self) -> None:
        self.now_s += self.each_s

    def torch(self) -> Any:
        device = self

        class Event:
            def __init__(self, enable_timing: bool) -> None:
                assert enable_timing
                self.at_s = 0.0

            def record(self, stream: object) -> None:
                device.events += 1
                self.at_s = device.now_s

            def elapsed_time(self, end: "Event") -> float:
                return 1000 * (end.at_s - self.at_s)

        def synchronize(_: object) -> None:
            device.waits.append(device.now_s)

        cuda = SimpleNamespace(
            Event=Event, synchronize=synchronize, current_stream=lambda _: "stream"
        )
        return SimpleNamespace(cuda=cuda)


def test_a_long_run_stands_between_two_events_of_its_own() -> None:
    device = Device(each_s=0.01)
    clock = EventClock(device.torch(), "cuda:0")
    assert clock.seconds(device.run, 5) == pytest.approx((0.01,) * 5)
    assert clock.seconds(device.run, 5) == pytest.approx((0.01,) * 5)
    assert device.now_s == pytest.approx(0.1)


def test_short_runs_share_events_and_all_are_run_and_counted() -> None:
    device = Device(each_s=5e-6)
    clock = EventClock(device.torch(), "cuda:0")
    found = clock.seconds(device.run, 1001)
    assert found == pytest.approx((5e-6,) * 1001)
    assert device.now_s == pytest.approx(1001 * 5e-6)
    assert device.events < 40
    # The first run has two events, the rest share one more for each group.
    assert timings_of(found) == device.events - 2
    assert timings_of(clock.seconds(device.run, 3)) == 1


def test_it_waits_at_the_end_not_in_between() -> None:
    device = Device(each_s=0.001)
    clock = EventClock(device.torch(), "cuda:0")
    clock.seconds(device.run, 1)
    clock.seconds(device.run, 100)
    assert device.waits == pytest.approx([0.001, 0.101])


def test_a_processor_is_timed_run_by_run() -> None:
    times = iter((0.0, 1.0, 3.0, 6.0))
    assert ProcessorClock(lambda: next(times)).seconds(lambda: None, 3) == (1.0, 2.0, 3.0)
