"""The same question has the same key everywhere, and another has another."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.sweep.answers.engine_digest import engine_digest
from py.sweep.answers.key import canonical, key_of

CHOICES: dict[str, Any] = {
    "platform": "0123456789abcdef",
    "dataflow": "row-stationary",
    "objective": "energy",
    "array": [12, 14],
    "capacities": {"global_buffer": 110_592},
    "clock_hz": 2e8,
}
QUESTION: dict[str, Any] = {
    "loops": {"n": 1, "m": 64, "stride": [1, 1]},
    "widths": [16, 16, 32],
    "zeros": {"ifmap": 0.5, "weight": None, "ofmap": 0.0},
}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def places(data: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every leaf."""
    if isinstance(data, dict):
        return [found for name, own in data.items() for found in places(own, (*way, name))]
    if isinstance(data, list):
        return [found for at, own in enumerate(data) for found in places(own, (*way, at))]
    return [way]


def changed(data: Any, way: tuple[Any, ...]) -> Any:
    other = copy.deepcopy(data)
    holder = other
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = "another"
    return other


def test_a_key_is_64_hex_digits_of_this_engine() -> None:
    key = key_of(CHOICES, QUESTION)
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")
    assert key == key_of(CHOICES, QUESTION, engine=engine_digest())
    assert key != key_of(CHOICES, QUESTION, engine="another")


def test_every_part_changes_the_key() -> None:
    keys = {key_of(CHOICES, QUESTION, engine="e")}
    keys |= {key_of(changed(CHOICES, way), QUESTION, engine="e") for way in places(CHOICES)}
    keys |= {key_of(CHOICES, changed(QUESTION, way), engine="e") for way in places(QUESTION)}
    assert len(keys) == 1 + len(places(CHOICES)) + len(places(QUESTION))


def test_the_order_of_names_and_the_writing_of_numbers_change_nothing() -> None:
    other = dict(reversed({**CHOICES, "clock_hz": 200_000_000}.items()))
    zeros = {"ifmap": 0.5, "weight": None, "ofmap": 0}
    asked = {**QUESTION, "zeros": zeros, "widths": (16.0, 16, 32)}
    assert key_of(other, asked, engine="e") == key_of(CHOICES, QUESTION, engine="e")


def test_true_is_not_one_and_a_text_no_number() -> None:
    assert len({canonical(value) for value in (True, 1, "1", None, [1], {"1": 1})}) == 6


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_has_no_key(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        key_of({**CHOICES, "clock_hz": number}, QUESTION, engine="e")


@given(json_values, json_values)
def test_values_have_the_same_text_where_they_are_equal(one: Any, other: Any) -> None:
    assert canonical(one) == canonical(copy.deepcopy(one))
    if canonical(one) == canonical(other):
        assert one == other
