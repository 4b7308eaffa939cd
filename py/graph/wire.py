"""The protobuf wire format, read from a seekable file without reading what is not asked for.

Terms: a *message* is a run of *fields*; each field begins with a *tag* (field number and wire
type). ``Message.fields`` yields ``(tag, a, b)``: for a varint field ``a`` is the value (unsigned,
64 bits), for every other kind ``a`` and ``b`` are where its bytes begin and end. Field contents are
skipped by seeking; only messages of up to 16 KiB are taken into memory as a whole.

Bounded: varints to 10 bytes, every length by the end of its message, nesting to 100 messages,
fields to four million per file. Groups, which ONNX never uses, are refused.
"""

from collections.abc import Iterator
from typing import BinaryIO

from py.errors import JoulegraphError

IN_MEMORY_BYTES = 16 * 1024
WINDOW_BYTES = 64 * 1024
MAX_DEPTH = 100
MAX_FIELDS = 4_000_000
MAX_TEXT_BYTES = 1024 * 1024
_HEADER_BYTES = 20  # a tag and a length, of 10 bytes each at most
_MAX_FIELD_NUMBER = (1 << 29) - 1
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


def varint_tag(number: int) -> int:
    """Return the tag of varint field ``number``."""
    return number << 3 | _VARINT


def length_tag(number: int) -> int:
    """Return the tag of length-delimited field ``number`` (text, bytes, message, packed list)."""
    return number << 3 | _LENGTH


def fixed32_tag(number: int) -> int:
    """Return the tag of 4-byte field ``number``."""
    return number << 3 | _FIXED32


def fixed64_tag(number: int) -> int:
    """Return the tag of 8-byte field ``number``."""
    return number << 3 | _FIXED64


def signed(value: int) -> int:
    """Return a varint's 64 bits as the int64 that ONNX means."""
    return value - (1 << 64) if value >> 63 else value


def malformed(position: int, what: str) -> JoulegraphError:
    """Return the error for bytes that are no protobuf."""
    return JoulegraphError(
        "malformed",
        f"The file is damaged at byte {position:,}: {what}.",
        "Export the model again, or copy the file again from where it came.",
    )


class _PastEnd(JoulegraphError):
    """A field that runs past the end of its message: of the file itself, when it is the outermost."""


def _past_end(position: int) -> _PastEnd:
    error = malformed(position, "a field runs past the end of its message")
    return _PastEnd(error.code, error.message, error.remedy)


def varint(data: bytes, position: int, end: int, base: int = 0) -> tuple[int, int]:
    """Return the varint at ``position`` and where it ends; ``base`` is the file's offset of data."""
    value = 0
    for shift in range(0, 70, 7):
        if position >= end:
            raise _past_end(base + position)
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, position
    raise malformed(base + position, "a number of more than 10 bytes")


