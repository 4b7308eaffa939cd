"""What is found in rows, against what one finds by looking at each pair of them."""

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr  # type: ignore[import-untyped]

from py.breakdown.precision import ALPHAS
from py.sweep.summary.collected import Collected, collect
from py.sweep.summary.effects import effects_of
from py.sweep.summary.fronts import front_of
from py.sweep.summary.groups import Group, groups_of
from py.sweep.summary.outcomes import outcomes_of
from py.sweep.summary.outliers import outliers_of
from py.sweep.summary.proxies import correlations_of
from py.sweep.summary.ranking import ranking_of
from py.sweep.summary.source import Listed
from py.sweep.summary.spread import spread_of
from py.sweep.summary.summary import evenly
from tests.sweep.summary.made_rows import failed, row

_FEW = st.sampled_from([0.1, 0.2, 0.25, 0.5, 1.0])


def only(rows: list[dict[str, Any]]) -> tuple[Collected, Group]:
    collected = collect(Listed(rows))
    (group,) = groups_of(collected)
    return collected, group


def named(collected: Collected, places: Any) -> list[str]:
    return [collected.model(int(place)) for place in places]


def test_a_group_is_a_platform_at_a_point() -> None:
    rows = [
        row(f"m{k}", platform, batch=batch)
        for k in range(2)
        for platform in ("b", "a")
        for batch in (16, 2)
    ]
    groups = groups_of(collect(Listed(rows)))
    titles = ["a, batch 2", "a, batch 16", "b, batch 2", "b, batch 16"]
    assert [group.title for group in groups] == titles
    assert all(len(group.ranked) == 2 for group in groups)


def test_where_points_have_one_row_each_a_platform_is_one_group() -> None:
    rows = [row("m", "a", batch=batch, bits=bits) for batch in (1, 2) for bits in (None, "8")]
    _, group = only(rows)
    assert group.point is None
    assert group.title == "a"
    assert len(group.ranked) == 4


def test_cost_is_energy_in_joules_else_in_macs_else_time() -> None:
    rows = [
        row("m", "joules", energy=2.0),
        row("n", "joules", energy=None),
        row("m", "relative", energy=None, batch=2, energy_macs=8.0),
        row("m", "timed", energy=None, time=3.0),
        failed("m", "broken"),
    ]
    groups = {group.platform: group for group in groups_of(collect(Listed(rows)))}
    costs = {
        name: (group.costs.basis.unit, group.costs.values[group.ranked].tolist())
        for name, group in groups.items()
    }
    assert costs == {
        "joules": ("J", [2.0]),
        "relative": ("MACe", [4.0]),
        "timed": ("s", [3.0]),
        "broken": ("J", []),
    }


@given(st.lists(_FEW, min_size=1, max_size=40))
def test_the_ranking_is_that_of_a_sort(energies: list[float]) -> None:
    rows = [row(f"m{k:02}", energy=energy) for k, energy in enumerate(energies)]
    collected, group = only(rows)
    found = ranking_of(collected, group, 3)
    names = [name for _, name in sorted((e, f"m{k:02}") for k, e in enumerate(energies))]
    assert found.of == len(rows)
    if len(rows) <= 6:
        assert named(collected, found.least) == names
        assert len(found.most) == 0
    else:
        assert named(collected, found.least) == names[:3]
        assert named(collected, found.most) == names[::-1][:3]


def test_what_is_partial_is_ranked_but_not_compared() -> None:
    rows = [row("whole"), row("some", status="partial", energy=1e-9), failed("none")]
    collected, group = only(rows)
    assert named(collected, group.ranked) == ["whole", "some"]
    assert named(collected, group.whole) == ["whole"]


_POINTS = st.lists(st.tuples(_FEW, _FEW), min_size=2, max_size=30)


@given(_POINTS)
def test_on_the_front_is_what_no_other_beats(points: list[tuple[float, float]]) -> None:
    rows = [row(f"m{k}", top_error=x, energy=y) for k, (x, y) in enumerate(points)]
    collected, group = only(rows)
    found = front_of(collected, group)
    assert found is not None
    beaten = {
        one
        for one in points
        for other in points
        if other != one and other[0] <= one[0] and other[1] <= one[1]
    }
    expected = sorted(set(points) - beaten)
    costs = group.costs.values
    assert [(float(collected.errors[p]), float(costs[p])) for p in found.places] == expected
    assert list(found.alike) == [points.count(point) for point in expected]
    assert found.of == len(points)


@given(_POINTS)
def test_the_best_ratio_on_the_front_is_the_best_of_all(points: list[tuple[float, float]]) -> None:
    rows = [row(f"m{k}", top_error=x, energy=y) for k, (x, y) in enumerate(points)]
    found = front_of(*only(rows))
    assert found is not None
    for k, alpha in enumerate(ALPHAS):
        least = min(error**alpha * energy for error, energy in points)
        assert found.best[k]
        for place in found.best[k]:
            assert found.ratios[place][k] == pytest.approx(least)


def test_without_errors_there_is_no_front() -> None:
    assert front_of(*only([row("a"), row("b")])) is None


_MACS = st.lists(
    st.tuples(st.sampled_from([1000, 1005, 1010, 1011, 1020, 2000, 2019]), _FEW),
    min_size=1,
    max_size=25,
)


