"""Where a tensor's elements lie: stretches of bytes of the model's file or of one beside it."""

import struct
from dataclasses import dataclass

from py.graph.dtype import bits_of
from py.graph.file.initializer import Initializer
from py.graph.file.node import Node
from py.graph.file.payload import (
    DOUBLE,
    DOUBLES,
    FLOAT,
    FLOATS,
    MAX_VALUES,
    RAW,
    VARINT,
    VARINTS,
)
from py.graph.region import Region
from py.graph.weights.external import external_place

_NOT_THERE = "no elements in the file"


@dataclass(frozen=True, slots=True)
class Absent:
    """Why nothing can be said of a tensor's elements, in a few words."""

    why: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes ``start`` to ``end`` of a file; ``location`` is empty for the model's own.

    The elements lie there as they are in memory, little-endian, or each as a varint.
    """

    location: str
    start: int
    end: int
    varints: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor's elements: in ``stretches`` one after the other, or few and in ``literal`` as bits.

    ``listed`` is how many entries a sparse tensor lists; its others are zero.
    """

    dtype: str
    bits: int
    elements: int
    stretches: tuple[Stretch, ...] = ()
    literal: tuple[int, ...] = ()
    listed: int | None = None

    @property
    def size_bytes(self) -> int:
        """The bytes that there are to read."""
        size = 0
        for stretch in self.stretches:
            size += stretch.end - stretch.start
        return size

    def viewed(self, dtype: str, elements: int) -> "Stored | Absent":
        """Return the same bytes as elements of another type."""
        bits = bits_of(dtype)
        if bits is None or self.literal or self.listed is not None:
            return Absent("stored in a form that is not counted")
        if any(stretch.varints for stretch in self.stretches):
            return Absent("stored in a form that is not counted")
        if (elements * bits + 7) // 8 != self.size_bytes:
            return Absent(f"{self.size_bytes:,} bytes, which is not what the shape needs")
        return Stored(dtype, bits, elements, self.stretches)


def stored_tensor(region: Region, name: str) -> Stored | Absent:
    """Return where an initializer's or a Constant's elements are, or why that is not known.

    A body also reads the tensors of the regions around it.
    """
    home = region
    while name not in home.tensors and home.parent is not None:
        home = home.parent
    initializer = home.initializers.get(name)
    if initializer is not None:
        return stored_of(initializer)
    node = region.producer_of(name)
    if node is not None and node.op == "Constant" and not node.domain:
        return _constant(node)
    return Absent("worked out while the network runs")


def stored_of(tensor: Initializer) -> Stored | Absent:
    """Return where the elements of a tensor of the file are."""
    dtype = tensor.type.dtype
    bits = bits_of(dtype)
    if dtype is None or bits is None:
        return Absent("of a type without zeros")
    if tensor.listed is not None:
        # An empty list says that the elements were left out, not that they are zero.
        if not 0 < tensor.listed <= tensor.elements:
            return Absent(_NOT_THERE)
        return Stored(dtype, bits, tensor.elements, listed=tensor.listed)
    if tensor.external:
        place = external_place(tensor.external, (tensor.elements * bits + 7) // 8)
        if isinstance(place, str):
            return Absent(place)
        return Stored(dtype, bits, tensor.elements, (Stretch(*place),))
    return _in_the_file(tensor, dtype, bits)


def _in_the_file(tensor: Initializer, dtype: str, bits: int) -> Stored | Absent:
    pieces = tensor.payload.pieces
    if not pieces and tensor.elements:
        return Absent(_NOT_THERE)
    if len(pieces) > MAX_VALUES:
        return Absent("each of very many elements is a field of its own")
    stretches: list[Stretch] = []
    literal: list[int] = []
    fixed_bytes = 0
    for tag, a, b in pieces:
        if tag in VARINT:
            literal.extend(_elements(a, bits))
        elif tag in VARINTS:
            stretches.append(Stretch("", a, b, varints=True))
        elif tag == RAW or _fits(tag, dtype):
            stretches.append(Stretch("", a, b))
            fixed_bytes += b - a
        else:
            return Absent("elements of another type than declared")
    if literal and stretches:
        return Absent("elements in two forms at once")
    varints = any(stretch.varints for stretch in stretches)
    if literal:
        found: bool = len(literal[: tensor.elements]) == tensor.elements
    elif varints:
        found = not fixed_bytes  # how many there are is known when they have been read
    else:
        found = fixed_bytes == (tensor.elements * bits + 7) // 8
    if not found:
        return Absent("not as many elements as the shape needs")
    return Stored(dtype, bits, tensor.elements, tuple(stretches), tuple(literal[: tensor.elements]))


def _fits(tag: int, dtype: str) -> bool:
    if tag in (FLOATS, FLOAT):
        return dtype in ("float32", "complex64")
    return tag in (DOUBLES, DOUBLE) and dtype in ("float64", "complex128")


def _elements(number: int, bits: int) -> list[int]:
    """Return the bit patterns in one entry of int32_data, int64_data or uint64_data."""
    if bits >= 8:
        return [number & ((1 << bits) - 1)]
    return [number >> shift & ((1 << bits) - 1) for shift in range(0, 8, bits)]


def _constant(node: Node) -> Stored | Absent:
    for name in ("value", "sparse_value"):
        attribute = node.attributes.get(name)
        if attribute is not None and isinstance(attribute.value, Initializer):
            return stored_of(attribute.value)
    for name, dtype in (
        ("value_float", "float32"),
        ("value_floats", "float32"),
        ("value_int", "int64"),
        ("value_ints", "int64"),
    ):
        attribute = node.attributes.get(name)
        if attribute is None or attribute.value is None:
            continue
        values = attribute.value if isinstance(attribute.value, tuple) else (attribute.value,)
        code, bits = ("<f", 32) if dtype == "float32" else ("<q", 64)
        literal = tuple(int.from_bytes(struct.pack(code, value), "little") for value in values)
        return Stored(dtype, bits, len(literal), literal=literal)
    return Absent(_NOT_THERE)
