"""Whole networks against the sums of their layers, and how alike the errors of layers are."""

import math
import random
from dataclasses import replace
from pathlib import Path

import pytest

from py.measure.fit.network_checks import LEAST_NETWORKS, Check, check_networks, correlation_of
from py.measure.table.row import Row
from py.platforms.load import PUBLIC, platform_from_json, read_platform_file
from py.platforms.measured.engine import Measured
from py.platforms.measured.totals import summed
from tests.platforms.measured.made_up import edited, profile


def _check(measured_s: float, name: str = "net", batch: int = 1) -> Check:
    """Return a check of a sum of 10 s whose ends are 9 to 12 s apart, 6 to 16 s together."""
    return Check(name, batch, measured_s, 10.0, (9.0, 12.0), (6.0, 16.0))


@pytest.mark.parametrize(
    ("measured_s", "expected"),
    [
        *((10.0, 0.0), (11.9, 0.0), (9.1, 0.0), (16.0, 1.0), (99.0, 1.0), (6.0, 1.0)),
        *((14.0, (16 - 4) / (36 - 4)), (8.0, (4 - 1) / (16 - 1))),
    ],
)
def test_the_correlation_is_the_least_whose_interval_holds(
    measured_s: float, expected: float
) -> None:
    assert _check(measured_s).correlation == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_with_its_correlation_the_interval_ends_at_the_measured_time(seed: int) -> None:
    generator = random.Random(seed)
    layers = [
        (place, value, (value * 0.7, value * 1.4))
        for place, value in enumerate(generator.uniform(1, 9) for _ in range(12))
    ]
    apart, together = summed(layers, 0.0), summed(layers, 1.0)
    total = math.fsum(value for _, value, _ in layers)
    for measured in ((apart[1] + together[1]) / 2, (apart[0] + together[0]) / 2):
        check = Check("net", 1, measured, total, apart, together)
        ends = summed(layers, check.correlation)
        assert ends[int(measured > total)] == pytest.approx(measured)


def test_ten_networks_are_needed_and_repeats_are_one() -> None:
    some = [_check(14, f"net{place}") for place in range(LEAST_NETWORKS - 1)]
    assert correlation_of(some) is None
    assert correlation_of([*some, *some]) is None
    assert correlation_of([*some, _check(14, "net0", batch=2)]) == pytest.approx(0.375)


def test_eight_in_ten_networks_lie_inside() -> None:
    generator = random.Random(2)
    checks = [_check(generator.uniform(6, 16), f"net{place}") for place in range(200)]
    found = correlation_of(checks)
    assert found is not None
    inside = sum(check.correlation <= found for check in checks)
    assert 160 <= inside <= 162


def test_a_check_says_how_far_off_it_is() -> None:
    assert _check(12.5, "vgg16", 4).as_json() == {
        "network": "vgg16",
        "batch": 4,
        "measured_s": 12.5,
        "predicted_s": 10.0,
        "error": -0.2,
    }


@pytest.fixture(scope="module")
def platform() -> Measured:
    path = PUBLIC / "profiles" / "cpu-broadwell-ep.json"
    found = platform_from_json(read_platform_file(str(path)))
    assert isinstance(found, Measured)
    return found


def _row(name: str, **more: object) -> Row:
    given: dict[str, object] = {"batch": 2, "runtime_s": 0.1} | more
    return Row("network", others={"network": name}, **given)  # type: ignore[arg-type]


def test_networks_of_ours_are_checked_in_order(platform: Measured) -> None:
    rows = [_row("lenet5"), _row("alexnet", batch=1), _row("lenet5", batch=8)]
    checks, left = check_networks(platform, rows, None)
    assert not left
    assert [(check.network, check.batch) for check in checks] == [
        *(("lenet5", 2), ("alexnet", 1), ("lenet5", 8)),
    ]
    for check in checks:
        assert check.together[0] <= check.apart[0] < check.apart[1] <= check.together[1]
        assert check.predicted_s > 0


@pytest.mark.parametrize(
    "row",
    [
        *(_row("no such network"), _row(""), _row("../models/lenet5"), _row("/etc/passwd")),
        *(_row("lenet5", batch=None), _row("lenet5", runtime_s=None), _row("other.onnx")),
        _row("lenet5", cin=3, h=99, w=99),
    ],
    ids=lambda row: f"{row.others['network']!r}-{row.batch}-{row.h}",
)
def test_what_cannot_be_checked_is_told(row: Row, platform: Measured, tmp_path: Path) -> None:
    checks, left = check_networks(platform, [row], tmp_path)
    assert not checks
    assert len(left) == 1
    assert "expected" in left[0]


def test_a_model_beside_the_table_is_read(platform: Measured, tmp_path: Path) -> None:
    data = (PUBLIC / "models" / "lenet5.onnx").read_bytes()
    (tmp_path / "mine.onnx").write_bytes(data)
    (tmp_path / "broken.onnx").write_bytes(data[: len(data) // 2])
    rows = [_row("mine.onnx"), _row("broken.onnx"), _row("sub/mine.onnx"), _row("lenet5")]
    checks, left = check_networks(platform, rows, tmp_path)
    assert [check.network for check in checks] == ["mine.onnx", "lenet5"]
    assert checks[0].predicted_s == checks[1].predicted_s
    assert len(left) == 2


@pytest.mark.parametrize(
    ("dtype", "times"),
    [
        *(("fp32", 1), (None, 1), ("tf32", 2), ("bf16", 4), ("bfloat16", 4), ("fp16", 8)),
        ("fp64", 1),
    ],
)
def test_a_network_is_predicted_at_the_precision_it_was_run_in(
    dtype: str | None, times: int
) -> None:
    """By a profile whose models at narrower types are so many times as fast."""
    models = []
    for name, faster in {"32x32": 1, "tf32": 2, "bf16": 4, "16x16": 8}.items():
        for kind in ("conv", "dense"):
            model = edited({"models.0.kind": kind, "models.0.dtype": name})["models"][0]
            model["time_s"]["regimes"] = None
            model["time_s"]["terms"] = [{"term": "macs", "coefficient": 1 / faster}]
            models.append(model)
    platform = profile(models=models)
    row = _row("lenet5", runtime_s=1.0, batch=1)
    (plain,), _ = check_networks(platform, [row], None)
    (found,), left = check_networks(platform, [replace(row, dtype=dtype)], None)
    assert not left
    assert plain.predicted_s / found.predicted_s == pytest.approx(times)


def test_a_check_says_its_precision_and_its_energy() -> None:
    row = replace(_row("lenet5", runtime_s=1.0, batch=1), dtype="bf16", energy_j=2.0)
    models = [edited({"models.0.kind": kind})["models"][0] for kind in ("conv", "dense", "pool")]
    (check,), left = check_networks(profile(models=models), [row], None)
    assert not left
    assert check.predicted_j is not None
    found = check.as_json()
    assert found["dtype"] == "bf16"
    assert (found["measured_j"], found["predicted_j"]) == (2.0, pytest.approx(check.predicted_j))
    (plain,), _ = check_networks(profile(models=models), [replace(row, energy_j=None)], None)
    assert "measured_j" not in plain.as_json()