@given(_MACS)
def test_the_spread_is_that_of_the_pair_furthest_apart(points: list[tuple[int, float]]) -> None:
    rows = [row(f"m{k}", macs=macs, energy=energy) for k, (macs, energy) in enumerate(points)]
    collected, group = only(rows)
    found = spread_of(collected, group)
    near = [
        max(one[1], other[1]) / min(one[1], other[1])
        for one, other in combinations(points, 2)
        if 100 * max(one[0], other[0]) <= 101 * min(one[0], other[0])
    ]
    if not near:
        assert found is None
        return
    assert found is not None
    assert found.ratio == max(near)
    costs = group.costs.values
    assert costs[found.high] / costs[found.low] == found.ratio
    low, high = sorted((float(collected.macs[found.low]), float(collected.macs[found.high])))
    assert 100 * high <= 101 * low


def test_what_is_typical_of_a_spread_is_the_median_over_the_rows() -> None:
    energies = [1.0, 2.0, 3.0, 4.0, 10.0]
    macs = [1000, 1005, 1010, 1015, 5000]
    rows = [
        row(f"m{k}", macs=m, energy=e) for k, (m, e) in enumerate(zip(macs, energies, strict=True))
    ]
    found = spread_of(*only(rows))
    assert found is not None
    # From each row on: 1 to 3, 2 to 4, 3 to 4, 4 alone, 10 alone.
    assert found.ratio == 3
    assert found.typical == pytest.approx(4 / 3)


def test_correlations_are_those_of_scipy() -> None:
    draw = np.random.default_rng(3)
    macs = draw.integers(1, 60, 400) * 1000
    energies = np.round(macs * draw.lognormal(0, 0.5, 400), -3)
    rows = [
        row(f"m{k}", macs=int(m), energy=float(e), parameters=7)
        for k, (m, e) in enumerate(zip(macs, energies, strict=True))
    ]
    by_macs, by_parameters, by_time = correlations_of(*only(rows))
    assert by_macs.n == by_macs.of == 400
    assert by_macs.spearman == pytest.approx(spearmanr(macs, energies).statistic)
    assert by_macs.kendall == pytest.approx(kendalltau(macs, energies).statistic)
    assert by_parameters.spearman is by_time.spearman is None


def test_of_many_rows_a_sample_is_correlated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("py.sweep.summary.proxies.MOST_PAIRED", 50)
    rows = [row(f"m{k}", macs=1000 + k, energy=1.0 + k) for k in range(200)]
    found = correlations_of(*only(rows))[0]
    assert (found.n, found.of, found.spearman, found.kendall) == (50, 200, 1.0, 1.0)


@given(st.integers(16, 60), st.floats(0.5, 1.5), st.floats(0, 0.02))
def test_a_planted_outlier_is_found_and_no_other(count: int, slope: float, shake: float) -> None:
    rows = []
    for k in range(count):
        macs = 1000 * (k + 1)
        energy = 1e-6 * macs**slope * math.exp(shake * math.sin(k))
        rows.append(row(f"m{k}", macs=macs, energy=energy * (30 if k == count // 3 else 1)))
    collected, group = only(rows)
    found = outliers_of(collected, group)
    assert found is not None
    assert named(collected, found.places) == [f"m{count // 3}"]
    assert found.line.slope == pytest.approx(slope, abs=0.1)
    assert found.factors[0] == pytest.approx(30, rel=0.2)


def test_without_different_macs_nothing_is_predicted() -> None:
    assert outliers_of(*only([row(f"m{k}", energy=1.0 + k) for k in range(20)])) is None


def test_an_effect_is_the_median_over_otherwise_equal_rows() -> None:
    rows = [
        row(f"m{k}", batch=batch, bits=bits, energy=(k + 1) * ratio * (2 if bits == "8" else 3))
        for k in range(5)
        for batch, ratio in ((1, 1.0), (4, 0.5 + k / 100), (16, 0.25))
        for bits in ("8", "16")
        if not (k == 0 and batch == 16)
    ]
    batch, bits = effects_of(collect(Listed(rows)))
    assert (batch.axis, [one.value for one in batch.costs]) == ("batch", [1, 4, 16])
    assert [one.rows for one in batch.costs] == [10, 10, 8]
    assert [one.median for one in batch.costs] == pytest.approx([1, 0.52, 0.25])
    assert batch.costs[1].low == pytest.approx(np.quantile([0.5, 0.51, 0.52, 0.53, 0.54] * 2, 0.1))
    assert (bits.axis, [one.value for one in bits.costs]) == ("bits", ["8", "16"])
    assert [one.median for one in bits.costs] == pytest.approx([1, 1.5])
    assert [one.median for one in bits.times] == pytest.approx([1, 1])


def test_an_effect_without_any_pair_is_unknown() -> None:
    rows = [row("a", batch=1), row("b", batch=2)]
    (batch,) = effects_of(collect(Listed(rows)))
    assert batch.costs[1].median is None
    assert batch.costs[1].rows == 0


def test_reasons_are_counted_and_the_first_named_once() -> None:
    rows = [failed(f"m{k}", batch=batch) for k in (3, 1, 2, 0) for batch in (1, 2)]
    rows += [failed("far", reason_code="does-not-fit"), row("fine")]
    collected = collect(Listed(rows))
    found = outcomes_of(collected)
    assert (found.ok, found.partial, found.failed) == (1, 0, 9)
    reasons = [(one.code, one.count) for one in found.reasons]
    assert reasons == [("onnx-damaged", 8), ("does-not-fit", 1)]
    assert named(collected, found.reasons[0].first) == ["m0", "m1", "m2"]


def test_every_platform_has_its_turn() -> None:
    assert evenly(["a", "a", "a", "b", "c", "c"], 4) == [0, 1, 3, 4]
    assert evenly(["a", "a"], 9) == [0, 1]
