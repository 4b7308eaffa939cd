"""Which layers are measured with their energy."""

from collections.abc import Mapping
from dataclasses import replace

from py.measure.capture.order import NEEDED
from py.measure.capture.turns import Group, Powered, Turns, every, wanted, window_s
from py.measure.meters.report import MeterReport
from py.measure.plans.shape import Shape

CONV = Shape("conv", 1, cin=8, h=8, w=8, cout=8, kh=3, kw=3, stride=1, pad=1)
SOFTMAX = Shape("softmax", 1, cin=8, h=8)
WANTED = {(kind, "fp32"): 24 for kind in NEEDED}


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


def made(
    had: Mapping[Group, int] | None = None, cells: Mapping[str, str] | None = None
) -> tuple[Turns, Recorded]:
    powered = Recorded({"power_w": "100"} if cells is None else cells)
    return Turns(powered, Recorded({}), WANTED, Clock(), 3, Powered(had or {})), powered


def meter(period_s: float | None) -> MeterReport:
    return MeterReport("nvml", "gpu", "counter", True, "a board", 0, 0.001, period_s)


def test_where_windows_are_short_all_layers_have_their_energy() -> None:
    for reports in ([meter(0.02)], [meter(None)], []):
        assert every(window_s(reports, 20)) == 1


def test_where_windows_are_long_one_in_three_has() -> None:
    assert every(window_s([meter(0.001), meter(0.1)], 20)) == 3


def test_first_each_kind_gets_as_many_as_a_fit_needs_then_one_in_three() -> None:
    turns, powered = made()
    for _ in range(60):
        turns.measure(CONV)
    assert len(powered.measured) == 24 + 36 // 3


def test_what_an_earlier_call_left_counts() -> None:
    turns, powered = made({("conv", "fp32"): 20})
    for _ in range(4):
        turns.measure(CONV)
    assert len(powered.measured) == 4
    turns.measure(CONV)
    assert len(powered.measured) == 4


def test_other_kinds_wait_until_networks_have_theirs() -> None:
    turns, powered = made()
    turns.measure(SOFTMAX)
    assert not powered.measured
    turns, powered = made(WANTED)
    turns.measure(SOFTMAX)
    assert powered.measured == [SOFTMAX]


def test_a_row_without_its_energy_does_not_count() -> None:
    turns, powered = made({("conv", "fp32"): 23}, {"note": "skipped: needs 900 GB"})
    for _ in range(5):
        turns.measure(CONV)
    assert len(powered.measured) == 5


def test_networks_and_idle_windows_always_have_their_energy() -> None:
    turns, powered = made(WANTED)
    for _ in range(5):
        turns.measure(Shape("network", 1, network="alexnet"))
    assert len(powered.measured) == 5
    assert turns.idle() == {"note": "idle"}


def test_no_more_is_wanted_of_a_kind_than_its_plan_has() -> None:
    network = Shape("network", 1, network="alexnet")
    found = wanted([*[replace(CONV, batch=one) for one in range(1, 100)], SOFTMAX, network])
    assert found == {("conv", "fp32"): 24}
    assert wanted([CONV, replace(CONV, dtype="bf16")]) == {
        ("conv", "fp32"): 1,
        ("conv", "bf16"): 1,
    }


def test_energy_leaves_others_their_time() -> None:
    clock = Clock()
    powered = Recorded({"power_w": "100"})
    measure = powered.measure

    def longer(shape: Shape) -> Mapping[str, str]:
        clock.at_s += 2.0
        return measure(shape)

    powered.measure = longer  # type: ignore[method-assign]
    had = Powered({("conv", "fp32"): 2}, 4.0)
    turns = Turns(powered, Recorded({}), WANTED, clock, 3, had, energy_s=14.0)
    for _ in range(40):
        turns.measure(CONV)
    assert len(powered.measured) == 5
    turns.measure(Shape("network", 1, network="alexnet"))
    assert len(powered.measured) == 6
