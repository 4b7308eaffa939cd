"""How a shape is measured, by a clock that only moves when something runs."""

import math
import random
from dataclasses import fields, replace
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.capture.columns import COLUMNS
from py.measure.capture.measurement import Measurement
from py.measure.capture.method import Method, measure, method_of
from py.measure.meters.device_state import DeviceState
from py.measure.meters.meter import MeterError
from py.measure.runners.runner import NotRunnableError, shared_times
from tests.measure.capture.played import PlayedLayer, listed, steady
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.power_trace import level, restless
from tests.measure.meters.test_window import START_S, SteppingMeter

METHOD = Method(agreeing=1)


def measured(
    layer: PlayedLayer, clock: FakeClock, *meters: SteppingMeter, method: Method = METHOD
) -> Measurement:
    return measure(layer, meters, None, clock, method, "gpu", clock.beside)


@pytest.mark.parametrize("run_s", [1e-5, 1e-3, 0.05, 3.0])
def test_a_steady_layer_takes_what_it_takes(run_s: float) -> None:
    clock = FakeClock(START_S)
    found = measured(PlayedLayer(clock, steady(run_s)), clock)
    assert found.runtime_s == found.runtime_min_s == run_s
    assert found.runtime_se_s == pytest.approx(0, abs=1e-12)
    least_s = min(METHOD.most_window_s, max(METHOD.window_s, METHOD.least_runs * run_s))
    assert found.window_s >= least_s * (1 - 1e-9)
    assert found.window_s == pytest.approx(found.repetitions * run_s)
    assert not found.outlier
    assert found.note == ""
    assert found.power_w == {}
    assert found.power_se_w is None


def test_copies_take_longer_by_the_clock_than_the_layer() -> None:
    clock = FakeClock(START_S)
    found = measured(PlayedLayer(clock, steady(1e-4), copies=16), clock)
    assert found.runtime_s == 1e-4
    assert found.window_s == pytest.approx(found.repetitions * 16e-4)
    assert found.window_s < 3 * METHOD.window_s


def test_what_is_slow_at_first_is_not_in_the_window() -> None:
    """Twenty runs that get faster by a seventh each, then a steady layer."""
    clock = FakeClock(START_S)
    cold = [1e-3 / 0.86**place for place in range(20, 0, -1)]
    layer = PlayedLayer(clock, listed(cold, 1e-3))
    found = measured(layer, clock, method=replace(METHOD, most_warm_up_s=10))
    assert found.runtime_s == pytest.approx(1e-3, rel=0.01)
    warm_up = layer.count - found.repetitions
    assert warm_up > 20
    assert max(layer.took[warm_up:]) < 2e-3


def test_a_layer_that_is_steady_is_warmed_up_briefly() -> None:
    clock = FakeClock(START_S)
    layer = PlayedLayer(clock, steady(1e-3))
    found = measured(layer, clock)
    warm_up_s = (layer.count - found.repetitions) * 1e-3
    assert METHOD.least_warm_up_s <= warm_up_s < 4 * METHOD.least_warm_up_s


def test_a_layer_that_never_is_steady_is_measured_all_the_same() -> None:
    clock = FakeClock(START_S)
    layer = PlayedLayer(clock, lambda _: min(0.05, 1e-4 * 2 ** ((clock.now_s() - START_S) / 0.03)))
    found = measured(layer, clock, method=replace(METHOD, most_windows=1, steady=1e-4))
    warm_up_s = math.fsum(layer.took[: layer.count - found.repetitions])
    assert METHOD.most_warm_up_s <= warm_up_s < 3 * METHOD.most_warm_up_s


@pytest.mark.parametrize("update_s", [0.001, 0.02, 0.1])
@pytest.mark.parametrize("run_s", [1e-4, 3e-3, 0.04])
def test_a_window_has_enough_steps_of_a_slow_counter(run_s: float, update_s: float) -> None:
    clock = FakeClock(START_S)
    meter = SteppingMeter(level(200.0), clock, update_s)
    found = measured(PlayedLayer(clock, steady(run_s)), clock, meter)
    least_s = max(METHOD.window_s, METHOD.least_runs * run_s, METHOD.updates * update_s)
    assert least_s <= found.window_s < least_s + 4 * update_s + 10 * run_s + 0.05
    assert found.power_se_w is not None
    assert abs(found.power_w["gpu"] - 200.0) < 3 * found.power_se_w < 20.0
    assert found.note == ""


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("update_s", [0.001, 0.02, 0.1])
def test_power_is_the_trace_s_within_one_percent(seed: int, update_s: float) -> None:
    clock = FakeClock(START_S)
    clock.sleep_s(random.Random(seed).uniform(0, 0.2))
    trace = restless(seed, START_S, 60)
    layer = PlayedLayer(clock, steady(2e-3))
    method = replace(METHOD, window_s=2.0)
    found = measured(layer, clock, SteppingMeter(trace, clock, update_s), method=method)
    end_s = clock.now_s()
    true_w = trace.energy_j(end_s - found.window_s, end_s) / found.window_s
    # The meter's window lies within the runs' by up to a step at each end.
    moved = 400.0 * 2 * update_s / found.window_s / true_w
    assert found.power_w["gpu"] == pytest.approx(true_w, rel=0.01 + moved)
    assert found.power_se_w is not None
    assert 0 < found.power_se_w < 0.01 * true_w


