"""The engine against the evaluator of ``oracle``, on every shipped profile and random layers."""

import csv
import io
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.measure.fit.predict import predictions
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.load import PUBLIC, platform_from_json
from py.platforms.measured.engine import Measured
from py.platforms.measured.features import features_of
from tests.platforms.measured.made_up import MADE_UP
from tests.platforms.measured.oracle import Said, Sizes, features, said

SHIPPED = sorted((PUBLIC / "profiles").glob("*.json"))
_NAMES = [path.stem for path in SHIPPED]
SAME = 1e-11
"""Ends out of range are rounded to twelve digits by one of the two."""


@cache
def pair(path: Path | None) -> tuple[dict[str, Any], Measured]:
    """Return a profile's JSON and its platform; None is the made-up one."""
    data = MADE_UP if path is None else json.loads(path.read_text())
    found = platform_from_json(data)
    assert isinstance(found, Measured)
    return data, found


def sizes(most: int) -> st.SearchStrategy[int]:
    """Return whole numbers, spread evenly over orders of magnitude."""
    return st.floats(0, math.log2(most)).map(lambda power: min(most, round(2**power)))


@st.composite
def layers(draw: st.DrawFn) -> Sizes:
    op = draw(st.sampled_from(["conv", "fc", "pool"]))
    batch, cin, cout = draw(sizes(2048)), draw(sizes(5000)), draw(sizes(5000))
    if op == "fc":
        return Sizes(op, batch, cin, cout)
    kh, kw = draw(st.integers(1, 11)), draw(st.integers(1, 11))
    pad = draw(st.integers(0, min(kh, kw) // 2))
    h, w = kh + draw(sizes(500)), kw + draw(sizes(500))
    groups = draw(st.sampled_from([1, 1, 1, 2])) if op == "conv" else 1
    shape = (h, w, kh, kw, draw(st.integers(1, 4)), pad, groups)
    return Sizes(op, batch, groups * cin, groups * cout if op == "conv" else 1, *shape)


def row_of(one: Sizes) -> Row:
    return Row(**{name: value for name, value in one._asdict().items() if name != "op"}, op=one.op)


@given(layers())
def test_features_are_what_they_are_described_as(one: Sizes) -> None:
    ours, theirs = features(one), features_of(workload_of_row(row_of(one)))
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert theirs[name] == pytest.approx(value, rel=1e-15), name


def alike(got: float | None, expected: float | None) -> bool:
    if got is None or expected is None:
        return got is expected
    return math.isclose(got, expected, rel_tol=SAME)


@pytest.mark.parametrize(
    "path", [None, *SHIPPED], ids=lambda path: path.stem if path else "made-up"
)
@settings(max_examples=60)
@given(one=layers())
def test_time_power_and_intervals_agree_to_twelve_digits(path: Path | None, one: Sizes) -> None:
    data, platform = pair(path)
    if one.groups > 1:  # another kind, that no profile here has
        one = one._replace(groups=1)
    expected = said(data, one)
    answer = platform.answer(workload_of_row(row_of(one)))
    notes = [note.code for note in answer.notes]
    if expected is None or expected.time_s <= 0:
        assert notes == ["kind-not-measured"]
        assert not answer.in_range
        return
    agree(answer.estimate(), expected)
    assert ("out-of-range" in notes) == (not expected.in_range)


def agree(estimate: Any, expected: Said) -> None:
    assert alike(estimate.time_s, expected.time_s)
    assert estimate.in_range == expected.in_range
    by_name = {
        "time_s": expected.time_ends,
        "power_w": expected.power_ends,
        "energy_j": expected.energy_ends,
    }
    if expected.power_w is not None:
        assert alike(estimate.power_w, expected.power_w)
        assert alike(estimate.energy_j, expected.power_w * expected.time_s)
    for name, ends in by_name.items():
        got = None if estimate.interval is None else estimate.interval.of(name)
        if ends is None:
            assert got is None, name
            continue
        assert got is not None, name
        assert alike(got[0], ends[0]), name
        assert alike(got[1], ends[1]), name


def test_predict_writes_what_the_evaluator_says() -> None:
    data, platform = pair(None)
    shapes = [
        Sizes("conv", 8, 64, 128, 28, 28, 3, 3, 1, 1),
        Sizes("conv", 1, 3, 64, 224, 224, 7, 7, 2, 3),
        Sizes("fc", 32, 512, 1000),
        Sizes("pool", 4, 64, 1, 56, 56, 2, 2, 2),
    ]
    text, unanswered = predictions(platform, [row_of(one) for one in shapes])
    assert not unanswered
    for cells, one in zip(csv.DictReader(io.StringIO(text)), shapes, strict=True):
        expected = said(data, one)
        assert expected is not None
        assert expected.time_ends is not None
        assert alike(float(cells["time_s"]), expected.time_s)
        assert alike(float(cells["time_low_s"]), expected.time_ends[0])
        assert alike(float(cells["time_high_s"]), expected.time_ends[1])
        assert cells["in_range"] == str(expected.in_range).lower()
        if expected.power_w is not None:
            assert alike(float(cells["power_w"]), expected.power_w)


def test_kinds_without_a_model_are_timed_by_launch_bytes_and_macs() -> None:
    data, platform = pair(None)
    one = Sizes("conv", 8, 64, 64, 28, 28, 3, 3, 1, 1, 64)
    known = features(one)
    terms = {each["term"]: each["coefficient"] for each in data["otherwise"]["terms"]}
    expected = terms["1"] + terms["bytes"] * known["bytes"] + terms["macs"] * known["macs"]
    estimate = platform.answer(workload_of_row(row_of(one))).estimate()
    assert alike(estimate.time_s, expected)
    assert estimate.power_w == data["otherwise"]["power_w"]
    assert [note.code for note in estimate.notes] == ["kind-not-measured"]
    band = data["otherwise"]["interval"]["bands"][0]
    assert estimate.interval is not None
    ends = estimate.interval.of("time_s")
    assert ends is not None
    assert alike(ends[0], expected * band["low"])
    assert alike(ends[1], expected * band["high"])
