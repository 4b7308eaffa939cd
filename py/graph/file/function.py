"""A function that the model defines: an operator of its own, made of other operators."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from py.graph.file.attribute import Attribute, read_attribute
from py.graph.file.body import read_body
from py.graph.file.message import Message
from py.graph.file.node import Node, read_node, standard_domain
from py.graph.file.opset import read_opset
from py.graph.file.wire import length_tag

_NAME, _INPUT, _OUTPUT, _NODE = length_tag(1), length_tag(4), length_tag(5), length_tag(7)
_OPSET, _DOMAIN, _DEFAULT, _OVERLOAD = (
    length_tag(9),
    length_tag(10),
    length_tag(11),
    length_tag(13),
)

FunctionId = tuple[str, str, str]


class Function(NamedTuple):
    """A FunctionProto. ``defaults`` are the attributes that a call may leave out."""

    domain: str
    name: str
    overload: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    defaults: Mapping[str, Attribute]
    opsets: Mapping[str, int]

    @property
    def id(self) -> FunctionId:
        """What a call names: domain, name and overload."""
        return self.domain, self.name, self.overload


def read_function(message: Message) -> Function:
    """Return the FunctionProto in ``message``."""
    name = domain = overload = ""
    inputs: list[str] = []
    outputs: list[str] = []
    nodes: list[Node] = []
    defaults: dict[str, Attribute] = {}
    opsets: dict[str, int] = {}
    for tag, a, b in message.fields():
        if tag == _NODE:
            nodes.append(read_node(message.child(a, b), len(nodes), read_body))
        elif tag == _INPUT:
            inputs.append(message.text(a, b))
        elif tag == _OUTPUT:
            outputs.append(message.text(a, b))
        elif tag == _NAME:
            name = message.text(a, b)
        elif tag == _DOMAIN:
            domain = standard_domain(message.text(a, b))
        elif tag == _OVERLOAD:
            overload = message.text(a, b)
        elif tag == _DEFAULT:
            attribute = read_attribute(message.child(a, b), read_body)
            defaults[attribute.name] = attribute
        elif tag == _OPSET:
            imported, version = read_opset(message.child(a, b))
            opsets[imported] = max(version, opsets.get(imported, 0))
    return Function(
        domain,
        name,
        overload,
        tuple(inputs),
        tuple(outputs),
        tuple(nodes),
        MappingProxyType(defaults),
        MappingProxyType(opsets),
    )
