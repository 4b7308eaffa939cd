"""An answer is read back to the digit; what is no answer is none."""

import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.platforms.accelerator.best import Best
from py.platforms.accelerator.choice import Choice
from py.platforms.accelerator.mapper.found import Found
from py.platforms.accelerator.nest.dims import DIMS
from py.platforms.accelerator.nest.mapping import Mapping
from py.sweep.answers.codec import MOST_CHARACTERS, Answer, decode, encode
from py.sweep.answers.key import canonical
from py.sweep.answers.refusal import Refusal

numbers = st.floats(0, allow_nan=False, allow_infinity=False)
sizes = st.tuples(*[st.integers(1, 1 << 40)] * len(DIMS))
texts = st.text(min_size=1, max_size=40)


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    levels = draw(st.integers(1, 5))
    tiles: list[Any] = []
    for _ in range(levels - 1):
        around = tiles[-1] if tiles else (1 << 40,) * len(DIMS)
        tiles.append(tuple(min(pair) for pair in zip(draw(sizes), around, strict=True)))
    orders = [
        "".join(order)
        for order in draw(st.lists(st.permutations(DIMS), min_size=levels, max_size=levels))
    ]
    kept = st.lists(
        st.tuples(st.booleans(), st.booleans(), st.booleans()),
        min_size=levels - 1,
        max_size=levels - 1,
    )
    unrolled: Any = draw(st.lists(sizes, max_size=3))
    return Mapping(tuple(tiles), tuple(unrolled), tuple(orders), tuple(draw(kept)))


choices = st.builds(
    Choice,
    st.booleans(),
    st.builds(
        Best,
        st.builds(
            Found,
            mappings(),
            energy=numbers,
            cycles=st.integers(0, 1 << 60),
            delay=numbers,
            value=numbers,
            bound=numbers,
            looked_at=st.integers(0, 1 << 40),
        ),
        st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    ),
)
refusals = st.builds(Refusal, texts, texts, texts)
answers = choices | refusals


@given(answers)
def test_an_answer_is_read_back_to_the_digit(answer: Answer) -> None:
    assert decode(encode(answer)) == answer


@given(answers, st.data())
def test_a_damaged_answer_is_none_or_the_same(answer: Answer, data: st.DataObject) -> None:
    """Damage is the store's to see; here it must only not get through as something odd."""
    told = bytearray(encode(answer))
    place = data.draw(st.integers(0, len(told) - 1))
    told[place] ^= data.draw(st.integers(1, 255))
    found = decode(bytes(told))
    assert found is None or decode(encode(found)) == found
    cut = decode(encode(answer)[:place])
    assert cut is None


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_none(data: bytes) -> None:
    for told in (data, b"j" + data, b"z" + data, b"z" + zlib.compress(data)):
        assert decode(told) is None


GOOD = Choice(
    False,
    Best(
        Found(
            Mapping(((1,) * 10,), ((2,) * 10,), (DIMS, DIMS), ((True, False, True),)),
            *(1.5, 10, 12.5, 1.5, 1.25, 7),
        ),
        (("global buffer", "c"),),
    ),
)


def written(data: Any) -> bytes:
    return b"j" + canonical(data).encode()


def test_the_plain_form_is_read_too() -> None:
    assert decode(written({"choice": GOOD.as_json()})) == GOOD


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("flat", 2),
        ("flat", None),
        ("cycles", 1.5),
        ("cycles", "10"),
        ("looked_at", True),
        ("energy", "1.5"),
        ("kept", [[True, False, 1]]),
        ("kept", [[True, False, True, True]]),
        ("cut", [["global buffer", 1]]),
        ("orders", [DIMS, list(DIMS)]),
        ("tiles", [[1] * 9]),
        ("tiles", []),
        ("more", 1),
    ],
)
def test_what_reads_like_a_choice_and_is_none_is_refused(name: str, value: Any) -> None:
    assert decode(written({"choice": {**GOOD.as_json(), name: value}})) is None


@pytest.mark.parametrize(
    "data",
    [
        *(None, 1, [], {}, "choice", {"choice": None}, {"other": GOOD.as_json()}),
        {"choice": GOOD.as_json(), "refusal": {}},
        {"refusal": {"code": "a", "message": "b"}},
        {"refusal": {"code": "a", "message": "b", "remedy": 1}},
        {"refusal": {"code": "", "message": "b", "remedy": "c"}},
        {"refusal": {"code": "a", "message": "b", "remedy": "c", "more": 1}},
        {"refusal": ["a", "b", "c"]},
    ],
)
def test_what_is_neither_is_refused(data: Any) -> None:
    assert decode(written(data)) is None


def test_another_writing_of_the_same_is_refused() -> None:
    """One answer, one text: so nothing that is read was lost or added in reading."""
    assert decode(b"j" + json.dumps({"choice": GOOD.as_json()}).encode()) is None
    assert decode(encode(GOOD) + b"x") is None


def test_reading_is_bounded() -> None:
    bomb = b"z" + zlib.compress(b'{"refusal":' + b" " * 50_000_000, 9)
    assert len(bomb) < 60_000
    assert decode(bomb) is None
    assert decode(b"j" + b"[" * 100_000) is None
    assert decode(b"j" + b'{"a":' * 60_000) is None
    assert (
        decode(written({"refusal": {"code": "a", "message": "b", "remedy": "c" * (1 << 17)}}))
        is None
    )


def test_what_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(ValueError, match=str(MOST_CHARACTERS)):
        encode(Refusal("a", "b", "c" * MOST_CHARACTERS))
    with pytest.raises(ValueError, match="JSON"):
        encode(
            Choice(False, Best(Found(GOOD.best.found.mapping, float("inf"), 1, 1.0, 1.0, 1.0, 1)))
        )


def test_a_refusal_is_the_error_that_was_raised() -> None:
    error = JoulegraphError("does-not-fit", "No mapping fits.", "Give it more room.")
    told = Refusal.of(error).error()
    assert (told.code, str(told)) == (error.code, str(error))


@pytest.mark.parametrize("texts", [("", "b", "c"), ("a", "", "c"), ("a", "b", None)])
def test_a_refusal_has_texts(texts: Any) -> None:
    with pytest.raises(ValueError, match="a text, got"):
        Refusal(*texts)
