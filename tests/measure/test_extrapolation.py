"""How a fit does beyond its data, and how much intervals widen for it."""

import math

import numpy as np
import pytest

from py.measure.default_form import Candidate
from py.measure.extrapolation import extrapolated
from py.measure.samples import Samples, samples_of
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
    cells = made_rows("fc", 200, noise=0.3, power=False)
    found = extrapolated(_samples(cells), SMALL)
    assert found is not None
    assert 0 <= found.wider <= 20


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
