"""An initializer: a named tensor of the file, its type and place, its elements not read."""

from collections.abc import Mapping
from math import prod
from types import MappingProxyType
from typing import NamedTuple

from py.graph.dtype import dtype_of
from py.graph.file.message import Message
from py.graph.file.payload import MAX_VALUES, PIECES, Payload
from py.graph.file.wire import length_tag, malformed, signed, varint, varint_tag
from py.graph.tensor_type import TensorType

_DIM, _DIMS, _DATA_TYPE = varint_tag(1), length_tag(1), varint_tag(2)
_NAME, _EXTERNAL = length_tag(8), length_tag(13)
_KEY, _VALUE = length_tag(1), length_tag(2)
_SPARSE_VALUES, _SPARSE_DIM, _SPARSE_DIMS = length_tag(1), varint_tag(3), length_tag(3)
MAX_RANK = 64
_MAX_EXTERNAL_ENTRIES = 16
_NO_ENTRIES: Mapping[str, str] = MappingProxyType({})


class Initializer(NamedTuple):
    """A tensor of the file. ``external``: location, offset, length where it lies in another.

    ``listed`` is the number of entries that a sparse tensor lists, None for any other.
    """

    name: str
    type: TensorType
    elements: int
    payload: Payload
    external: Mapping[str, str]
    listed: int | None = None


def read_initializer(message: Message) -> Initializer:
    """Return the TensorProto in ``message``."""
    dims: list[int] = []
    pieces: list[tuple[int, int, int]] = []
    external: dict[str, str] = {}
    name, dtype = "", None
    for tag, a, b in message.fields():
        if tag in PIECES:
            # A tensor whose elements are fields of their own is read only when it is small.
            if len(pieces) <= MAX_VALUES:
                pieces.append((tag, a, b))
        elif tag == _DIM:
            dims.append(a)
        elif tag == _DIMS:
            dims.extend(packed_varints(message, a, b))
        elif tag == _DATA_TYPE:
            dtype = dtype_of(a)
        elif tag == _NAME:
            name = message.text(a, b)
        elif tag == _EXTERNAL and len(external) < _MAX_EXTERNAL_ENTRIES:
            key, value = read_entry(message.child(a, b))
            external[key] = value
    return _initializer(message, name, dtype, dims, pieces, external)


def read_sparse_initializer(message: Message) -> Initializer:
    """Return the SparseTensorProto in ``message``: named by its values, as large as it is dense."""
    dims: list[int] = []
    name, dtype, listed = "", None, 0
    for tag, a, b in message.fields():
        if tag == _SPARSE_VALUES:
            values = read_initializer(message.child(a, b))
            name, dtype, listed = values.name, values.type.dtype, values.elements
        elif tag == _SPARSE_DIM:
            dims.append(a)
        elif tag == _SPARSE_DIMS:
            dims.extend(packed_varints(message, a, b))
    return _initializer(message, name, dtype, dims, [], {}, listed)


def read_entry(message: Message) -> tuple[str, str]:
    """Return the key and the value of a StringStringEntryProto."""
    key = value = ""
    for tag, a, b in message.fields():
        if tag == _KEY:
            key = message.text(a, b)
        elif tag == _VALUE:
            value = message.text(a, b)
    return key, value


def packed_varints(
    message: Message, start: int, end: int, limit_bytes: int = 10 * MAX_RANK
) -> list[int]:
    """Return a packed list of varints, unsigned; a list of more bytes is refused."""
    if end - start > limit_bytes:
        raise malformed(message.base + start, f"a list of {end - start:,} bytes, which is too long")
    data, values, position = message.read(start, end), [], 0
    while position < len(data):
        value, position = varint(data, position, len(data), message.base + start)
        values.append(value)
    return values


def _initializer(
    message: Message,
    name: str,
    dtype: str | None,
    dims: list[int],
    pieces: list[tuple[int, int, int]],
    external: dict[str, str],
    listed: int | None = None,
) -> Initializer:
    shape = tuple([signed(dim) for dim in dims])
    if len(shape) > MAX_RANK:
        raise malformed(message.base, f"initializer {name[:80]!r} has {len(shape):,} dimensions")
    if min(shape, default=0) < 0:
        raise malformed(message.base, f"initializer {name[:80]!r} has a negative dimension {shape}")
    elements = prod(shape)
    payload = Payload(message, dtype, elements, pieces)
    return Initializer(
        name,
        TensorType(dtype, shape),
        elements,
        payload,
        external if external else _NO_ENTRIES,
        listed,
    )
