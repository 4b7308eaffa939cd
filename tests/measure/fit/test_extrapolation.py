"""How a fit does beyond its data, and how much intervals widen for it."""

import math

import numpy as np
import pytest

from py.measure.fit.bands import bands_of
from py.measure.fit.extrapolation import extrapolated
from py.measure.fit.nested import rows_in_folds
from py.measure.fit.samples import Samples, samples_of
from py.measure.fit.time_form import Candidate, TimeFit
from py.platforms.measured.spread import Range
from tests.measure.made_rows import Cells, made_rows, rows_of, timed_s

SMALL = Candidate("small", 1)


def _samples(cells: list[Cells]) -> Samples:
    (found,) = samples_of(rows_of(cells))[0].values()
    return found


def test_a_law_that_goes_on_is_found_in_the_lighter_half() -> None:
    found = extrapolated(_samples(made_rows("fc", 120, power=False)), SMALL)
    assert found is not None
    assert found.rows == 60
    assert found.median_error < 0.1
    assert found.least_ratio > 0.5
    assert found.wider < 0.2


def test_a_law_that_breaks_is_told_and_widens_the_intervals() -> None:
    """Above the median work all takes five times as long: no lighter half can know that."""
    cells = made_rows("fc", 120, power=False)
    times = [timed_s(row) for row in cells]
    work = _samples(cells).feature("macs")
    for row, seconds, macs in zip(cells, times, work.tolist(), strict=True):
        row["runtime_ms"] = repr(1000 * seconds * (5 if macs > np.median(work) else 1))
    found = extrapolated(_samples(cells), SMALL)
    assert found is not None
    assert found.median_error > 0.6
    assert found.wider > 0.2


def test_intervals_so_widened_hold_the_heavier_rows() -> None:
    """As many of them lie inside as the level says; without the widening far fewer."""
    cells = made_rows("fc", 200, power=False)
    for cell in cells:  # ever less of the machine is used: time grows faster than any term
        seconds = timed_s(cell)
        cell["runtime_ms"] = repr(1000 * seconds * (1 + (seconds / 1e-4) ** 0.5))
    samples = _samples(cells)
    found = extrapolated(samples, SMALL)
    assert found is not None
    order = np.argsort(samples.feature("macs"), kind="stable")
    light, heavy = samples.part(order[:100]), samples.part(order[100:])
    both = TimeFit(samples.part(order), np.repeat([0, 1], 100).astype(np.intp))
    predicted = both.predicted(SMALL, frozenset({1}))
    inside = TimeFit(light, rows_in_folds(100))
    outside = np.empty(100)
    for part in range(10):
        rows = inside.fold == part
        outside[rows] = inside.predicted(SMALL, frozenset({part}))[rows]
    ranges = {name: Range(*ends) for name, ends in light.ranges().items()}
    columns = {name: heavy.feature(name) for name in ranges}
    shares = []
    for wider in (0.0, found.wider):
        spread = bands_of(light.time_s, outside, outside, wider)
        assert spread is not None
        held = []
        for place, value in enumerate(predicted[100:].tolist()):
            distance = max(one.distance(columns[name][place]) for name, one in ranges.items())
            low, high = spread.around(value, value, distance)
            held.append(low <= heavy.time_s[place] <= high)
        shares.append(float(np.mean(held)))
    assert shares[0] < 0.4
    assert 0.8 <= shares[1] < 0.85


@pytest.mark.parametrize("rows", [20, 39])
def test_few_rows_say_nothing_of_it(rows: int) -> None:
    assert extrapolated(_samples(made_rows("fc", rows, power=False)), SMALL) is None


def test_it_is_told_to_four_digits() -> None:
    found = extrapolated(_samples(made_rows("pool", 60, power=False)), SMALL)
    assert found is not None
    told = found.as_json()
    assert told["rows"] == 30
    for name, value in (("median", found.median_error), ("least_ratio", found.least_ratio)):
        assert math.isclose(told[name], value, rel_tol=1e-3)
