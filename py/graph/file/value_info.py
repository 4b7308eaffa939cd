"""What the file declares of a tensor: element type and shape, dimensions by number or name."""

from typing import NamedTuple

from py.graph.dtype import dtype_of
from py.graph.file.initializer import MAX_RANK
from py.graph.file.message import Message
from py.graph.file.wire import length_tag, malformed, signed, varint_tag

DeclaredDimension = int | str | None

_NAME, _TYPE = length_tag(1), length_tag(2)
_FORMS = {
    length_tag(1): "tensor",
    length_tag(4): "sequence",
    length_tag(5): "map",
    length_tag(7): "opaque",
    length_tag(8): "sparse",
    length_tag(9): "optional",
}
_ELEMENT_TYPE, _SHAPE = varint_tag(1), length_tag(2)
_ELEMENT, _MAP_VALUE = length_tag(1), length_tag(2)
_DIM = length_tag(1)
_DIM_VALUE, _DIM_NAME = varint_tag(1), length_tag(2)


class ValueInfo(NamedTuple):
    """A declaration. A dimension is a number, a name, or None where it has neither.

    ``item`` is what a sequence or an optional holds, or a map's values are.
    """

    name: str
    dtype: str | None = None
    shape: tuple[DeclaredDimension, ...] | None = None
    form: str = "tensor"
    item: "ValueInfo | None" = None


def read_value_info(message: Message) -> ValueInfo:
    """Return the ValueInfoProto in ``message``."""
    name, found = "", ValueInfo("")
    for tag, a, b in message.fields():
        if tag == _NAME:
            name = message.text(a, b)
        elif tag == _TYPE:
            found = _read_type(message.child(a, b))
    return ValueInfo(name, found.dtype, found.shape, found.form, found.item)


def _read_type(message: Message) -> ValueInfo:
    for tag, a, b in message.fields():
        form = _FORMS.get(tag)
        if form == "tensor":
            return ValueInfo("", *_read_tensor(message.child(a, b)))
        if form is not None:
            return ValueInfo("", form=form, item=_read_item(message.child(a, b), form))
    return ValueInfo("")


def _read_item(message: Message, form: str) -> ValueInfo | None:
    """Return the type that a sequence, an optional or a map holds."""
    if form not in ("sequence", "optional", "map"):
        return None
    wanted = _MAP_VALUE if form == "map" else _ELEMENT
    for tag, a, b in message.fields():
        if tag == wanted:
            return _read_type(message.child(a, b))
    return None


def _read_tensor(message: Message) -> tuple[str | None, tuple[DeclaredDimension, ...] | None]:
    dtype, shape = None, None
    for tag, a, b in message.fields():
        if tag == _ELEMENT_TYPE:
            dtype = dtype_of(a)
        elif tag == _SHAPE:
            shape = _read_shape(message.child(a, b))
    return dtype, shape


def _read_shape(message: Message) -> tuple[DeclaredDimension, ...]:
    shape: list[DeclaredDimension] = []
    for tag, a, b in message.fields():
        if tag == _DIM:
            shape.append(_read_dimension(message.child(a, b)))
            if len(shape) > MAX_RANK:
                raise malformed(message.base + a, f"a shape of more than {MAX_RANK} dimensions")
    return tuple(shape)


def _read_dimension(message: Message) -> DeclaredDimension:
    dimension: DeclaredDimension = None
    for tag, a, b in message.fields():
        if tag == _DIM_VALUE:
            # Some exporters write -1 for a dimension that they do not know.
            dimension = signed(a) if signed(a) >= 0 else None
        elif tag == _DIM_NAME:
            # Names that stand for "unknown" in several exporters are no name: they need not agree.
            text = message.text(a, b)
            dimension = None if text in ("", "?", "-1", "None") else text
    return dimension
