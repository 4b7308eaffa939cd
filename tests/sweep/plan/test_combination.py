"""A combination: its id, which hangs on what its row hangs on, and what its row says."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.sweep.asked import Point
from py.sweep.asked.axes import AXES
from py.sweep.plan import combination
from py.sweep.plan.combination import Combination
from py.sweep.plan.setting import PlatformFile

EYERISS = PlatformFile.read("eyeriss")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)
POINTS = st.dictionaries(st.sampled_from(list(AXES)), TEXTS, max_size=3).map(
    lambda texts: Point({name: texts[name] for name in AXES if name in texts})
)


@given(POINTS, POINTS, st.sampled_from(["a", "b"]), st.sampled_from([None, "x", "y"]))
def test_ids_are_equal_where_all_is_and_nowhere_else(
    one: Point, other: Point, content: str, zeros: str | None
) -> None:
    first = Combination(0, 0, one).id("a", EYERISS)
    second = Combination(7, 3, other).id(content, EYERISS, zeros)
    assert (first == second) == (one == other and content == "a" and zeros is None)


def test_an_id_changes_with_the_platform_and_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Combination(0, 0, Point({"batch": "2"}))
    first = one.id("a", EYERISS)
    assert len(first) == 24
    assert one.id("a", replace(EYERISS, hash="0" * 16)) != first
    # What it is called and where it lies changes nothing.
    assert one.id("a", replace(EYERISS, id="other", own=True)) == first
    monkeypatch.setattr(combination, "ENGINE", "9.9.9")
    assert one.id("a", EYERISS) != first


def test_what_a_row_says_of_what_was_asked() -> None:
    texts = {"batch": "4", "bits": "8;a:4", "array": "4x4", "clock": "1.5MHz"}
    values = Combination(0, 0, Point(texts)).values("zoo/net.v2.onnx", "f0", EYERISS, {})
    assert values == {
        "model": "net.v2",
        "model_path": "zoo/net.v2.onnx",
        "model_sha256": "f0",
        "platform": "eyeriss",
        "platform_kind": "accelerator",
        "platform_hash": EYERISS.hash,
        "batch": 4,
        "bits": "8;a:4",
        "array": "4x4",
        "clock_hz": 1.5e6,
    }
    bare = Combination(0, 0, Point({"clock": "none"})).values("a.onnx", None, EYERISS, {})
    assert (bare["batch"], bare["clock_hz"], bare["model_sha256"]) == (None, None, None)


def test_a_link_without_a_result_has_no_name_of_a_file() -> None:
    link = f"https://example.org/#v1.{'x' * 500}"
    values = Combination(0, 0, Point()).values(link, None, EYERISS, {})
    assert (values["model"], values["model_path"]) == ("a link", link)


@pytest.mark.parametrize("name", ["zoo/net.onnx", "net.onnx", "net"])
def test_errors_are_by_path_file_or_name(name: str) -> None:
    one = Combination(0, 0, Point())
    values = one.values("zoo/net.onnx", None, EYERISS, {name: 0.3, "other": 0.1})
    assert (values["top_error"], values["accuracy"]) == (0.3, 0.7)
    assert "accuracy" not in one.values("zoo/nets.onnx", None, EYERISS, {name: 0.3})


def test_the_path_goes_before_the_name() -> None:
    errors = {"net": 0.1, "b/net.onnx": 0.2}
    found = [
        Combination(0, 0, Point()).values(path, None, EYERISS, errors)["top_error"]
        for path in ("a/net.onnx", "b/net.onnx")
    ]
    assert found == [0.1, 0.2]


def test_a_platform_file_is_the_users_own_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps({**EYERISS.file, "id": "own"}))
    own = PlatformFile.read(str(path))
    assert (own.id, own.kind, own.own) == ("own", "accelerator", True)
    assert EYERISS.own is False
    assert own.hash != EYERISS.hash
