"""Fitting again: the same bytes, the same to six digits, or the first fields that differ."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.check.difference import differences
from py.measure.fit.profile_fit import written
from tests.measure.check.made import failed, look
from tests.platforms.accelerator.edited import edited


def _write(good: Path, change: dict[str, Any]) -> None:
    data = json.loads(good.read_text(encoding="utf-8"))
    good.write_text(written(edited(change, data)), encoding="utf-8")


def _coefficient(good: Path) -> float:
    data = json.loads(good.read_text(encoding="utf-8"))
    found: float = data["models"][0]["time_s"]["terms"][0]["coefficient"]
    return found


PATH = "models.0.time_s.terms.0.coefficient"


def test_another_processor_s_last_digits_are_the_same_to_six(good: Path) -> None:
    _write(good, {PATH: _coefficient(good) * (1 + 2e-7)})
    found = look(good)
    assert failed(found) == []
    assert "The same to 6 digits: 1 numbers" in found.finding("refit").said


def test_a_number_that_differs_is_told_with_its_path(good: Path) -> None:
    _write(good, {PATH: _coefficient(good) * 1.001})
    found = look(good)
    assert failed(found) == ["refit"]
    assert "models[0].time_s.terms[0].coefficient is" in found.finding("refit").said


def test_a_number_that_was_rounded_the_other_way_is_the_same() -> None:
    assert [one.rounding for one in differences({"a": 0.1234}, {"a": 0.1235})] == [True]
    assert [one.rounding for one in differences({"a": 0.1234}, {"a": 0.1236})] == [False]
    assert [one.rounding for one in differences({"a": 12}, {"a": 13})] == [False]
    assert [one.rounding for one in differences({"a": 5e-05}, {"a": 6e-05})] == [True]


def test_another_layout_is_told(good: Path) -> None:
    good.write_text(json.dumps(json.loads(good.read_text()), indent=2), encoding="utf-8")
    found = look(good)
    assert failed(found) == ["refit"]
    assert "written otherwise" in found.finding("refit").said


def test_a_later_version_of_a_profile_is_fitted_again(good: Path) -> None:
    _write(good, {"version": 3})
    assert failed(look(good)) == []


def test_a_term_that_is_gone_is_told(good: Path) -> None:
    _write(good, {"models.0.time_s.terms.0": ..., "correlation": 0.5})
    said = look(good).finding("refit").said
    assert "the length of models[0].time_s.terms" in said


def test_a_field_that_is_there_once_is_told() -> None:
    found = [str(one) for one in differences({"a": 1, "b": [1, 2]}, {"a": 1, "c": 2})]
    assert found == [
        "b is there, and left out when fitted again",
        "c is left out, and there when fitted again",
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(one=json_values)
def test_nothing_differs_from_itself(one: Any) -> None:
    assert list(differences(one, json.loads(json.dumps(one)))) == []


@given(value=st.floats(1e-12, 1e12), off=st.floats(1e-5, 0.5))
def test_a_difference_in_the_sixth_digit_is_real_for_a_number_of_many(
    value: float, off: float
) -> None:
    """A number written with sixteen digits is not one that was rounded to four."""
    value = math.nextafter(value * 1.0000001, math.inf)
    found = list(differences(value, value * (1 + off)))
    if len(repr(value).partition("e")[0]) > 12:
        assert [one.rounding for one in found] == [False]


@pytest.mark.parametrize(("had", "found"), [(True, 1), (1, 1.0), ("1", 1), (None, 0)])
def test_a_type_is_part_of_a_value(had: Any, found: Any) -> None:
    assert [one.rounding for one in differences([had], [found])] == [False]
