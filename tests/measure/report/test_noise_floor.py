"""What noise alone makes: from rows of the same sizes."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.report.noise_floor import least_sum, noise_floor
from py.measure.report.stated_spread import stated_spread
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row

_VALUES = st.lists(st.floats(min_value=1e-6, max_value=1e3), min_size=2, max_size=8)


def rows_of(*batches: int, **others: str) -> list[Row]:
    return [Row("fc", batch=batch, cin=8, cout=8, others=others) for batch in batches]


@given(_VALUES, st.floats(min_value=1e-6, max_value=1e3))
def test_no_prediction_has_a_lesser_sum(values: list[float], guess: float) -> None:
    sum_of_guess = math.fsum((guess / value - 1) ** 2 for value in values)
    assert least_sum(values) <= sum_of_guess * (1 + 1e-9) + 1e-12


def test_a_pair_has_its_own_formula() -> None:
    assert least_sum([1.0, 1.1]) == pytest.approx(0.1**2 / (1 + 1.1**2))
    assert least_sum([3.0, 3.0, 3.0]) == pytest.approx(0, abs=1e-15)


def test_rows_that_are_all_different_have_no_floor() -> None:
    rows = rows_of(1, 2, 3)
    works = [workload_of_row(row) for row in rows]
    assert noise_floor(works, rows, [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) is None


def test_the_floor_is_the_noise_that_was_put_in() -> None:
    """Rows of 400 workloads, each thrice, with a relative noise of a tenth."""
    generator = random.Random(1)
    rows = rows_of(*(1 + place % 400 for place in range(1200)))
    works = [workload_of_row(row) for row in rows]
    truth = [1e-6 * work.macs for work in works]
    measured = [value * (1 + generator.gauss(0, 0.1)) for value in truth]
    found = noise_floor(works, rows, measured, truth)
    assert found is not None
    assert (found.workloads, found.rows) == (400, 1200)
    assert found.rmspe == pytest.approx(0.1, rel=0.08)
    assert found.ours == pytest.approx(found.rmspe, rel=0.08)
    assert found.differing == ()


def test_columns_in_which_repeats_differ_are_named() -> None:
    first, second, third = rows_of(4, 4, 5, device="one", notes="x")
    rows = [first, replace(second, others={"device": "one", "notes": "y", "act": "1"}), third]
    works = [workload_of_row(row) for row in rows]
    found = noise_floor(works, rows, [1.0, 1.2, 3.0], [1.0, 1.0, 3.0])
    assert found is not None
    assert (found.workloads, found.rows) == (1, 2)
    assert found.differing == ("act",)


def test_a_clock_makes_another_workload() -> None:
    rows = [*rows_of(4, clock_mhz="1000"), *rows_of(4, clock_mhz="1500")]
    works = [workload_of_row(row) for row in rows]
    assert noise_floor(works, rows, [1.0, 0.7], [1.0, 0.7]) is None


def test_the_spread_that_rows_state() -> None:
    rows = [
        Row("fc", others={"runtime_rel_std": cell}) for cell in ("0.1", "0.2", "", "x", "nan", "-1")
    ]
    found = stated_spread([*rows, Row("fc")])
    assert found is not None
    assert found.rows == 2
    assert found.median == pytest.approx(0.15)
    assert found.root_mean_square == pytest.approx(math.sqrt(0.025))
    assert stated_spread([Row("fc")]) is None
