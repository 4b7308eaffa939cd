"""Energy over a window is the trace's integral within 1 %, whatever steps and stumbles."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from py.measure.meters.meter import Domain, MeterError, MeterFacts
from py.measure.meters.rapl import candidates
from py.measure.meters.window import PATIENCE_S, EnergyWindow, WindowEnergy, energy_over
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.fake_sys import RANGE_UJ, FakeSys
from tests.measure.meters.power_trace import PowerTrace, level, restless

START_S = 100.0


class SteppingMeter:
    """Counts along a trace, in steps; fails from ``fails_s`` on."""

    def __init__(
        self,
        trace: PowerTrace,
        clock: FakeClock,
        update_s: float,
        known: bool = True,
        fails_s: float | None = None,
        domain: Domain = "gpu",
    ) -> None:
        self.facts = MeterFacts(
            f"{domain}-{update_s}", domain, "counter", None, update_s if known else None
        )
        self._trace, self._clock, self._update_s = trace, clock, update_s
        self._fails_s = fails_s
        self.reads = 0

    def energy_j(self) -> float:
        self.reads += 1
        now_s = self._clock.now_s()
        if self._fails_s is not None and now_s >= self._fails_s:
            raise MeterError("GPU is lost")
        steps = int((now_s - START_S) / self._update_s + 1e-9)
        return self._trace.energy_j(START_S, START_S + steps * self._update_s)

    def power_w(self) -> float | None:
        return None

    def close(self) -> None: ...


def _work(clock: FakeClock, longest_s: float, seed: int) -> Callable[[], None]:
    source = random.Random(seed)
    return lambda: clock.sleep_s(source.uniform(longest_s / 5, longest_s))


def _true_j(trace: PowerTrace, found: WindowEnergy) -> float:
    assert found.from_s is not None
    assert found.to_s is not None
    return trace.energy_j(found.from_s, found.to_s)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("update_s", [0.1, 0.02, 0.001])
def test_within_one_percent_of_the_integral(seed: int, known: bool, update_s: float) -> None:
    clock = FakeClock(START_S)
    clock.sleep_s(random.Random(seed).uniform(0, 0.1))
    trace = restless(seed, START_S, 60)
    meter = SteppingMeter(trace, clock, update_s, known)
    (found,) = energy_over(_work(clock, 0.01, seed), [meter], clock, window_s=2.0)
    true_j = _true_j(trace, found)
    assert found.energy_j == pytest.approx(true_j, rel=0.01)
    assert found.length_s is not None
    assert found.length_s >= 2.0
    assert found.energy_se_j is not None
    assert 0 < found.energy_se_j < 0.01 * true_j


def test_reading_at_the_ends_alone_would_not_do() -> None:
    """The same counter, read when the window happens to begin and end, is off by several percent:
    what the other test passes is not given away."""
    worst = 0.0
    for seed in range(20):
        clock = FakeClock(START_S + random.Random(seed).uniform(0.1, 0.3))
        trace = restless(seed, START_S, 60)
        meter = SteppingMeter(trace, clock, 0.1)
        begun_s, begun_j = clock.now_s(), meter.energy_j()
        clock.sleep_s(2.0 + random.Random(-seed).uniform(0, 0.1))
        true_j = trace.energy_j(begun_s, clock.now_s())
        worst = max(worst, abs(meter.energy_j() - begun_j - true_j) / true_j)
    assert worst > 0.02


def test_the_stated_error_is_about_the_true_one() -> None:
    """Over many windows the errors scatter as the standard error says, within a factor of 1.5."""
    ratios = []
    for seed in range(200):
        clock = FakeClock(START_S)
        clock.sleep_s(random.Random(seed).uniform(0, 0.1))
        trace = level(250.0)
        meter = SteppingMeter(trace, clock, 0.1)
        (found,) = energy_over(_work(clock, 0.02, seed), [meter], clock, window_s=2.0)
        assert found.energy_j is not None
        assert found.energy_se_j is not None
        ratios.append((found.energy_j - _true_j(trace, found)) / found.energy_se_j)
    spread = (sum(ratio * ratio for ratio in ratios) / len(ratios)) ** 0.5
    assert 1 / 1.5 < spread < 1.5


def test_a_coarse_counter_is_less_certain_by_its_unit() -> None:
    errors_j = []
    for unit_j in (None, 20.0):
        clock = FakeClock(START_S)
        meter = SteppingMeter(level(250.0), clock, 0.1)
        meter.facts = MeterFacts("gpu", "gpu", "counter", unit_j, 0.1)
        (found,) = energy_over(_work(clock, 0.02, 1), [meter], clock, window_s=2.0)
        assert found.energy_se_j is not None
        errors_j.append(found.energy_se_j)
    assert errors_j[1] == pytest.approx((errors_j[0] ** 2 + 20.0**2 / 6) ** 0.5)


def test_several_meters_each_have_their_own_window_and_fail_alone() -> None:
    clock = FakeClock(START_S)
    trace = level(200.0)
    slow = SteppingMeter(trace, clock, 0.1)
    fast = SteppingMeter(trace, clock, 0.001, domain="package")
    lost = SteppingMeter(trace, clock, 0.05, fails_s=START_S + 1, domain="dram")
    found = energy_over(_work(clock, 0.01, 1), [slow, lost, fast], clock, window_s=2.0)
    assert [each.facts.name for each in found] == ["gpu-0.1", "dram-0.05", "package-0.001"]
    assert found[0].power_w == pytest.approx(200, rel=0.01)
    assert (found[1].energy_j, found[1].power_w, found[1].steps) == (None, None, 0)
    assert found[1].reason == "GPU is lost"
    assert found[2].power_w == pytest.approx(200, rel=0.001)


def test_as_many_updates_as_asked() -> None:
    clock = FakeClock(START_S)
    meter = SteppingMeter(level(100), clock, 0.1)
    (found,) = energy_over(_work(clock, 0.01, 2), [meter], clock, window_s=0.01, updates=20)
    assert found.length_s is not None
    assert 1.9 < found.length_s < 2.3


@pytest.mark.parametrize(("known", "most"), [(True, 120), (False, 1000)])
def test_a_slow_counter_is_left_alone_right_after_a_step(known: bool, most: int) -> None:
    clock = FakeClock(START_S)
    meter = SteppingMeter(level(100), clock, 0.1, known)
    (found,) = energy_over(lambda: clock.sleep_s(0.01), [meter], clock, window_s=2.0)
    assert found.steps >= 20
    assert found.power_w == pytest.approx(100, rel=0.01)
    assert 80 < meter.reads <= most


def test_a_counter_that_steps_more_often_than_it_was_found_to_is_still_exact() -> None:
    """Found idle at 100 ms, under load every 20 ms: resting would miss when it steps."""
    clock = FakeClock(START_S)
    trace = restless(7, START_S, 60)
    meter = SteppingMeter(trace, clock, 0.02)
    meter.facts = MeterFacts("gpu", "gpu", "counter", None, 0.1)
    (found,) = energy_over(_work(clock, 0.01, 7), [meter], clock, window_s=2.0)
    assert found.energy_j == pytest.approx(_true_j(trace, found), rel=0.01)
    assert found.energy_se_j is not None
    assert found.energy_j is not None
    assert found.energy_se_j < 0.005 * found.energy_j


def test_a_counter_that_stands_still_is_given_up_with_a_reason() -> None:
    clock = FakeClock(START_S)
    meter = SteppingMeter(level(0), clock, 0.1)
    (found,) = energy_over(lambda: clock.sleep_s(0.05), [meter], clock, window_s=2.0)
    assert found.energy_j is None
    assert found.reason == f"gpu-0.1 did not step for {PATIENCE_S:g} s"


def test_a_part_or_the_memory_does_not_hold_a_window_up() -> None:
    clock = FakeClock(START_S)
    package = SteppingMeter(level(60), clock, 0.001, domain="package")
    core = SteppingMeter(level(0), clock, 0.001, domain="core")
    dram = SteppingMeter(level(5), clock, 0.5, domain="dram")
    found = energy_over(lambda: clock.sleep_s(0.01), [dram, package, core], clock, window_s=0.05)
    assert clock.now_s() - START_S < 0.1
    assert found[1].power_w == pytest.approx(60, rel=0.02)
    assert found[0].power_w is None
    assert found[2].power_w is None


def test_without_meters_the_clock_ends_the_window() -> None:
    clock = FakeClock(START_S)
    assert energy_over(lambda: clock.sleep_s(0.05), [], clock, window_s=2.0) == ()
    assert 2.0 <= clock.now_s() - START_S < 2.2


def test_a_window_cut_short_says_so() -> None:
    clock = FakeClock(START_S)
    window = EnergyWindow([SteppingMeter(level(5), clock, 0.1)], clock)
    window.look()
    clock.sleep_s(0.15)
    window.look()
    (found,) = window.results()
    assert found.energy_j is None
    assert "did not step often enough" in found.reason


def test_rapl_wraps_within_a_window(tmp_path: Path) -> None:
    tree = FakeSys(tmp_path)
    clock = FakeClock(START_S)
    trace = restless(3, START_S, 60)
    for package, base_uj in ((0, RANGE_UJ - 200_000_000), (1, 17)):
        tree.zone(f"intel-rapl:{package}", f"package-{package}", base_uj)
        clock.watchers.append(tree.play(f"intel-rapl:{package}", trace, START_S, base_uj=base_uj))
    candidate = next(each for each in candidates(tree.root, clock, tree.read))
    meter = candidate.open(candidate.facts)
    (found,) = energy_over(_work(clock, 0.01, 4), [meter], clock, window_s=2.0)
    meter.close()
    wrapped = int((tree.links / "intel-rapl:0" / "energy_uj").read_text())
    assert wrapped < RANGE_UJ - 200_000_000
    assert found.energy_j == pytest.approx(2 * _true_j(trace, found), rel=0.01)
