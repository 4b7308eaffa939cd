"""A sweep: the order of its combinations, how many there are, and what it refuses."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.sweep.asked import Grid, Sweep

NAMES = st.lists(st.sampled_from(list("abcd")), min_size=1, max_size=4, unique=True)
KINDS = st.fixed_dictionaries(
    {name: st.sampled_from(["accelerator", "measured", "datasheet"]) for name in "abcd"}
)
GRIDS = st.sampled_from(
    [
        Grid(),
        Grid({"batch": ("1", "2", "4")}),
        Grid({"array": ("4x4", "8x8")}),
        Grid({"array": ("4x4", "8x8"), "batch": ("1", "2"), "clock": ("1MHz",)}),
    ]
)


@given(NAMES, NAMES, GRIDS, KINDS)
def test_models_then_platforms_then_points(
    models: list[str], platforms: list[str], grid: Grid, kinds: dict[str, str]
) -> None:
    sweep = Sweep(tuple(models), tuple(platforms), grid)
    found = list(sweep.points(kinds))
    assert len(found) == sweep.count(kinds)
    assert found == [
        (model, platform, point)
        for model in models
        for platform in platforms
        for point in grid.of_kind(kinds[platform]).points()
    ]
    told = [
        (model, platform, tuple(point.texts.items()), "array" in point.texts)
        for model, platform, point in found
    ]
    assert len(set(told)) == len(told)
    assert all(
        with_array == ("array" in grid.values and kinds[platform] == "accelerator")
        for _, platform, _, with_array in told
    )


def test_its_json_tells_all_of_it() -> None:
    sweep = Sweep(
        ("a.onnx",),
        ("t4",),
        Grid({"clock": ("1MHz",), "batch": ("1", "2")}),
        {"a": 0.25},
        layers=True,
        links=False,
        site="https://example.org/",
    )
    assert json.loads(json.dumps(sweep.as_json())) == {
        "models": ["a.onnx"],
        "platforms": ["t4"],
        "grid": {"batch": ["1", "2"], "clock": ["1MHz"]},
        "top_errors": {"a": 0.25},
        "layers": True,
        "links": False,
        "site": "https://example.org/",
    }


def test_its_json_can_be_written_whatever_files_are_called() -> None:
    stray = os.fsdecode(b"\xff.onnx")
    told = Sweep((stray, "é😀.onnx"), ("t4",), Grid({"zeros": (stray,)}), {stray: 0.5}).as_json()
    assert json.dumps(told, ensure_ascii=False).encode()
    assert told["models"] == ["\\udcff.onnx", "é😀.onnx"]
    assert (told["grid"], told["top_errors"]) == (
        {"zeros": ["\\udcff.onnx"]},
        {"\\udcff.onnx": 0.5},
    )


@pytest.mark.parametrize(
    ("models", "platforms", "told"),
    [
        ((), ("t4",), "Sweep.models"),
        (("a", "b", "a"), ("t4",), "Sweep.models"),
        (("a",), (), "Sweep.platforms"),
        (("a",), ("t4", "t4"), "Sweep.platforms"),
    ],
)
def test_none_or_one_twice_is_refused(
    models: tuple[str, ...], platforms: tuple[str, ...], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Sweep(models, platforms)
