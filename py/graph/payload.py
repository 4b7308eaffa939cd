"""The elements of a tensor in the file: where they are, and their values when a rule asks for them.

Nothing is read before ``values`` is called, and then only for tensors of up to 4,096 elements.
"""

import struct
from dataclasses import dataclass, field

from py.graph.tensor_type import Scalar
from py.graph.wire import Message, fixed32_tag, fixed64_tag, length_tag, signed, varint, varint_tag

MAX_VALUES = 4096

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


@dataclass(slots=True)
class Payload:
    """Where a tensor's elements are: ``pieces`` are (tag, a, b) as ``Message.fields`` yields them."""

    message: Message
    dtype: str | None
    elements: int
    pieces: tuple[tuple[int, int, int], ...]
    _values: tuple[Scalar, ...] | None = field(default=None, repr=False)
    _loaded: bool = field(default=False, repr=False)

    def values(self) -> tuple[Scalar, ...] | None:
        """Return the elements, None where they are not in the file, too many or of a type unread."""
        if not self._loaded:
            self._loaded = True
            if self.elements <= MAX_VALUES:
                values = self._read()
                if values is not None and len(values) == self.elements:
                    self._values = tuple(values)
        return self._values

    @property
    def read_already(self) -> tuple[Scalar, ...] | None:
        """The elements, where ``values`` has read them."""
        return self._values

    def _read(self) -> list[Scalar] | None:
        values: list[Scalar] = []
        for tag, a, b in self.pieces:
            if tag in VARINT:
                values.append(a)
            elif b - a > 16 * MAX_VALUES:
                return None
            elif tag == RAW:
                raw = self._raw(self.message.read(a, b))
                if raw is None:
                    return None
                values.extend(raw)
            elif tag in VARINTS:
                values.extend(_varints(self.message.read(a, b)))
            elif tag == TEXT:
                values.append(self.message.text(a, b))
            else:
                code, size = ("f", 4) if tag in (FLOATS, FLOAT) else ("d", 8)
                data = self.message.read(a, b)
                values.extend(
                    struct.unpack(f"<{len(data) // size}{code}", data[: len(data) // size * size])
                )
        if self.pieces and self.pieces[0][0] in VARINTS | VARINT:
            return self._typed(values)
        return values

    def _raw(self, data: bytes) -> list[Scalar] | None:
        if self.dtype in ("int4", "uint4"):
            nibbles = [n for byte in data for n in (byte & 15, byte >> 4)][: self.elements]
            return [n - 16 if n > 7 and self.dtype == "int4" else n for n in nibbles]
        if self.dtype == "bfloat16":
            halves = struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
            return [_bfloat16(half) for half in halves]
        code = _STRUCT.get(self.dtype or "")
        if code is None:
            return None
        count, rest = divmod(len(data), struct.calcsize("<" + code))
        return None if rest else list(struct.unpack(f"<{count}{code}", data))

    def _typed(self, values: list[Scalar]) -> list[Scalar] | None:
        """Return varints of int32_data, int64_data or uint64_data as what the type makes of them."""
        numbers = [int(value) for value in values if isinstance(value, int)]
        if self.dtype == "bool":
            return [bool(number) for number in numbers]
        if self.dtype == "float16":
            return [
                struct.unpack("<e", struct.pack("<H", number & 0xFFFF))[0] for number in numbers
            ]
        if self.dtype == "bfloat16":
            return [_bfloat16(number & 0xFFFF) for number in numbers]
        if self.dtype in ("uint64", "uint32", "uint16", "uint8"):
            return list(numbers)
        if self.dtype in ("int8", "int16", "int32", "int64"):
            return [signed(number) for number in numbers]
        return None


def _varints(data: bytes) -> list[int]:
    values, position = [], 0
    while position < len(data):
        value, position = varint(data, position, len(data))
        values.append(value)
    return values


def _bfloat16(half: int) -> float:
    value: float = struct.unpack("<f", struct.pack("<I", half << 16))[0]
    return value