@pytest.mark.parametrize("update_s", [0.001, 0.02, 0.1])
def test_energy_of_a_run_is_power_times_its_runtime(update_s: float) -> None:
    clock = FakeClock(START_S)
    layer = PlayedLayer(clock, steady(2e-3), copies=4)
    cells = measured(layer, clock, SteppingMeter(level(150.0), clock, update_s)).cells
    assert float(cells["runtime_ms"]) == pytest.approx(2.0)
    assert float(cells["power_w"]) == pytest.approx(150, rel=0.01)
    assert float(cells["energy_mj"]) == pytest.approx(
        float(cells["power_w"]) * float(cells["runtime_ms"]), rel=1e-6
    )
    assert cells["gpu_mj"] == cells["energy_mj"]
    assert float(cells["energy_se_mj"]) < 0.01 * float(cells["energy_mj"])


def test_domains_are_kept_apart_and_the_device_s_own_counts() -> None:
    clock = FakeClock(START_S)
    gpu = SteppingMeter(level(200.0), clock, 0.02)
    package = SteppingMeter(level(60.0), clock, 0.001, domain="package")
    dram = SteppingMeter(level(5.0), clock, 0.001, domain="dram")
    layer = PlayedLayer(clock, steady(1e-3))
    cells = measured(layer, clock, package, gpu, dram).cells
    assert float(cells["power_w"]) == pytest.approx(200, rel=0.01)
    assert float(cells["energy_mj"]) == pytest.approx(200, rel=0.01)
    assert float(cells["package_mj"]) == pytest.approx(60, rel=0.01)
    assert float(cells["dram_mj"]) == pytest.approx(5, rel=0.01)
    assert cells["core_mj"] == cells["soc_mj"] == ""


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.3])
def test_a_meter_that_fails_leaves_its_domain_out_and_says_why(after_s: float) -> None:
    clock = FakeClock(START_S)
    lost = SteppingMeter(level(200.0), clock, 0.02, fails_s=START_S + after_s)
    package = SteppingMeter(level(60.0), clock, 0.001, domain="package")
    found = measured(PlayedLayer(clock, steady(1e-3)), clock, lost, package)
    cells = found.cells
    assert cells["note"] == "meter: GPU is lost"
    assert cells["power_w"] == cells["energy_mj"] == cells["gpu_mj"] == ""
    assert cells["energy_se_mj"] == ""
    assert float(cells["package_mj"]) == pytest.approx(60, rel=0.01)
    assert float(cells["runtime_ms"]) == pytest.approx(1)


def test_a_meter_that_stands_still_does_not_hold_up_the_rest_for_long() -> None:
    clock = FakeClock(START_S)
    found = measured(PlayedLayer(clock, steady(1e-3)), clock, SteppingMeter(level(0.0), clock, 0.1))
    assert "did not step" in found.note
    assert found.power_w == {}
    assert found.window_s < METHOD.most_window_s


def test_a_window_ends_however_slow_its_meter() -> None:
    clock = FakeClock(START_S)
    meter = SteppingMeter(level(10.0), clock, 5.0)
    method = replace(METHOD, most_window_s=12.0)
    found = measured(PlayedLayer(clock, steady(0.01)), clock, meter, method=method)
    assert 12.0 <= found.window_s < 15.0
    assert found.runtime_s == 0.01


WARM_UP = 11
"""Runs of a millisecond that ``METHOD`` takes to find a layer steady."""


def test_a_window_that_scatters_is_measured_again() -> None:
    clock = FakeClock(START_S)
    runs = [1e-3] * WARM_UP + [1e-3, 1e-3, 4e-3, 1e-3] * 20
    layer = PlayedLayer(clock, listed(runs, 1e-3))
    found = measured(layer, clock)
    assert not found.outlier
    assert found.runtime_s == 1e-3
    assert layer.count > WARM_UP + found.repetitions


