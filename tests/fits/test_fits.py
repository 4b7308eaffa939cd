"""Shipped profiles: errors within the limits, intervals that hold, and the same bytes anew."""

import csv
import io
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from py.measure.fit.kind_fit import fit_kind
from py.measure.fit.samples import samples_of
from py.measure.table.condition import condition_of
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.measure.table.rows import read_rows
from py.platforms.load import PUBLIC
from tests.fits.limits import (
    LEVEL_ENDS,
    LIMITS,
    MOST_BYTES,
    MOST_MEDIAN_BEYOND,
    Limit,
    shortfall_beyond,
)
from tests.fits.table import (
    PROFILES,
    TABLES,
    Line,
    chosen,
    lines_of,
    refitted_text,
    shipped_text,
    table,
)

IDS = [recipe.id for recipe in chosen()]
CHEAP = ("h100-sxm5-80gb-pytorch", "l4-pytorch", "a100-pcie-80gb-pytorch")


@pytest.fixture
def tables() -> Path:
    if not TABLES.is_dir():
        pytest.skip("no folder ../shared/data with the tables here")
    return TABLES


def _line(profile: str, kind: str, quantity: str) -> Line:
    (recipe,) = chosen([profile])
    (found,) = (
        line
        for line in lines_of(shipped_text(recipe))
        if (line.kind, line.quantity) == (kind, quantity)
    )
    return found


def test_every_recipe_ships_and_nothing_else() -> None:
    assert sorted(path.stem for path in PROFILES.glob("*.json")) == sorted(IDS)
    assert PROFILES.parent == PUBLIC


@pytest.mark.parametrize(
    "limit", LIMITS, ids=[f"{one.profile}-{one.kind}-{one.quantity}" for one in LIMITS]
)
def test_errors_are_within_their_limits_or_say_why_not(limit: Limit) -> None:
    line = _line(limit.profile, limit.kind, limit.quantity)
    if not limit.reason:
        assert 100 * line.rmspe <= limit.percent
        return
    assert limit.floor_percent is not None
    assert limit.floor_percent > limit.percent, "a floor below the limit is no reason"
    assert 100 * line.rmspe > limit.percent, "the limit is reached: the reason can go"
    assert 100 * line.rmspe <= 1.02 * limit.floor_percent


@pytest.mark.parametrize("identity", IDS)
def test_intervals_hold_as_often_as_they_say(identity: str) -> None:
    low, high = LEVEL_ENDS
    (recipe,) = chosen([identity])
    lines = list(lines_of(shipped_text(recipe)))
    assert lines
    for line in lines:
        assert line.coverage is not None, line
        assert low <= line.coverage <= high, line


@pytest.mark.parametrize("identity", IDS)
def test_beyond_the_lighter_half_the_heavier_is_predicted(identity: str) -> None:
    (recipe,) = chosen([identity])
    for line in lines_of(shipped_text(recipe)):
        if line.quantity == "time_s":
            assert line.beyond is not None, line
            assert line.beyond["rows"] == line.rows - line.rows // 2
            known = shortfall_beyond(line.profile, line.kind)
            if known is None:
                assert line.beyond["median"] < MOST_MEDIAN_BEYOND, line
            else:
                assert MOST_MEDIAN_BEYOND <= line.beyond["median"] <= known.median, line
            assert line.beyond["least_ratio"] > 0, line


@pytest.mark.parametrize("identity", IDS)
def test_a_profile_is_short(identity: str) -> None:
    assert (PROFILES / f"{identity}.json").stat().st_size < MOST_BYTES


def test_the_table_has_each_limit_once() -> None:
    lines = [line for recipe in chosen() for line in lines_of(shipped_text(recipe))]
    text = table(lines)
    assert len([line for line in lines if line.limit is not None]) == len(LIMITS)
    outside = [line for line in lines if line.state == "OUTSIDE"]
    assert text.count("OUTSIDE") == len(outside)
    for line in outside:
        assert line.limit is not None
        assert line.limit.reason in text


@pytest.mark.parametrize("identity", CHEAP)
def test_fitted_anew_a_profile_has_the_same_bytes(identity: str, tables: Path) -> None:
    (recipe,) = chosen([identity])
    assert refitted_text(recipe) == shipped_text(recipe)


def test_fitted_anew_a_kind_has_the_same_numbers(tables: Path) -> None:
    (recipe,) = chosen(["cpu-raptorlake"])
    where = [condition_of(text) for text in (*recipe.where, "op=pool")]
    groups, left = samples_of(read_rows([tables / name for name in recipe.files], where).layers)
    assert not left
    (samples,) = groups.values()
    shipped = json.loads(shipped_text(recipe))
    (model,) = (one for one in shipped["models"] if one["kind"] == "pool")
    assert json.loads(json.dumps(fit_kind(samples).json)) == model


def _work(row: Row) -> int:
    """Return the MACs of a row, or the window reads of a pool."""
    work = workload_of_row(row)
    return work.macs or work.ops


_SETS = {
    "raptorlake pool": ("cpu_layers_willowec.csv", "cpu:raptorlake", "pool"),
    "H100 fc": ("gpu_layers_neusight.csv.gz", "gpu:NVIDIA H100 80GB HBM3", "fc"),
}


def _table(rows: Sequence[Row]) -> str:
    """Return rows as CSV, without their powers."""
    names = ("op", "batch", "cin", "h", "w", "cout", "kh", "kw", "stride", "pad", "groups", "dtype")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*names, "runtime_ms"])
    for row in rows:
        assert row.runtime_s is not None
        cells = [getattr(row, name) for name in names]
        writer.writerow(["" if cell is None else cell for cell in cells] + [1000 * row.runtime_s])
    return text.getvalue()


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "py.measure", *arguments],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", list(_SETS))
def test_on_the_command_line_the_heavier_half_is_predicted_by_the_lighter(
    name: str, tables: Path, tmp_path: Path
) -> None:
    file, device, op = _SETS[name]
    where = [condition_of(f"device={device}"), condition_of(f"op={op}")]
    rows = sorted(read_rows([tables / file], where).layers, key=_work)
    half = len(rows) // 2
    for part, path in ((rows[:half], "light.csv"), (rows[half:], "heavy.csv")):
        (tmp_path / path).write_text(_table(part), encoding="utf-8")
    profile = tmp_path / "half.json"
    fit = _run("fit", str(tmp_path / "light.csv"), "--id", "half", "--output", str(profile))
    assert fit.returncode == 0, fit.stderr
    answer = _run("predict", str(profile), str(tmp_path / "heavy.csv"))
    assert answer.returncode == 0, answer.stderr
    predicted = [float(row["time_s"]) for row in csv.DictReader(io.StringIO(answer.stdout))]
    measured = [row.runtime_s for row in rows[half:] if row.runtime_s is not None]
    assert min(predicted) > 0
    errors = [abs(a / b - 1) for a, b in zip(predicted, measured, strict=True)]
    assert statistics.median(errors) < MOST_MEDIAN_BEYOND
