"""The vectors that page and terminal share: numbers with units, and links."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import decode_link, encode_link
from py.breakdown.quantity import with_unit
from py.errors import JoulegraphError

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
LINKS = json.loads((VECTORS / "links.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("value", "unit", "text"), json.loads((VECTORS / "format.json").read_text(encoding="utf-8"))
)
def test_numbers_read_as_agreed(value: float | None, unit: str, text: str) -> None:
    assert with_unit(value, unit) == text


@given(st.floats(1e-18, 1e18) | st.integers(-(10**15), 10**15))
def test_a_written_number_is_near_its_value(value: float) -> None:
    powers = {
        "f": -15,
        "p": -12,
        "n": -9,
        "µ": -6,
        "m": -3,
        "k": 3,
        "M": 6,
        "G": 9,
        "T": 12,
        "P": 15,
    }
    digits, _, rest = with_unit(value, "J").partition(" ")
    read = float(digits) * 10.0 ** powers.get(rest[:-1], 0)
    assert read == pytest.approx(value, rel=5.1e-4)


@pytest.mark.parametrize("entry", LINKS["good"])
def test_good_links_decode_to_their_state(entry: dict[str, Any]) -> None:
    assert decode_link(entry["fragment"]) == entry["state"]
    assert decode_link("https://example.org/a/b" + entry["fragment"]) == entry["state"]
    assert decode_link(encode_link(entry["state"])) == entry["state"]


@pytest.mark.parametrize("entry", LINKS["bad"], ids=lambda entry: entry["name"])
def test_bad_links_are_told(entry: dict[str, Any]) -> None:
    with pytest.raises(JoulegraphError) as caught:
        decode_link(entry["fragment"])
    assert caught.value.code == entry["code"]


@given(st.data())
@settings(max_examples=200)
def test_one_flipped_character_never_decodes_to_something_else(data: st.DataObject) -> None:
    entry = LINKS["good"][0]
    fragment = entry["fragment"]
    place = data.draw(st.integers(4, len(fragment) - 1))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz0189-_"))
    flipped = fragment[:place] + letter + fragment[place + 1 :]
    codes = ("link-damaged", "json-invalid", "link-invalid")
    assert outcome(flipped) in (entry["state"], *codes)  # the last one may hold unused bits


def outcome(fragment: str) -> Any:
    """The state of a link, or the code of the error."""
    try:
        return decode_link(fragment)
    except JoulegraphError as error:
        return error.code
