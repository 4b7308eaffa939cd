"""The datasheet devices: every figure has a source that the file names, and the figures agree."""

import datetime
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from py.platforms.datasheet.engine import Datasheet
from py.platforms.datasheet.precision import precision_taken
from py.platforms.datasheet.read import CLASSES
from py.platforms.load import load_platform

PUBLIC = Path(__file__).resolve().parents[3] / "public"
FILES = sorted((PUBLIC / "devices").glob("*.json"))
SCHEMA = jsonschema.Draft202012Validator(
    json.loads((PUBLIC / "schema" / "device.schema.json").read_text())
)
SINGLE = (
    "bandwidth_bytes_per_s",
    "memory_bytes",
    "rated_power_w",
    "idle_power_w",
    "launch_overhead_s",
    "multiprocessors",
    "clock_hz",
)
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def figures(device: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the figures that are known, by name."""
    named = [(f"peak.{precision}", rate) for precision, rate in device["peak"].items()]
    named += [(name, device[name]) for name in SINGLE]
    shares = device.get("efficiency") or {}
    named += [(f"efficiency.{name}", share) for name, share in shares.items()]
    yield from ((name, figure) for name, figure in named if figure is not None)


def value(device: dict[str, Any], name: str) -> float | None:
    figure = device["peak"].get(name) if name in device["peak"] else device[name]
    return None if figure is None else float(figure["value"])


def cores(device: dict[str, Any]) -> int | None:
    """Return the single-precision cores that the source of the multiprocessors counts."""
    figure = device["multiprocessors"]
    found = figure and re.search(r"([0-9][0-9,]*) cores", figure["source"])
    return int(found[1].replace(",", "")) if found else None


def operations_a_cycle(device: dict[str, Any]) -> int | None:
    """Return what one CPU core does in a cycle, where the peak's source says so."""
    figure = device["peak"]["fp32"]
    found = figure and re.search(r"([0-9]+) FLOP a cycle", figure["source"])
    return int(found[1]) if found else None


def test_there_are_devices_of_every_class() -> None:
    classes = SCHEMA.schema["properties"]["class"]["enum"]  # type: ignore[index]
    present = {read(path)["class"] for path in FILES}
    assert present == set(classes)
    assert set(classes) == set(CLASSES)


@every_file
def test_loads_as_a_platform_with_the_figures_of_its_file(path: Path) -> None:
    device, platform = read(path), load_platform(path.stem)
    assert isinstance(platform, Datasheet)
    assert (platform.kind, platform.id, platform.name) == ("datasheet", path.stem, device["name"])
    known = {name: rate["value"] for name, rate in device["peak"].items() if rate is not None}
    assert {name: rate.value for name, rate in platform.device.peaks.items()} == known
    for name in SINGLE:
        figure = getattr(platform.device, name)
        assert (None if figure is None else figure.value) == value(device, name), name


@every_file
def test_fits_the_schema_and_bears_its_name(path: Path) -> None:
    device = read(path)
    assert [error.message for error in SCHEMA.iter_errors(device)] == []
    assert device["id"] == path.stem
    assert path.stat().st_size < 20_000


@every_file
def test_every_figure_has_a_source_and_every_source_is_used(path: Path) -> None:
    device = read(path)
    sources = device["sources"]
    used: set[str] = set()
    for name, figure in figures(device):
        keys = re.findall(r"(?:^|; )([a-z0-9]+(?:-[a-z0-9]+)*): ", figure["source"])
        assert keys, f"{name}: {figure['source']}"
        assert figure["source"].startswith(f"{keys[0]}: ")
        assert set(keys) <= set(sources), f"{name}: {figure['source']}"
        used |= set(keys)
    assert used == set(sources)


@every_file
def test_every_source_can_be_looked_up(path: Path) -> None:
    for key, source in read(path)["sources"].items():
        assert re.fullmatch(r"https?://[^/\s]+/?\S*", source["url"]), key
        assert datetime.date.fromisoformat(source["seen"]) >= datetime.date(2026, 11, 1), key


@every_file
def test_values_are_finite_and_in_the_range_of_what_was_built(path: Path) -> None:
    device = read(path)
    for name, figure in figures(device):
        assert math.isfinite(figure["value"]), name
        assert figure["value"] > 0, name
    ranges = {
        "bandwidth_bytes_per_s": (1e9, 2e13),
        "memory_bytes": (2**29, 2**39),
        "rated_power_w": (0.5, 2000),
        "idle_power_w": (0.05, 200),
        "launch_overhead_s": (1e-7, 1e-4),
        "multiprocessors": (1, 400),
        "clock_hz": (1e8, 7e9),
        "fp32": (1e9, 1e15),
        "int8": (1e9, 1e16),
    }
    for name, (low, high) in ranges.items():
        known = value(device, name)
        assert known is None or low <= known <= high, name


@every_file
def test_a_roofline_can_be_drawn(path: Path) -> None:
    device = read(path)
    assert any(rate is not None for rate in device["peak"].values())
    assert device["bandwidth_bytes_per_s"] is not None


@every_file
def test_idle_power_is_below_rated_power(path: Path) -> None:
    device = read(path)
    idle, rated = value(device, "idle_power_w"), value(device, "rated_power_w")
    assert idle is None or rated is None or idle < rated


@every_file
def test_peak_is_two_operations_a_core_and_cycle(path: Path) -> None:
    """A fused multiply-add is two; single precision, without tensor cores, within 3 %."""
    device = read(path)
    peak, clock, lanes = value(device, "fp32"), value(device, "clock_hz"), cores(device)
    if peak is None or clock is None or lanes is None:
        pytest.skip("peak, clock and cores are not all stated")
    each = operations_a_cycle(device) or 2
    assert peak == pytest.approx(each * lanes * clock, rel=0.03)


@every_file
def test_cores_divide_among_the_multiprocessors(path: Path) -> None:
    device = read(path)
    lanes, groups = cores(device), value(device, "multiprocessors")
    if lanes is None or groups is None:
        pytest.skip("cores and multiprocessors are not both stated")
    assert lanes / groups in ({1} if operations_a_cycle(device) else {64, 128, 192})


@every_file
def test_precisions_stand_in_the_ratios_that_hardware_has(path: Path) -> None:
    """Halving the width doubles the rate or more on tensor cores; a dense peak is not a sparse."""
    device = read(path)
    fp32, fp64 = value(device, "fp32"), value(device, "fp64")
    if fp32 is not None and fp64 is not None:
        ratio = fp32 / fp64
        near = min((1, 2, 3, 24, 32, 64), key=lambda whole: abs(ratio / whole - 1))
        assert ratio == pytest.approx(near, rel=0.03)
    fp16, bf16, tf32, int8 = (value(device, name) for name in ("fp16", "bf16", "tf32", "int8"))
    if fp16 is not None and bf16 is not None:
        assert bf16 == pytest.approx(fp16, rel=0.03)
    if fp16 is not None and tf32 is not None:
        assert fp16 / tf32 == pytest.approx(2, rel=0.05)
    if int8 is not None and fp16 is not None and tf32 is not None:
        near = 2 if int8 / fp16 < 3 else 4
        assert int8 / fp16 == pytest.approx(near, rel=0.03)


@pytest.mark.parametrize(
    ("name", "precision"), [("gtx-1080-ti", "fp32"), ("rtx-2080-ti", "fp16"), ("k80", "fp32")]
)
def test_half_precision_is_taken_where_it_is_no_slower(name: str, precision: str) -> None:
    """GPUs of 2016 to be sold for games have it at 1/64, which no program would choose."""
    platform = load_platform(name)
    assert isinstance(platform, Datasheet)
    assert precision_taken(("fp16", "bf16", "fp32"), platform.device.peaks) == precision


def test_the_papers_titan_x_is_the_papers() -> None:
    """papers/003, Table 1: 12 GB, 250 W at most, 15 W idle."""
    titan = read(PUBLIC / "devices" / "gtx-titan-x.json")
    assert value(titan, "rated_power_w") == 250
    assert value(titan, "idle_power_w") == 15
    assert value(titan, "memory_bytes") == 12 * 2**30
