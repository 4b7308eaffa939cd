"""An attribute of a node: a number, a text, a tensor, a subgraph, or a list of these."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from py.graph.file.initializer import packed_varints, read_initializer, read_sparse_initializer
from py.graph.file.message import Message
from py.graph.file.wire import fixed32_tag, length_tag, malformed, signed, varint_tag

MAX_ITEMS = 100_000  # longer lists (tables of decision trees) are counted, not kept

_NAME, _REFERENCE, _TYPE = length_tag(1), length_tag(21), varint_tag(20)
_F, _I, _S, _T, _G = fixed32_tag(2), varint_tag(3), length_tag(4), length_tag(5), length_tag(6)
_FLOAT, _FLOATS = fixed32_tag(7), length_tag(7)
_INT, _INTS = varint_tag(8), length_tag(8)
_STRING, _TENSOR, _GRAPH = length_tag(9), length_tag(10), length_tag(11)
_SPARSE = length_tag(22)
_OTHER = frozenset({length_tag(14), length_tag(15), length_tag(23)})

_KIND_BY_NUMBER = {
    1: "float",
    2: "int",
    3: "string",
    4: "tensor",
    5: "graph",
    6: "floats",
    7: "ints",
    8: "strings",
    9: "tensors",
    10: "graphs",
    11: "sparse_tensor",
}
# proto3 writers leave zero out: a number or text that is declared and absent is zero or empty.
_ABSENT = {"int": 0, "float": 0.0, "string": ""}


@dataclass(frozen=True, slots=True)
class Attribute:
    """``kind`` is float, int, string, tensor, graph, their plural, sparse_tensor or ``other``.

    ``value`` is a float, int, str, Initializer or Body, or a tuple of them; None for ``other``.
    ``count`` is the length of a list, also where the list was too long to be kept. ``reference``
    names the attribute of the calling node that gives the value, inside a function.
    """

    name: str
    kind: str
    value: Any
    count: int = 1
    reference: str = ""


def read_attribute(message: Message, read_body: Callable[[Message], object]) -> Attribute:
    """Return the AttributeProto in ``message``; ``read_body`` reads a subgraph."""
    name = reference = ""
    declared: str | None = None
    single: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {}
    counts: dict[str, int] = {}

    def add(kind: str, item: Any) -> None:
        items = lists.setdefault(kind, [])
        counts[kind] = counts.get(kind, 0) + 1
        if len(items) < MAX_ITEMS:
            items.append(item)

    for tag, a, b in message.fields():
        if tag == _NAME:
            name = message.text(a, b)
        elif tag == _TYPE:
            declared = _KIND_BY_NUMBER.get(a, "other")
        elif tag == _I:
            single["int"] = signed(a)
        elif tag == _F:
            single["float"] = struct.unpack("<f", message.read(a, b))[0]
        elif tag == _S:
            single["string"] = _text(message, a, b)
        elif tag == _T:
            single["tensor"] = read_initializer(message.child(a, b))
        elif tag == _G:
            single["graph"] = read_body(message.child(a, b))
        elif tag == _INT:
            add("ints", signed(a))
        elif tag == _INTS:
            for value in packed_varints(message, a, b, 10 * MAX_ITEMS):
                add("ints", signed(value))
        elif tag == _FLOAT:
            add("floats", struct.unpack("<f", message.read(a, b))[0])
        elif tag == _FLOATS:
            if (b - a) % 4 or b - a > 4 * MAX_ITEMS:
                raise malformed(message.base + a, f"a list of floats of {b - a:,} bytes")
            for (value,) in struct.iter_unpack("<f", message.read(a, b)):
                add("floats", value)
        elif tag == _STRING:
            add("strings", _text(message, a, b))
        elif tag == _TENSOR:
            add("tensors", read_initializer(message.child(a, b)))
        elif tag == _GRAPH:
            add("graphs", read_body(message.child(a, b)))
        elif tag == _SPARSE:
            single["sparse_tensor"] = read_sparse_initializer(message.child(a, b))
        elif tag in _OTHER:
            single["other"] = None
        elif tag == _REFERENCE:
            reference = message.text(a, b)
    return _attribute(name, declared, single, lists, counts, reference)


def _text(message: Message, start: int, end: int) -> str:
    # An embedded engine or script may be megabytes long; no rule reads more than a word.
    return message.text(start, min(end, start + 65_536))


def _attribute(
    name: str,
    declared: str | None,
    single: dict[str, Any],
    lists: dict[str, list[Any]],
    counts: dict[str, int],
    reference: str,
) -> Attribute:
    # Old files leave the type out: then it is whatever is there.
    kind = declared or next(iter([*single, *lists]), "other")
    if kind in ("floats", "ints", "strings", "tensors", "graphs"):
        count = counts.get(kind, 0)
        items = tuple(lists.get(kind, ()))
        return Attribute(name, kind, items if len(items) == count else None, count, reference)
    return Attribute(name, kind, single.get(kind, _ABSENT.get(kind)), 1, reference)
