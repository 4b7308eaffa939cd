"""A seal is of one key and one value."""

from hypothesis import given
from hypothesis import strategies as st

from py.sweep.answers.sealed import Sealed, is_whole, number_of, sealed


@given(st.text(st.characters()), st.binary(max_size=64), st.text(st.characters()), st.binary())
def test_only_its_own_key_and_value_pass(
    key: str, value: bytes, other_key: str, other_value: bytes
) -> None:
    own = sealed(key, value)
    assert is_whole(key, own)
    assert own.number == number_of(key)
    assert -(1 << 63) <= own.number < 1 << 63
    assert is_whole(other_key, own) == (other_key == key)
    assert is_whole(key, own._replace(value=other_value)) == (other_value == value)


@given(st.binary(min_size=1, max_size=64), st.data())
def test_a_flipped_bit_is_seen(value: bytes, data: st.DataObject) -> None:
    own = sealed("key", value)
    for name in ("value", "seal"):
        damaged = bytearray(getattr(own, name))
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        assert not is_whole("key", Sealed(**{**own._asdict(), name: bytes(damaged)}))


def test_what_is_not_of_bytes_is_not_whole() -> None:
    own = sealed("key", b"value")
    for odd in (None, "value", 7, 1.5):
        assert not is_whole("key", own._replace(value=odd))  # type: ignore[arg-type]
        assert not is_whole("key", own._replace(seal=odd))  # type: ignore[arg-type]
