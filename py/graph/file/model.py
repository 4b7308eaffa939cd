"""The model as the file has it: who wrote it, which operator sets it uses, and its main graph."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

from py.errors import JoulegraphError
from py.graph.file.body import Body, read_body
from py.graph.file.function import Function, FunctionId, read_function
from py.graph.file.looks import looks_like, not_onnx
from py.graph.file.message import Message
from py.graph.file.opset import read_opset
from py.graph.file.source import Source
from py.graph.file.wire import length_tag, signed, varint_tag

_IR_VERSION, _PRODUCER, _PRODUCER_VERSION = varint_tag(1), length_tag(2), length_tag(3)
_GRAPH, _OPSET, _FUNCTION = length_tag(7), length_tag(8), length_tag(25)
_FIRST_IR_WITH_OPSETS = 3
_MAX_FIELDS = 200_000  # opsets, metadata and functions; a graph counts its own


class Model(NamedTuple):
    """A ModelProto. ``functions`` are the operators that the model defines itself."""

    producer: str
    ir_version: int | None
    opsets: Mapping[str, int]
    body: Body
    functions: Mapping[FunctionId, Function]


def read_model(file: BinaryIO) -> Model:
    """Return the model in ``file``, any seekable binary file.

    Raises JoulegraphError: ``empty-file``, ``not-onnx``, ``truncated``, ``malformed``,
    ``too-deep``, ``too-many``, ``no-opset``.
    """
    source = Source(file)
    if source.size_bytes == 0:
        raise JoulegraphError(
            "empty-file",
            "The file is empty; an ONNX model was expected.",
            "Export the model again, or choose another file.",
        )
    head = source.read(0, min(512, source.size_bytes))
    if look := looks_like(head):
        raise not_onnx(look, source.size_bytes)
    found: set[int] = set()
    try:
        return _read(Message(source, 0, source.size_bytes), found)
    except JoulegraphError as error:
        # Bytes that broke before anything of a model was seen were never one.
        if error.code in ("malformed", "truncated") and _IR_VERSION not in found:
            raise not_onnx("", source.size_bytes) from error
        raise


def _read(message: Message, found: set[int]) -> Model:
    producer = version = ""
    ir_version: int | None = None
    opsets: dict[str, int] = {}
    functions: dict[FunctionId, Function] = {}
    body: Body | None = None
    for count, (tag, a, b) in enumerate(message.fields()):
        if count > _MAX_FIELDS:
            raise JoulegraphError(
                "too-many",
                f"The file has more than {_MAX_FIELDS:,} entries beside its graph.",
                "This is probably no ONNX model; export it again.",
            )
        if tag == _GRAPH:
            body = read_body(message.child(a, b))
        elif tag == _IR_VERSION:
            ir_version = signed(a)
        elif tag == _PRODUCER:
            producer = message.text(a, b)
        elif tag == _PRODUCER_VERSION:
            version = message.text(a, b)
        elif tag == _OPSET:
            domain, number = read_opset(message.child(a, b))
            opsets[domain] = max(number, opsets.get(domain, 0))
        elif tag == _FUNCTION:
            function = read_function(message.child(a, b))
            functions[function.id] = function
        found.add(tag)
    if body is None:
        raise _no_graph(message.source.size_bytes, ir_version)
    if not opsets:
        if ir_version is None or ir_version >= _FIRST_IR_WITH_OPSETS:
            raise JoulegraphError(
                "no-opset",
                "The model does not say which version of the ONNX operators it uses.",
                "The end of the file may be missing; copy it again or export the model again.",
            )
        opsets[""] = 1
    return Model(
        f"{producer} {version}".strip(),
        ir_version,
        MappingProxyType(opsets),
        body,
        MappingProxyType(functions),
    )


def _no_graph(size_bytes: int, ir_version: int | None) -> JoulegraphError:
    if ir_version is None:
        return not_onnx("", size_bytes)
    return JoulegraphError(
        "no-graph",
        f"The file begins like an ONNX model but its {size_bytes:,} bytes hold no graph.",
        "The end of the file may be missing; copy it again or export the model again.",
    )
