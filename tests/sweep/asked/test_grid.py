"""A grid: its points, their order, and what it refuses."""

from itertools import islice, pairwise
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.sweep.asked.axes import AXES
from py.sweep.asked.grid import MOST_POINTS, Grid, Point

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Any axes, given in any order, with up to three values each."""
    names = draw(st.lists(st.sampled_from(list(AXES)), unique=True, max_size=5))
    values = st.lists(TEXTS, min_size=1, max_size=3, unique=True)
    return Grid({name: tuple(draw(values)) for name in names})


@given(grids())
def test_every_point_comes_once_the_last_axis_fastest(grid: Grid) -> None:
    points = list(grid.points())
    assert len(points) == grid.size == prod(len(texts) for texts in grid.values.values())
    assert len({tuple(point.texts.items()) for point in points}) == grid.size
    assert [list(point.texts) for point in points] == [list(grid.values)] * grid.size
    assert list(grid.values) == [name for name in AXES if name in grid.values]
    # As digits of a number: places of the values count up by one.
    places = [
        [grid.values[name].index(text) for name, text in point.texts.items()] for point in points
    ]
    assert all(before < after for before, after in pairwise(places))


@given(grids(), st.sampled_from(["measured", "datasheet"]))
def test_only_accelerators_have_axes_of_hardware(grid: Grid, kind: str) -> None:
    assert grid.of_kind("accelerator") == grid
    left = grid.of_kind(kind)
    assert dict(left.values) == {
        name: texts for name, texts in grid.values.items() if not AXES[name].of_hardware
    }
    assert left.of_kind(kind) == left


def test_what_belongs_to_hardware() -> None:
    assert [name for name, axis in AXES.items() if axis.of_hardware] == [
        *("array", "capacity", "dataflow", "objective", "clock")
    ]


def test_an_empty_grid_has_one_point_that_asks_for_nothing() -> None:
    assert list(Grid().points()) == [Point()]
    assert Point().arguments() == []


@pytest.mark.parametrize(
    ("name", "text", "arguments"),
    [
        ("batch", "8", ["--batch=8"]),
        ("bits", "w=4,a=8", ["--bits=w=4,a=8"]),
        ("bits", "8; conv1:16 ;fc1:w=2", ["--bits=8", "--bits=conv1:16", "--bits=fc1:w=2"]),
        ("dims", "seq=4;N=2", ["--dim=seq=4", "--dim=N=2"]),
        ("dims", "-x=4", ["--dim=-x=4"]),
        ("zeros", "odd;name.json", ["--density=odd;name.json"]),
        ("zeros", "none", ["--density=none"]),
        ("exits", "a=0.3;b=0.1", ["--exit=a=0.3", "--exit=b=0.1"]),
        ("array", "4x4", ["--array=4x4"]),
        ("capacity", "a=1KiB;b=2", ["--capacity=a=1KiB", "--capacity=b=2"]),
        ("dataflow", "any", ["--dataflow=any"]),
        ("objective", "delay", ["--objective=delay"]),
        ("clock", "1.5 GHz", ["--clock=1.5 GHz"]),
    ],
)
def test_a_value_is_arguments_of_the_program_for_one(
    name: str, text: str, arguments: list[str]
) -> None:
    assert Point({name: text}).arguments() == arguments


def test_a_point_has_the_arguments_of_all_its_axes() -> None:
    (point,) = Grid({"clock": ("1MHz",), "bits": ("4;a:8",), "batch": ("2",)}).points()
    assert point.arguments() == ["--batch=2", "--bits=4", "--bits=a:8", "--clock=1MHz"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"depth": ("1",)}, "'depth'"),
        ({"batch": ()}, "batch takes at least one"),
        ({"batch": ("1", "")}, "batch takes at least one"),
        ({"bits": ("8", "16", "8")}, "'8' twice"),
        ({"dims": ("x" * 4001,)}, "dims takes"),
    ],
)
def test_what_is_no_grid_is_refused(values: dict[str, tuple[str, ...]], told: str) -> None:
    with pytest.raises(JoulegraphError, match=told) as caught:
        Grid(values)
    assert caught.value.code == "bad-option"


def test_a_grid_may_have_so_many_points_and_no_more() -> None:
    side = tuple(map(str, range(1, 1001)))
    last = tuple(map(str, range(MOST_POINTS // 1_000_000)))
    large = Grid({"batch": side, "bits": side, "dims": last})
    assert large.size == MOST_POINTS
    assert len(list(islice(large.points(), 3))) == 3
    with pytest.raises(JoulegraphError, match=f"up to {MOST_POINTS:,} points, got"):
        Grid({"batch": side, "bits": side, "dims": (*last, "more")})
