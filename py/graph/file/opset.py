"""Which version of an operator set a model or a function uses."""

from py.graph.file.message import Message
from py.graph.file.node import standard_domain
from py.graph.file.wire import length_tag, signed, varint_tag

_DOMAIN, _VERSION = length_tag(1), varint_tag(2)


def read_opset(message: Message) -> tuple[str, int]:
    """Return the domain and the version in an OperatorSetIdProto."""
    domain, version = "", 0
    for tag, a, b in message.fields():
        if tag == _DOMAIN:
            domain = standard_domain(message.text(a, b))
        elif tag == _VERSION:
            version = signed(a)
    return domain, version
