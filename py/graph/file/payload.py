"""The elements of a tensor in the file: where they are, and their values when a rule asks for them.

Nothing but the smallest is read before ``values`` is called, and then only tensors of up to 4,096
elements.
"""

import struct
from collections.abc import Sequence

from py.graph.file.message import Message
from py.graph.file.source import Source
from py.graph.file.wire import fixed32_tag, fixed64_tag, length_tag, signed, varint, varint_tag
from py.graph.tensor_type import Scalar

MAX_VALUES = 4096
_INLINE_BYTES = 128  # kept when the tensor is met, because coming back costs more than the bytes
_MAX_PIECE_BYTES = 16 * MAX_VALUES  # the longest elements that are read: 10-byte varints

RAW, TEXT = length_tag(9), length_tag(6)
FLOATS, FLOAT = length_tag(4), fixed32_tag(4)
DOUBLES, DOUBLE = length_tag(10), fixed64_tag(10)
VARINTS = frozenset({length_tag(5), length_tag(7), length_tag(11)})
VARINT = frozenset({varint_tag(5), varint_tag(7), varint_tag(11)})
PIECES = VARINTS | VARINT | {RAW, TEXT, FLOATS, FLOAT, DOUBLES, DOUBLE}

_STRUCT = {
    "float32": "f",
    "float64": "d",
    "float16": "e",
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
    "bool": "?",
}
_SIGNED = ("int8", "int16", "int32", "int64")
_UNSIGNED = ("uint8", "uint16", "uint32", "uint64")

Piece = tuple[int, int, int]


class Payload:
    """``pieces`` are (tag, begin, end) in the file, or (tag, value, 0) for a varint field."""

    __slots__ = ("_inline", "_loaded", "_source", "_values", "dtype", "elements", "pieces")

    def __init__(
        self, message: Message, dtype: str | None, elements: int, pieces: Sequence[Piece]
    ) -> None:
        self.dtype, self.elements = dtype, elements
        base = message.base
        self.pieces = tuple(
            [(tag, a, b) if tag in VARINT else (tag, a + base, b + base) for tag, a, b in pieces]
        )
        self._source: Source = message.source
        self._inline: bytes | None = None
        if len(pieces) == 1 and 0 < pieces[0][2] - pieces[0][1] <= _INLINE_BYTES:
            self._inline = message.read(*pieces[0][1:])
        self._values: tuple[Scalar, ...] | None = None
        self._loaded = False

    @property
    def read_already(self) -> tuple[Scalar, ...] | None:
        """The elements, where ``values`` has read them."""
        return self._values

    def values(self) -> tuple[Scalar, ...] | None:
        """Return the elements; None if not in the file, more than 4,096 or of a type not read."""
        if not self._loaded:
            self._loaded = True
            values = self._read() if self.elements <= MAX_VALUES else None
            if values is not None and len(values) == self.elements:
                self._values = tuple(values)
        return self._values

    def _read(self) -> list[Scalar] | None:
        values: list[Scalar] = []
        for tag, a, b in self.pieces:
            if tag in VARINT:
                values.append(self._typed(a))
                continue
            if b - a > _MAX_PIECE_BYTES:
                return None
            data = self._inline if self._inline is not None else self._source.read(a, b)
            piece = self._decode(tag, data)
            if piece is None:
                return None
            values.extend(piece)
        return values

    def _decode(self, tag: int, data: bytes) -> Sequence[Scalar] | None:
        if tag == RAW:
            return self._raw(data)
        if tag == TEXT:
            return [str(data, "utf-8", "replace")]
        if tag in VARINTS:
            return [self._typed(number) for number in _varints(data)]
        return _unpacked("f" if tag in (FLOATS, FLOAT) else "d", data)

    def _raw(self, data: bytes) -> Sequence[Scalar] | None:
        if self.dtype in ("int4", "uint4"):
            nibbles = [n for byte in data for n in (byte & 15, byte >> 4)][: self.elements]
            return [n - 16 if n > 7 and self.dtype == "int4" else n for n in nibbles]
        if self.dtype == "bfloat16":
            return [_bfloat16(int(half)) for half in _unpacked("H", data) or ()]
        code = _STRUCT.get(self.dtype or "")
        return None if code is None else _unpacked(code, data)

    def _typed(self, number: int) -> Scalar:
        """Return a varint of int32_data, int64_data or uint64_data as the type means it."""
        if self.dtype in _SIGNED:
            return signed(number)
        if self.dtype in _UNSIGNED:
            return number
        if self.dtype == "bool":
            return bool(number)
        if self.dtype == "bfloat16":
            return _bfloat16(number & 0xFFFF)
        if self.dtype == "float16":
            value: float = struct.unpack("<e", struct.pack("<H", number & 0xFFFF))[0]
            return value
        return None


def _unpacked(code: str, data: bytes) -> tuple[int | float | bool, ...] | None:
    count, rest = divmod(len(data), struct.calcsize("<" + code))
    return None if rest else struct.unpack(f"<{count}{code}", data)


def _varints(data: bytes) -> list[int]:
    values, position = [], 0
    while position < len(data):
        value, position = varint(data, position, len(data))
        values.append(value)
    return values


def _bfloat16(half: int) -> float:
    value: float = struct.unpack("<f", struct.pack("<I", half << 16))[0]
    return value