def test_what_scatters_in_all_windows_is_marked_and_kept() -> None:
    clock = FakeClock(START_S)
    layer = PlayedLayer(clock, lambda number: 5e-3 if number % 8 == 7 else 1e-3)
    found = measured(layer, clock)
    assert found.outlier
    assert found.cells["outlier"] == "1"
    assert found.runtime_s == 1e-3


@pytest.mark.parametrize("most", [1, 2, 5])
def test_there_are_no_more_windows_than_may_be(most: int) -> None:
    clock = FakeClock(START_S)
    layer = PlayedLayer(clock, lambda number: 5e-3 if number % 8 == 7 else 1e-3)
    meter = Counting(level(100.0), clock, 0.001)
    measured(layer, clock, meter, method=replace(METHOD, most_windows=most))
    assert meter.windows == most


class Counting(SteppingMeter):
    """Counts how often a window begins: the sampled power is asked for at once."""

    windows = 0
    _last_s = -math.inf

    def power_w(self) -> float | None:
        self.windows += self._clock.now_s() - self._last_s > 0.001
        self._last_s = self._clock.now_s()
        return None


def test_windows_that_agree_are_asked_for() -> None:
    """The first window is disturbed throughout: two others agree on the true time."""
    clock = FakeClock(START_S)
    method = replace(METHOD, agreeing=2)

    def seconds(_: int) -> float:
        return 2e-3 if clock.now_s() < START_S + 0.08 else 1e-3

    layer = PlayedLayer(clock, seconds)
    found = measured(layer, clock, method=method)
    assert found.runtime_s == 1e-3
    assert not found.outlier


@given(st.lists(st.floats(1e-5, 1e-2), min_size=1, max_size=40), st.floats(1e-5, 1e-2))
def test_any_times_make_a_row(seconds: list[float], then: float) -> None:
    clock = FakeClock(START_S)
    layer = PlayedLayer(clock, listed(seconds, then))
    method = replace(METHOD, most_windows=1)
    found = measured(layer, clock, method=method)
    window = layer.took[-found.repetitions :]
    assert found.runtime_s == median(window)
    assert found.runtime_min_s == min(window)
    assert found.runtime_se_s is not None
    assert 0 <= found.runtime_se_s < max(window)
    mean = math.fsum(window) / len(window)
    if mean > 1.001 * method.scattered * found.runtime_s:
        assert found.outlier


def test_the_standard_error_is_about_that_of_medians() -> None:
    """Medians of many windows scatter as one window says, within a factor of 1.5."""
    source = random.Random(1)
    medians, errors = [], []
    for _ in range(60):
        clock = FakeClock(START_S)
        layer = PlayedLayer(clock, lambda _: 1e-3 * math.exp(source.gauss(0, 0.05)))
        found = measured(layer, clock)
        assert found.runtime_s is not None
        assert found.runtime_se_s is not None
        medians.append(found.runtime_s)
        errors.append(found.runtime_se_s)
    middle = math.fsum(medians) / len(medians)
    scatter = math.sqrt(math.fsum((one - middle) ** 2 for one in medians) / len(medians))
    assert 1 / 1.5 < scatter / median(errors) < 1.5


class States:
    """What a GPU says of itself: held back while it works, idling between runs."""

    def __init__(self, layer: PlayedLayer, clock: FakeClock, lost: bool = False) -> None:
        self._layer, self._clock, self._lost = layer, clock, lost
        self.looks_s: list[float] = []

    def state(self) -> DeviceState:
        self.looks_s.append(self._clock.now_s())
        if self._lost:
            raise MeterError("GPU is lost")
        if not self._layer.running:
            return DeviceState(clock_mhz=300.0)
        return DeviceState(1200.0, 800.0, 50.0, ("heat",) if len(self.looks_s) > 2 else ("power",))


def test_the_state_is_that_of_a_device_at_work() -> None:
    clock = FakeClock(START_S)
    layer = PlayedLayer(clock, steady(1e-3))
    states = States(layer, clock)
    method = replace(METHOD, window_s=1.0)
    cells = measure(layer, (), states, clock, method, "gpu", clock.beside).cells
    assert cells["clock_seen_mhz"] == "1200"
    assert cells["memory_clock_mhz"] == "800"
    assert cells["temperature_c"] == "50"
    assert cells["throttled"] == "heat power"
    assert 8 <= len(states.looks_s) <= 12


def test_a_state_that_can_t_be_read_is_unavailable() -> None:
    clock = FakeClock(START_S)
    layer = PlayedLayer(clock, steady(1e-3))
    lost = States(layer, clock, lost=True)
    cells = measure(layer, (), lost, clock, METHOD, "gpu", clock.beside).cells
    assert cells["clock_seen_mhz"] == cells["temperature_c"] == cells["throttled"] == ""
    assert cells["runtime_ms"] == "1"


