"""The wire format: what is read, what is skipped, and how broken bytes end."""

import io

import pytest

from py.errors import JoulegraphError
from py.graph.file.message import MAX_DEPTH, Message
from py.graph.file.source import MAX_FIELDS, WINDOW_BYTES, Source
from py.graph.file.wire import length_tag, signed, varint, varint_tag
from tests.graph.wire_bytes import integer, nested, number


def message_of(data: bytes) -> Message:
    return Message(Source(io.BytesIO(data)), 0, len(data))


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**31, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_varint_is_read_back(value: int) -> None:
    data = number(value)
    assert varint(data, 0, len(data)) == (value, len(data))


def test_a_negative_number_is_ten_bytes_of_varint() -> None:
    assert signed(varint(b"\xff" * 9 + b"\x01", 0, 10)[0]) == -1


@pytest.mark.parametrize("data", [b"\xff" * 10 + b"\x01", b"\x80" * 11])
def test_a_varint_that_never_ends_is_refused(data: bytes) -> None:
    with pytest.raises(JoulegraphError, match="more than 10 bytes"):
        varint(data, 0, len(data))


def test_fields_come_with_their_place() -> None:
    data = integer(1, 300) + nested(2, "abc") + b"\x1d\x00\x00\x80\x3f" + b"\x21" + bytes(8)
    fields = list(message_of(data).fields())
    assert fields[0] == (varint_tag(1), 300, 0)
    assert fields[1][0] == length_tag(2)
    assert message_of(data).text(*fields[1][1:]) == "abc"
    assert [b - a for _, a, b in fields[2:]] == [4, 8]


@pytest.mark.parametrize("padding", [0, WINDOW_BYTES])
def test_small_and_large_messages_read_alike(padding: int) -> None:
    data = nested(9, bytes(padding)) + integer(1, 5) + nested(2, nested(3, "deep"))
    found = {tag: (a, b) for tag, a, b in message_of(data).fields()}
    message = message_of(data)
    inner = message.child(*found[length_tag(2)])
    ((tag, a, b),) = inner.fields()
    assert (found[varint_tag(1)], tag, inner.text(a, b)) == ((5, 0), length_tag(3), "deep")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x0b", "wire type 3"),
        (b"\x0c", "wire type 4"),
        (b"\x0e\x00", "wire type 6"),
        (b"\x00\x00", "field number"),
        (b"\xf8\xff\xff\xff\xff\x01\x00", "field number"),
    ],
)
@pytest.mark.parametrize("padding", [0, WINDOW_BYTES])
def test_what_protobuf_has_not_is_refused(data: bytes, what: str, padding: int) -> None:
    before = nested(9, bytes(padding)) if padding else b""
    with pytest.raises(JoulegraphError, match=what) as caught:
        list(message_of(before + data).fields())
    assert caught.value.code == "malformed"


@pytest.mark.parametrize("padding", [0, WINDOW_BYTES])
def test_a_length_past_the_end_of_the_file_is_a_truncation(padding: int) -> None:
    data = nested(9, bytes(padding)) + nested(2, "abcdef")[:-1]
    with pytest.raises(JoulegraphError) as caught:
        list(message_of(data).fields())
    assert caught.value.code == "truncated"


@pytest.mark.parametrize("padding", [0, WINDOW_BYTES])
def test_a_length_past_the_end_of_its_message_is_damage(padding: int) -> None:
    inner = nested(9, bytes(padding)) + number(2 << 3 | 2) + number(1 << 40)
    message = message_of(nested(1, inner) + bytes(100))
    _, a, b = next(message.fields())
    with pytest.raises(JoulegraphError) as caught:
        list(message.child(a, b).fields())
    assert caught.value.code == "malformed"


def test_nesting_is_bounded() -> None:
    message = message_of(bytes(10))
    for _ in range(MAX_DEPTH):
        message = message.child(0, 10)
    with pytest.raises(JoulegraphError) as caught:
        message.child(0, 10)
    assert caught.value.code == "too-deep"


def test_the_number_of_fields_is_bounded() -> None:
    source = Source(io.BytesIO(b""))
    source.count(MAX_FIELDS)
    with pytest.raises(JoulegraphError) as caught:
        source.count(1)
    assert caught.value.code == "too-many"


def test_a_name_of_megabytes_is_refused() -> None:
    data = nested(1, bytes(2 << 20))
    ((_, a, b),) = message_of(data).fields()
    with pytest.raises(JoulegraphError, match="too long"):
        message_of(data).text(a, b)


class CountingFile(io.BytesIO):
    """A file that knows how much of it was read."""

    read_bytes = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.read_bytes += len(data)
        return data


def test_skipped_bytes_are_not_read() -> None:
    data = nested(1, bytes(5_000_000)) + nested(2, bytes(5_000_000)) + integer(3, 1)
    file = CountingFile(data)
    tags = [tag for tag, _, _ in Message(Source(file), 0, len(data)).fields()]
    assert tags == [length_tag(1), length_tag(2), varint_tag(3)]
    assert file.read_bytes <= 3 * WINDOW_BYTES
