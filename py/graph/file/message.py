"""A protobuf message, read field by field without reading what is not asked for.

``Message.fields`` yields ``(tag, a, b)``: for a varint field ``a`` is the value (unsigned, 64
bits), for every other kind ``a`` and ``b`` are where its bytes begin and end. Field contents are
skipped by seeking; only messages of up to 16 KiB are taken into memory as a whole.

Bounded: every length by the end of its message, nesting to 100 messages, fields to four million
per file. Groups, which ONNX never uses, are refused.
"""

from collections.abc import Iterator

from py.errors import JoulegraphError
from py.graph.file.source import Source, truncated
from py.graph.file.wire import (
    FIXED32,
    FIXED64,
    LENGTH,
    MAX_FIELD_NUMBER,
    VARINT,
    PastEndError,
    malformed,
    varint,
)

IN_MEMORY_BYTES = 16 * 1024
MAX_DEPTH = 100
MAX_TEXT_BYTES = 1024 * 1024
_HEADER_BYTES = 20  # a tag and a length, of 10 bytes each at most
_HIGHEST_TAG = MAX_FIELD_NUMBER << 3 | 7


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
        if self._data is not None:
            return str(self._data[start:end], "utf-8", "replace")
        if end - start > MAX_TEXT_BYTES:
            raise JoulegraphError(
                "too-many",
                f"A name of {end - start:,} bytes at byte {self.base + start:,} is too long.",
                f"Names may have up to {MAX_TEXT_BYTES:,} bytes.",
            )
        return str(self.source.read(start, end), "utf-8", "replace")

    def fields(self) -> Iterator[tuple[int, int, int]]:
        """Yield ``(tag, a, b)`` for every field, as the module's docstring says."""
        fields = self._scan_file() if self._data is None else self._scan_memory(self._data)
        return fields if self._depth else self._outermost(fields)

    def _outermost(self, fields: Iterator[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
        try:
            yield from fields
        except PastEndError as error:
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
            if kind == LENGTH:
                start = position + 1
                length = data[position] if start <= end else 128
                if length > 127:
                    length, start = varint(data, position, end, base)
                position = start + length
                if position > end:
                    raise PastEndError(base + start)
                b = position
            elif kind == VARINT:
                start, b = data[position] if position < end else 128, 0
                if start < 128:
                    position += 1
                else:
                    start, position = varint(data, position, end, base)
            else:
                start, b = position, position + self._fixed(kind, base + position)
                if b > end:
                    raise PastEndError(base + start)
                position = b
            if not 8 <= tag <= _HIGHEST_TAG:
                raise malformed(base + position, f"a field number of {tag >> 3}")
            yield tag, start, b
        self.source.count(count)

    def _scan_file(self) -> Iterator[tuple[int, int, int]]:
        source, position, end = self.source, self._start, self._end
        while position < end:
            head = source.read(position, min(position + _HEADER_BYTES, end))
            tag, used = head[0], 1
            if tag > 127:
                tag, used = varint(head, 0, len(head), position)
            if not 8 <= tag <= _HIGHEST_TAG:
                raise malformed(position, f"a field number of {tag >> 3}")
            source.count(1)
            kind = tag & 7
            if kind == LENGTH:
                length = head[used] if used < len(head) else 128
                if length > 127:
                    length, used = varint(head, used, len(head), position)
                else:
                    used += 1
                start = position + used
                position = b = start + length
            elif kind == VARINT:
                start, used = varint(head, used, len(head), position)
                position, b = position + used, 0
            else:
                start = position + used
                position = b = start + self._fixed(kind, start)
            if position > end:
                raise PastEndError(start)
            yield tag, start, b

    @staticmethod
    def _fixed(kind: int, position: int) -> int:
        if kind == FIXED32:
            return 4
        if kind == FIXED64:
            return 8
        raise malformed(position, f"wire type {kind}, which ONNX does not use")