class NoThread:
    def __init__(self, *_: object) -> None:
        raise AssertionError("a thread beside a processor's runs")


@pytest.mark.parametrize("updates_s", [(), (0.001,)])
def test_no_thread_is_beside_a_processor(updates_s: tuple[float, ...]) -> None:
    clock = FakeClock(START_S)
    meters = [SteppingMeter(level(60.0), clock, one, domain="package") for one in updates_s]
    layer = PlayedLayer(clock, steady(1e-3))
    beside: Any = NoThread
    assert measure(layer, meters, None, clock, METHOD, "package", beside).runtime_s == 1e-3


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("run_s", [1e-5, 2e-3, 0.07])
def test_a_slow_counter_is_seen_to_step_while_work_is_queued(seed: int, run_s: float) -> None:
    """Looks are milliseconds apart when it is to step, and few before, however long a run."""
    clock = FakeClock(START_S)
    clock.sleep_s(random.Random(seed).uniform(0, 0.2))
    meter = SteppingMeter(level(250.0), clock, 0.1)
    layer = PlayedLayer(clock, steady(run_s))
    found = measured(layer, clock, meter, method=replace(METHOD, most_windows=1))
    assert found.power_w["gpu"] == pytest.approx(250.0, rel=0.003)
    assert found.power_se_w is not None
    assert found.power_se_w < 0.002 * 250
    assert meter.reads < 8 * found.window_s / 0.1 + 10


class Together(PlayedLayer):
    """All runs that are asked for at once share a timing."""

    def run(self, times: int) -> tuple[float, ...]:
        ran = super().run(times)
        return shared_times([math.fsum(ran) / times] * times, 1)


def test_runs_that_share_a_timing_are_one_value_between_them() -> None:
    source = random.Random(2)
    medians, errors = [], []
    for _ in range(60):
        clock = FakeClock(START_S)
        layer = Together(clock, lambda _: 1e-4 * math.exp(source.gauss(0, 0.3)))
        found = measured(layer, clock, method=replace(METHOD, window_s=0.3))
        assert found.runtime_s is not None
        assert found.runtime_se_s is not None
        medians.append(found.runtime_s)
        errors.append(found.runtime_se_s)
    middle = math.fsum(medians) / len(medians)
    scatter = math.sqrt(math.fsum((one - middle) ** 2 for one in medians) / len(medians))
    assert 1 / 1.6 < scatter / median(errors) < 1.6


def test_a_processor_s_power_is_sampled_from_its_counter() -> None:
    clock = FakeClock(START_S)
    meter = SteppingMeter(level(60.0), clock, 0.001, domain="package")
    layer = PlayedLayer(clock, steady(1e-3))
    found = measure(layer, (meter,), None, clock, METHOD, "package", clock.beside)
    assert len(found.power_samples_w) >= 3
    assert all(one == pytest.approx(60, rel=0.15) for one in found.power_samples_w)


class Sampled(SteppingMeter):
    """Says its power, and now and then can't."""

    calls = 0

    def power_w(self) -> float | None:
        self.calls += 1
        if self.calls % 3 == 0:
            raise MeterError("busy")
        return 123.456


def test_power_is_sampled_for_a_plot() -> None:
    clock = FakeClock(START_S)
    meter = Sampled(level(200.0), clock, 0.02)
    method = replace(METHOD, window_s=1.0)
    found = measured(PlayedLayer(clock, steady(1e-3)), clock, meter, method=method)
    assert 5 <= len(found.power_samples_w) <= 12
    assert set(found.cells["power_samples_w"].split()) == {"123.5"}
    assert found.power_w["gpu"] == pytest.approx(200, rel=0.01)  # not from the samples


def test_a_refusal_goes_on_to_who_asked() -> None:
    def refuses(_: int) -> float:
        raise NotRunnableError("out of memory")

    clock = FakeClock(START_S)
    with pytest.raises(NotRunnableError, match="out of memory"):
        measured(PlayedLayer(clock, refuses), clock)


def test_cells_are_columns_of_a_capture() -> None:
    clock = FakeClock(START_S)
    found = measured(PlayedLayer(clock, steady(1e-3)), clock)
    assert set(found.cells) < set(COLUMNS)
    assert all(isinstance(text, str) for text in found.cells.values())


@pytest.mark.parametrize("name", [one.name for one in fields(Method)])
@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf])
def test_settings_are_positive_and_finite(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"Method\.{name}: positive and finite"):
        Method(**{**METHOD.as_json(), name: value})


def test_the_quick_plan_has_shorter_windows() -> None:
    quick, standard = method_of("quick"), method_of("standard")
    assert quick.window_s < standard.window_s
    assert quick.network_s < standard.network_s
    assert standard == Method() == Method(**standard.as_json())
