"""Which layers are measured with their energy, and when a call has to end."""

from collections.abc import Mapping

import pytest

from py.measure.gpu.order import NEEDED
from py.measure.gpu.turns import OutOfTimeError, Turns, every
from py.measure.meters.report import MeterReport
from py.measure.plans.shape import Shape

CONV = Shape("conv", 1, cin=8, h=8, w=8, cout=8, kh=3, kw=3, stride=1, pad=1)
SOFTMAX = Shape("softmax", 1, cin=8, h=8)
ENOUGH = {(kind, "fp32"): 24 for kind in NEEDED}


class Recorded:
    """A station that counts what it measured."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.measured: list[Shape] = []

    def measure(self, shape: Shape) -> Mapping[str, str]:
        self.measured.append(shape)
        return self._cells

    def idle(self) -> Mapping[str, str]:
        return {"note": "idle"}


class Clock:
    """Stands still until it is moved."""

    at_s = 0.0

    def now_s(self) -> float:
        return self.at_s

    def sleep_s(self, seconds: float) -> None:
        self.at_s += seconds


def made(one_of: int, had: Mapping[tuple[str, str], int] | None = None) -> tuple[Turns, Recorded]:
    powered = Recorded({"power_w": "100"})
    return Turns(powered, Recorded({}), one_of, Clock(), 1.0, ("fp32",), had), powered


def meter(period_s: float | None) -> MeterReport:
    return MeterReport("nvml", "gpu", "counter", True, "a board", 0, 0.001, period_s)


def test_where_windows_are_short_all_layers_have_their_energy() -> None:
    assert every([meter(0.02)], 20) == every([meter(None)], 20) == every([], 20) == 1


def test_where_windows_are_long_one_in_three_has() -> None:
    assert every([meter(0.1)], 20) == 3


def test_first_each_kind_gets_as_many_as_a_fit_needs_then_one_in_three() -> None:
    turns, powered = made(3)
    for _ in range(60):
        turns.measure(CONV)
    assert len(powered.measured) == 24 + 36 // 3


def test_what_an_earlier_call_left_counts() -> None:
    turns, powered = made(3, {("conv", "fp32"): 20})
    for _ in range(4):
        turns.measure(CONV)
    assert len(powered.measured) == 4
    turns.measure(CONV)
    assert len(powered.measured) == 4


def test_other_kinds_wait_until_networks_have_theirs() -> None:
    turns, powered = made(3)
    turns.measure(SOFTMAX)
    assert not powered.measured
    turns, powered = made(3, ENOUGH)
    turns.measure(SOFTMAX)
    assert powered.measured == [SOFTMAX]


def test_a_row_without_its_energy_does_not_count() -> None:
    powered = Recorded({"note": "skipped: needs 900 GB"})
    turns = Turns(powered, Recorded({}), 3, Clock(), 1.0, ("fp32",), {("conv", "fp32"): 23})
    for _ in range(5):
        turns.measure(CONV)
    assert len(powered.measured) == 5


def test_networks_and_idle_windows_always_have_their_energy() -> None:
    turns, powered = made(3, ENOUGH)
    for _ in range(5):
        turns.measure(Shape("network", 1, network="alexnet"))
    assert len(powered.measured) == 5
    assert turns.idle() == {"note": "idle"}


def test_after_its_time_nothing_is_begun() -> None:
    clock, powered = Clock(), Recorded({})
    turns = Turns(powered, powered, 1, clock, 10.0, ("fp32",))
    turns.measure(CONV)
    clock.at_s = 10.0
    with pytest.raises(OutOfTimeError):
        turns.measure(CONV)
    assert len(powered.measured) == 1
