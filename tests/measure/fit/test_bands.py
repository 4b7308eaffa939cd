"""Intervals from out-of-fold errors: how often they hold, on data whose noise is known."""

import math
from collections.abc import Hashable

import numpy as np
import pytest
from numpy.typing import NDArray

from py.measure.fit.bands import as_json, bands_of, coverage
from py.measure.fit.nested import nested, rows_in_folds
from py.platforms.measured.spread import LEVEL

Floats = NDArray[np.float64]


def _heteroscedastic(seed: int, rows: int) -> tuple[Floats, Floats]:
    """Return sizes and times: noise of 30 % on short times falls to 3 % on long ones."""
    generator = np.random.default_rng(seed)
    size = 10 ** generator.uniform(-5, 0, rows)
    noise = 0.03 + 0.27 * (size < 1e-3)
    return size, 2 * size * np.exp(generator.normal(0, 1, rows) * noise)


@pytest.mark.parametrize("seed", range(4))
def test_eight_in_ten_lie_inside(seed: int) -> None:
    size, measured = _heteroscedastic(seed, 1000)
    fold = rows_in_folds(1000)

    def predict(_: Hashable, without: tuple[int, ...]) -> Floats:
        left = ~np.isin(fold, without)
        return size * np.mean(measured[left] / size[left])

    found = nested(["one"], predict, measured, fold)
    covered = coverage(found, measured)
    assert covered is not None
    assert 0.76 <= covered <= 0.84


@pytest.mark.parametrize("seed", range(4))
def test_short_times_have_wider_intervals_where_they_are_noisier(seed: int) -> None:
    size, measured = _heteroscedastic(seed, 1500)
    spread = bands_of(measured, 2 * size, 2 * size)
    assert spread is not None
    widths = [band.high / band.low for band in spread.bands]
    assert widths[0] > 1.5
    assert widths[-1] < 1.2
    assert len(spread.bands) == 6
    short, long = measured < 1e-3, measured > 4e-3
    for part in (short, long):
        inside = [
            low <= truth <= high
            for truth, value in zip(measured[part], 2 * size[part], strict=True)
            for low, high in [spread.around(float(value), float(value), 0.0)]
        ]
        assert 0.74 <= np.mean(inside) <= 0.86


def test_too_few_rows_have_no_interval() -> None:
    times = np.linspace(1, 2, 19)
    assert bands_of(times, times, times) is None
    assert bands_of(np.ones(20), np.ones(20), np.ones(20)) is not None
    assert as_json(None, None) is None


@pytest.mark.parametrize("rows", [20, 40, 119, 239, 240, 1000])
def test_bands_end_without_end_and_grow(rows: int) -> None:
    size, measured = _heteroscedastic(9, rows)
    spread = bands_of(measured, 2 * size, 2 * size)
    assert spread is not None
    ends = [band.up_to_s for band in spread.bands]
    assert ends == sorted(set(ends))
    assert ends[-1] == math.inf
    assert len(ends) == max(1, min(6, rows // 120))


def test_rows_of_one_predicted_time_share_a_band() -> None:
    """Many equal predictions make equal edges: these are one, and no band is without rows."""
    times = np.concatenate([np.full(700, 1e-3), np.linspace(2e-3, 3e-3, 50)])
    measured = times * np.random.default_rng(2).lognormal(0, 0.1, 750)
    spread = bands_of(measured, times, times)
    assert spread is not None
    assert all(0.7 < band.low < 1 < band.high < 1.5 for band in spread.bands)


def test_the_ends_leave_a_tenth_on_either_side() -> None:
    for rows, low, high in ((99, 10, 90), (100, 10, 91), (108, 10, 99), (109, 11, 99)):
        ratios = np.arange(1.0, rows + 1)
        spread = bands_of(ratios, np.ones(rows), np.ones(rows))
        assert spread is not None
        assert (spread.bands[0].low, spread.bands[0].high) == (low, high)


def test_a_profile_has_bands_with_coverage() -> None:
    size, measured = _heteroscedastic(1, 300)
    spread = bands_of(measured, 2 * size, 2 * size, 0.25)
    found = as_json(spread, 0.80456)
    assert found is not None
    assert (found["level"], found["coverage"], found["wider"]) == (LEVEL, 0.8046, 0.25)
    bands = found["bands"]
    assert isinstance(bands, list)
    assert bands[-1]["up_to_s"] is None