class Source:
    """A seekable file, read through one window, with the count of fields seen so far."""

    __slots__ = ("_data", "_file", "_start", "fields", "size_bytes")

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size_bytes = file.seek(0, 2)
        self._start = 0
        self._data = b""
        self.fields = 0

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` to ``end``; small reads come out of the window."""
        offset = start - self._start
        if offset < 0 or end > self._start + len(self._data):
            self._file.seek(start)
            self._data = self._file.read(max(WINDOW_BYTES, end - start))
            self._start, offset = start, 0
            if len(self._data) < end - start:
                raise truncated(start + len(self._data))
        return self._data[offset : offset + end - start]

    def count(self, fields: int) -> None:
        """Add to the number of fields seen and refuse a file that has too many."""
        self.fields += fields
        if self.fields > MAX_FIELDS:
            raise JoulegraphError(
                "too-many",
                f"The file has more than {MAX_FIELDS:,} fields outside its weights.",
                "Joulegraph reads graphs of up to some 200,000 nodes; split the model.",
            )


def truncated(size_bytes: int) -> JoulegraphError:
    """Return the error for a file of ``size_bytes`` that ends too early."""
    return JoulegraphError(
        "truncated",
        f"The file ends too early: its last field goes on past its {size_bytes:,} bytes.",
        "Copy or download the file again; part of it is missing.",
    )


class Message:
    """One message: its bytes when small, else its place in the file."""

    __slots__ = ("_data", "_depth", "_end", "_start", "base", "source")

    def __init__(self, source: Source, start: int, end: int, depth: int = 0) -> None:
        self.source = source
        self.base = 0  # file offset of position 0
        self._data: bytes | None = None
        self._start, self._end, self._depth = start, end, depth
        if end - start <= IN_MEMORY_BYTES:
            self._data = source.read(start, end)
            self.base, self._start, self._end = start, 0, end - start

    def child(self, start: int, end: int) -> "Message":
        """Return the message between two positions of this one."""
        depth = self._depth + 1
        if depth > MAX_DEPTH:
            raise JoulegraphError(
                "too-deep",
                f"The file nests messages more than {MAX_DEPTH} deep at byte "
                f"{self.base + start:,}.",
                "Subgraphs may be nested some 30 deep; a model nested deeper is not supported.",
            )
        if self._data is None:
            return Message(self.source, start, end, depth)
        child = object.__new__(Message)
        child.source, child.base, child._data = self.source, self.base, self._data
        child._start, child._end, child._depth = start, end, depth
        return child

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes between two positions."""
        if self._data is None:
            return self.source.read(start, end)
        return self._data[start:end]

    def text(self, start: int, end: int) -> str:
        """Return the text between two positions; bytes that are no UTF-8 are replaced."""
        if end - start > MAX_TEXT_BYTES:
            raise JoulegraphError(
                "too-many",
                f"A name of {end - start:,} bytes at byte {self.base + start:,} is too long.",
                f"Names may have up to {MAX_TEXT_BYTES:,} bytes.",
            )
        return str(self.read(start, end), "utf-8", "replace")

    def fields(self) -> Iterator[tuple[int, int, int]]:
        """Yield ``(tag, a, b)`` for every field, as the module's docstring says."""
        fields = self._scan_file() if self._data is None else self._scan_memory(self._data)
        return fields if self._depth else self._outermost(fields)

    def _outermost(self, fields: Iterator[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
        try:
            yield from fields
        except _PastEnd as error:
            raise truncated(self.source.size_bytes) from error

    def _scan_memory(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        position, end, base, count = self._start, self._end, self.base, 0
        while position < end:
            tag = data[position]
            if tag < 0x80:
                position += 1
            else:
                tag, position = varint(data, position, end, base)
            count += 1
            kind = tag & 7
            if kind == _LENGTH:
                length, start = varint(data, position, end, base)
                position = start + length
                if position > end:
                    raise _past_end(base + start)
                b = position
            elif kind == _VARINT:
                start, position = varint(data, position, end, base)
                b = 0
            else:
                start, b = position, position + self._fixed(kind, base + position)
                if b > end:
                    raise _past_end(base + start)
                position = b
            if not 8 <= tag <= _MAX_FIELD_NUMBER << 3 | 7:
                raise malformed(base + position, f"a field number of {tag >> 3}")
            yield tag, start, b
        self.source.count(count)

    def _scan_file(self) -> Iterator[tuple[int, int, int]]:
        source, position, end = self.source, self._start, self._end
        while position < end:
            head = source.read(position, min(position + _HEADER_BYTES, end))
            tag, used = varint(head, 0, len(head), position)
            if not 8 <= tag <= _MAX_FIELD_NUMBER << 3 | 7:
                raise malformed(position, f"a field number of {tag >> 3}")
            source.count(1)
            kind = tag & 7
            if kind == _LENGTH:
                length, used = varint(head, used, len(head), position)
                start = position + used
                position = b = start + length
            elif kind == _VARINT:
                start, used = varint(head, used, len(head), position)
                position, b = position + used, 0
            else:
                start = position + used
                position = b = start + self._fixed(kind, start)
            if position > end:
                raise _past_end(start)
            yield tag, start, b

    @staticmethod
    def _fixed(kind: int, position: int) -> int:
        if kind == _FIXED32:
            return 4
        if kind == _FIXED64:
            return 8
        raise malformed(position, f"wire type {kind}, which ONNX does not use")
