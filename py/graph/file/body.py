"""The body of a graph as the file has it: nodes, initializers, declarations; nothing worked out."""

from typing import NamedTuple

from py.graph.file.initializer import Initializer, read_initializer, read_sparse_initializer
from py.graph.file.message import Message
from py.graph.file.node import Node, read_node
from py.graph.file.value_info import ValueInfo, read_value_info
from py.graph.file.wire import length_tag

_NODE, _NAME, _INITIALIZER, _SPARSE = length_tag(1), length_tag(2), length_tag(5), length_tag(15)
_INPUT, _OUTPUT, _VALUE_INFO = length_tag(11), length_tag(12), length_tag(13)


class Body(NamedTuple):
    """A GraphProto: the main graph or the subgraph of a control-flow node."""

    name: str
    nodes: tuple[Node, ...]
    initializers: tuple[Initializer, ...]
    inputs: tuple[ValueInfo, ...]
    outputs: tuple[ValueInfo, ...]
    value_infos: tuple[ValueInfo, ...]


def read_body(message: Message) -> Body:
    """Return the GraphProto in ``message``."""
    name = ""
    nodes: list[Node] = []
    initializers: list[Initializer] = []
    inputs: list[ValueInfo] = []
    outputs: list[ValueInfo] = []
    value_infos: list[ValueInfo] = []
    for tag, a, b in message.fields():
        if tag == _NODE:
            nodes.append(read_node(message.child(a, b), len(nodes), read_body))
        elif tag == _INITIALIZER:
            initializers.append(read_initializer(message.child(a, b)))
        elif tag == _VALUE_INFO:
            value_infos.append(read_value_info(message.child(a, b)))
        elif tag == _INPUT:
            inputs.append(read_value_info(message.child(a, b)))
        elif tag == _OUTPUT:
            outputs.append(read_value_info(message.child(a, b)))
        elif tag == _NAME:
            name = message.text(a, b)
        elif tag == _SPARSE:
            initializers.append(read_sparse_initializer(message.child(a, b)))
    return Body(
        name,
        tuple(nodes),
        tuple(initializers),
        tuple(inputs),
        tuple(outputs),
        tuple(value_infos),
    )
