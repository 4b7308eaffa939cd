"""The default form fitted to one kind of layer: what it finds, and that no row judges itself."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from py.measure.fit.bands import bands_of
from py.measure.fit.kind_fit import fit_kind
from py.measure.fit.nested import rows_in_folds
from py.measure.fit.power_form import PowerFit, bounds_of
from py.measure.fit.samples import Samples, samples_of
from py.measure.fit.time_form import Candidate, TimeFit, candidates_for
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.engine import Measured
from tests.measure.made_rows import Cells, made_rows, rows_of, timed_s
from tests.measure.stranger.compared import platform_from


def _samples(rows: Sequence[Row]) -> Samples:
    groups, left = samples_of(rows)
    assert not left
    (found,) = groups.values()
    return found


def _platform(cells: Sequence[Cells]) -> Measured:
    return platform_from(rows_of(cells))


OPS = ("conv", "fc", "matmul", "pool", "elementwise", "norm", "softmax", "attention", "recurrent")


@pytest.mark.parametrize("op", OPS)
def test_each_kind_is_found_to_its_noise(op: str) -> None:
    found = fit_kind(_samples(rows_of(made_rows(op, 60))))
    assert found.time.errors.median < 0.1
    assert found.power is not None
    assert found.energy is not None
    assert found.power.errors.median < 0.12
    assert (found.time.predicted > 0).all()
    assert (found.power.predicted > 0).all()
    assert found.energy.predicted == pytest.approx(found.power.predicted * found.time.predicted)


@pytest.fixture(scope="module")
def some() -> Samples:
    return _samples(rows_of(made_rows("fc", 70, noise=0.2)))


@pytest.mark.parametrize("place", [0, 13, 41, 69])
def test_a_time_has_no_say_in_its_own_prediction_and_interval(some: Samples, place: int) -> None:
    fold = rows_in_folds(len(some.works))
    own = int(fold[place])
    other = replace(some, time_s=some.time_s.copy())
    other.time_s[place] *= 10
    first, second = TimeFit(some, fold).nested(), TimeFit(other, fold).nested()
    assert first.by_fold[own] == second.by_fold[own]
    held = fold == own
    assert first.predicted[held].tolist() == second.predicted[held].tolist()
    inner = [one.inner[own][~held] for one in (first, second)]
    assert inner[0].tolist() == inner[1].tolist()
    spreads = [bands_of(some.time_s[~held], values, values) for values in inner]
    assert spreads[0] == spreads[1]
    assert first.plain.tolist() != second.plain.tolist()


@pytest.mark.parametrize("place", [0, 13, 41, 69])
def test_a_power_has_no_say_in_its_own_prediction_and_interval(some: Samples, place: int) -> None:
    fold = rows_in_folds(len(some.works))
    own = int(fold[place])
    time = TimeFit(some, fold)
    times, rows = time.nested(), np.arange(len(fold))
    watts = some.power_w.copy()
    first = PowerFit(time, rows, watts, times).nested()
    changed = watts.copy()
    changed[place] *= 10
    second = PowerFit(time, rows, changed, times).nested()
    held = fold == own
    assert first.by_fold[own] == second.by_fold[own]
    assert first.predicted[held].tolist() == second.predicted[held].tolist()
    assert first.inner[own][~held].tolist() == second.inner[own][~held].tolist()


def test_a_choice_among_more_candidates_is_blind_to_the_row_too() -> None:
    samples = _samples(rows_of(made_rows("pool", 121, noise=0.3, power=False)))
    fold = rows_in_folds(121)
    other = replace(samples, time_s=samples.time_s.copy())
    other.time_s[11] *= 10
    first, second = TimeFit(samples, fold).nested(), TimeFit(other, fold).nested()
    own = int(fold[11])
    assert first.by_fold[own] == second.by_fold[own]
    assert first.predicted[fold == own].tolist() == second.predicted[fold == own].tolist()


def test_few_rows_choose_among_few_candidates() -> None:
    assert candidates_for(39) == (Candidate("small", 1),)
    assert candidates_for(40) == (Candidate("small", 1), Candidate("plain", 1))
    assert {one.size for one in candidates_for(5000)} == {"small", "plain", "full"}
    assert {one.size for one in candidates_for(299)} == {"small", "plain"}
    assert max(one.leaves for one in candidates_for(399)) == 1
    assert max(one.leaves for one in candidates_for(5000)) > 1


def test_outliers_do_not_bound_the_power() -> None:
    powers = np.concatenate([np.linspace(50, 60, 998), [1.0, 900.0]])
    low, high = bounds_of(powers)
    assert 49 < low < 51
    assert 59 < high < 61


def test_a_batch_that_never_varied_is_grown_with() -> None:
    """Measured at batch 1 alone, batch 8 takes about eight times the work, not the same time."""
    cells = [row | {"batch": "1"} for row in made_rows("conv", 110, noise=0.02, power=False)]
    for row in cells:
        row["runtime_ms"] = repr(1000 * timed_s(row))
    platform = _platform(cells)
    errors = []
    for row in cells[:40]:
        (eight,) = rows_of([row | {"batch": "8"}])
        estimate = platform.answer(workload_of_row(eight)).estimate()
        errors.append(estimate.time_s / timed_s(row | {"batch": "8"}) - 1)
        assert estimate.in_range is False
    assert abs(float(np.median(errors))) < 0.35
    assert max(abs(error) for error in errors) < 1.5


@pytest.fixture(scope="module")
def clocked() -> Measured:
    """A device of three clocks: cycles cost time, and volts rise with the clock."""
    cells = []
    generator = np.random.default_rng(5)
    for place, row in enumerate(made_rows("fc", 117, power=False)):
        clock = (600, 1200, 1800)[place % 3]
        share = clock / 1800
        seconds = timed_s(row, share) * math.exp(generator.normal(0, 0.02))
        watts = 15 + 60 * share * (0.5 + 0.5 * share) ** 2
        extra = {"clock_mhz": str(clock), "runtime_ms": repr(1000 * seconds)}
        cells.append(row | extra | {"power_w": repr(watts)})
    return _platform(cells)


def test_times_fall_with_the_clock_and_energy_has_its_valley(clocked: Measured) -> None:
    row = {"op": "fc", "batch": "128", "cin": "2048", "cout": "2048", "dtype": "fp32"}
    times, energies = [], []
    for clock in (600, 900, 1200, 1500, 1800):
        (one,) = rows_of([row | {"clock_mhz": str(clock)}])
        estimate = clocked.answer(workload_of_row(one)).estimate()
        assert estimate.power_w is not None
        times.append(estimate.time_s)
        energies.append(estimate.time_s * estimate.power_w)
        truth = timed_s(row, clock / 1800)
        assert estimate.time_s == pytest.approx(truth, rel=0.15)
    assert times == sorted(times, reverse=True)
    assert times[0] > 2 * times[-1]
    share = [clock / 1800 for clock in (600, 900, 1200, 1500, 1800)]
    truths = [timed_s(row, one) * (15 + 60 * one * (0.5 + 0.5 * one) ** 2) for one in share]
    assert energies == pytest.approx(truths, rel=0.2)
    assert min(energies[1:4]) < min(energies[0], energies[-1])


def test_a_layer_that_states_no_clock_has_the_highest(clocked: Measured) -> None:
    row = {"op": "fc", "batch": "64", "cin": "512", "cout": "512", "dtype": "fp32"}
    plain, highest = rows_of([row])[0], rows_of([row | {"clock_mhz": "1800"}])[0]
    assert clocked.answer(workload_of_row(plain)).estimate().time_s == pytest.approx(
        clocked.answer(workload_of_row(highest)).estimate().time_s
    )


def test_power_stays_between_what_was_measured() -> None:
    cells = made_rows("fc", 100)
    platform = _platform(cells)
    watts = [float(row["power_w"]) for row in cells]
    for size in (1, 64, 100_000):
        (row,) = rows_of([{"op": "fc", "batch": str(size), "cin": "4096", "cout": "4096"}])
        power_w = platform.answer(workload_of_row(row)).estimate().power_w
        assert power_w is not None
        assert min(watts) <= power_w <= max(watts)
