"""Axes, points that are shown, and what an SVG is made of."""

import math
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.reports import svg
from py.reports.axis import Axis, around

_ENDS = st.tuples(
    st.floats(min_value=1e-9, max_value=1e9), st.floats(min_value=1.1, max_value=1e9)
).map(lambda found: (found[0], found[0] * found[1]))


@given(_ENDS, st.floats(min_value=-0.5, max_value=1.5))
def test_places_grow_with_values_and_stay_on_the_axis(
    ends: tuple[float, float], share: float
) -> None:
    axis = Axis(*ends, 10.0, 110.0)
    value = ends[0] * (ends[1] / ends[0]) ** share
    place = axis.place(value)
    assert 10.0 <= place <= 110.0
    assert place == pytest.approx(10 + 100 * min(1, max(0, share)), abs=1e-6)


def test_what_has_no_logarithm_stands_at_the_low_end() -> None:
    axis = Axis(1.0, 10.0, 346.0, 10.0)
    assert axis.place(0.0) == axis.place(-3.0) == axis.place(math.nan) == 346.0
    assert axis.place(1e9) == 10.0


@given(_ENDS)
def test_named_values_are_few_in_order_and_on_the_axis(ends: tuple[float, float]) -> None:
    found = Axis(*ends, 0.0, 1.0).named()
    assert found == sorted(set(found))
    assert all(ends[0] * 0.99999 <= value <= ends[1] * 1.00001 for value in found)
    assert 2 <= len(found) <= 7


@pytest.mark.parametrize(
    ("ends", "named"),
    [
        ((1.0, 1000.0), [1, 10, 100, 1000]),
        ((2e-5, 2e-3), [3e-5, 1e-4, 3e-4, 1e-3]),
        ((0.15, 7.0), [0.2, 0.5, 1, 2, 5]),
        ((20.0, 70.0), [20, 30, 40, 50, 60, 70]),
        ((0.82, 1.22), [0.9, 1, 1.1, 1.2]),
        ((16.0, 24.0), [16, 18, 20, 22, 24]),
    ],
)
def test_named_values_are_round(ends: tuple[float, float], named: list[float]) -> None:
    assert Axis(*ends, 0.0, 1.0).named() == named


def test_an_axis_refuses_what_has_no_logarithm() -> None:
    with pytest.raises(ValueError, match="0 < low < high"):
        Axis(0.0, 1.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="0 < low < high"):
        Axis(2.0, 2.0, 0.0, 1.0)


def test_ends_leave_a_margin_even_around_a_single_value() -> None:
    low, high = around([5.0])
    assert low < 5.0 < high
    low, high = around([1.0, math.exp(10)])
    assert math.log(low) == pytest.approx(-0.5)
    assert math.log(high) == pytest.approx(10.5)


@given(st.text())
def test_words_in_a_picture_stay_words(words: str) -> None:
    found: list[str] = []

    class Read(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(tag)

    drawn = [svg.text(1, 2, words, "tick"), svg.told_dot((1, 2), words, "worst")]
    reader = Read()
    reader.feed(svg.picture(10, 10, words, drawn))
    reader.close()
    assert found == ["svg", "text", "circle", "title"]


def test_points_are_one_path() -> None:
    assert svg.dots([(1.04, 2.0), (3.0, 4.25)], "dots") == '<path class="dots" d="M1 2h0M3 4.2h0"/>'
    assert svg.dots([], "dots") == ""
    assert svg.place(-0.04) == "0"
