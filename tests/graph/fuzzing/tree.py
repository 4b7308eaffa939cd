"""A protobuf message as a tree of fields, to be changed and written again, right or wrong."""

from __future__ import annotations

from collections.abc import Iterator

from tests.graph.wire_bytes import number

Fields = list["Field"]

# Which fields of a message are messages themselves, by onnx.proto.
SCHEMA: dict[str, dict[int, str]] = {
    "Model": {7: "Graph", 8: "Opset", 14: "Entry", 25: "Function"},
    "Graph": {1: "Node", 5: "Tensor", 11: "Info", 12: "Info", 13: "Info", 15: "Sparse"},
    "Node": {5: "Attribute"},
    "Attribute": {5: "Tensor", 6: "Graph", 10: "Tensor", 11: "Graph", 22: "Sparse"},
    "Tensor": {13: "Entry"},
    "Sparse": {1: "Tensor", 2: "Tensor"},
    "Info": {2: "Type"},
    "Type": {1: "TensorType", 4: "Holder", 5: "Map", 8: "TensorType", 9: "Holder"},
    "TensorType": {2: "Shape"},
    "Holder": {1: "Type"},
    "Map": {2: "Type"},
    "Shape": {1: "Dim"},
    "Dim": {},
    "Opset": {},
    "Entry": {},
    "Function": {7: "Node", 9: "Opset", 11: "Attribute"},
}


class Field:
    """One field. ``value`` is a number, bytes, or the fields of a message of ``kind``.

    ``stretch`` is added to the length that is written, ``padding`` to the bytes of the number.
    """

    __slots__ = ("kind", "number", "padding", "stretch", "value", "wire")

    def __init__(self, number: int, value: int | bytes | Fields, kind: str = "") -> None:
        self.number, self.value, self.kind = number, value, kind
        self.wire = 0 if isinstance(value, int) else 2
        self.stretch = self.padding = 0

    @property
    def fields(self) -> Fields:
        """The fields of a message, none of anything else."""
        return self.value if isinstance(self.value, list) else []

    def text(self, number: int) -> bytes:
        """Return the bytes of the first such field, empty where there is none."""
        for field in self.fields:
            if field.number == number and isinstance(field.value, bytes):
                return field.value
        return b""

    def all(self, number: int) -> Fields:
        """Return the fields of one number."""
        return [field for field in self.fields if field.number == number]

    def put(self, number: int, value: int | bytes) -> None:
        """Set a field, or add it."""
        for field in self.fields:
            if field.number == number:
                field.value, field.kind, field.wire = value, "", 0 if isinstance(value, int) else 2
                return
        self.fields.append(Field(number, value))

    def copy(self) -> Field:
        """Return the field with everything in it."""
        value = self.value
        made = Field(
            self.number,
            [field.copy() for field in value] if isinstance(value, list) else value,
            self.kind,
        )
        made.wire, made.stretch, made.padding = self.wire, self.stretch, self.padding
        return made


def message(number: int, kind: str, *fields: Field) -> Field:
    """Return a field that is a message."""
    return Field(number, list(fields), kind)


def parsed(data: bytes, kind: str = "Model") -> Field:
    """Return a message's fields in a field of no number. Raises ValueError for what is none."""
    return message(0, kind, *_fields(data, 0, len(data), kind))


def written(root: Field) -> bytes:
    """Return the bytes of a message."""
    return b"".join(_bytes(field) for field in root.fields)


def walk(root: Field) -> Iterator[tuple[Field, Field]]:
    """Yield every field below this one, with the message that it is in."""
    waiting = [root]
    while waiting:
        outer = waiting.pop()
        for field in outer.fields:
            yield outer, field
            if field.kind:
                waiting.append(field)


def _varint(data: bytes, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while position < end and shift < 70:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
        shift += 7
    raise ValueError("no number")


def _fields(data: bytes, position: int, end: int, kind: str) -> Iterator[Field]:
    schema = SCHEMA[kind]
    while position < end:
        tag, position = _varint(data, position, end)
        number_, wire = tag >> 3, tag & 7
        if wire == 0:
            value, position = _varint(data, position, end)
            yield Field(number_, value)
            continue
        if wire == 2:
            length, position = _varint(data, position, end)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError("no field")
        if position + length > end:
            raise ValueError("past the end")
        inner = schema.get(number_, "") if wire == 2 else ""
        made = Field(number_, data[position : position + length], inner)
        if inner:
            made.value = list(_fields(data, position, position + length, inner))
        made.wire = wire
        position += length
        yield made


def _number(value: int, padding: int) -> bytes:
    plain = number(value)
    if not padding:
        return plain
    return plain[:-1] + bytes([plain[-1] | 128]) + b"\x80" * (padding - 1) + b"\x00"


def _bytes(field: Field) -> bytes:
    head = number(field.number << 3 | field.wire)
    value = field.value
    if isinstance(value, int):
        return head + _number(value & (1 << 64) - 1, field.padding)
    content = value if isinstance(value, bytes) else b"".join(_bytes(inner) for inner in value)
    if field.wire != 2:
        return head + content
    return head + _number(max(0, len(content) + field.stretch), field.padding) + content
