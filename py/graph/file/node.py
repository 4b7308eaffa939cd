"""A node: one operator, the tensors it reads and writes, and its attributes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from py.errors import JoulegraphError
from py.graph.file.attribute import Attribute, read_attribute
from py.graph.file.initializer import Initializer
from py.graph.file.message import Message
from py.graph.file.wire import length_tag

_INPUT, _OUTPUT, _NAME, _OP = length_tag(1), length_tag(2), length_tag(3), length_tag(4)
_ATTRIBUTE, _DOMAIN, _OVERLOAD = length_tag(5), length_tag(7), length_tag(8)
CONTROL_FLOW = frozenset({"If", "Loop", "Scan", "SequenceMap"})
_NO_ATTRIBUTES: Mapping[str, Attribute] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Node:
    """``index`` is the node's place in its graph; an input or output left out is the empty text.

    ``domain`` is empty for the operators of the ONNX standard.
    """

    index: int
    name: str
    domain: str
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    overload: str = ""

    @property
    def operator(self) -> str:
        """The operator as people write it: ``Conv``, ``com.microsoft:FusedConv``."""
        return f"{self.domain}:{self.op}" if self.domain else self.op

    @property
    def is_control_flow(self) -> bool:
        """Whether what the node does is in its bodies."""
        return self.op in CONTROL_FLOW and not self.domain

    @property
    def is_identity(self) -> bool:
        """Whether the node only gives its input another name."""
        return self.op == "Identity" and not self.domain and bool(self.inputs and self.inputs[0])

    @property
    def label(self) -> str:
        """The node for a message: number, name, operator."""
        name = f" {self.name[:120]!r}" if self.name else ""
        # An operator's name may hold anything; a message must stay one readable line.
        operator = "".join(c if c.isprintable() else "?" for c in self.operator[:80])
        return f"Node {self.index:,}{name} ({operator})"

    def integer(self, name: str, default: int) -> int:
        """Return an integer attribute."""
        value = self._value(name, "int")
        return default if value is None else int(value)

    def number(self, name: str, default: float) -> float:
        """Return a number attribute."""
        value = self._value(name, "float", "int")
        return default if value is None else float(value)

    def text(self, name: str, default: str) -> str:
        """Return a text attribute."""
        value = self._value(name, "string")
        return default if value is None else str(value)

    def integers(self, name: str, default: tuple[int, ...] | None = None) -> tuple[int, ...] | None:
        """Return an attribute that is a list of integers."""
        value = self._value(name, "ints")
        return default if value is None else tuple(value)

    def numbers(self, name: str) -> tuple[float, ...] | None:
        """Return an attribute that is a list of numbers."""
        value = self._value(name, "floats")
        return None if value is None else tuple(value)

    def tensor(self, name: str) -> Initializer | None:
        """Return a tensor attribute."""
        value = self._value(name, "tensor")
        return value if isinstance(value, Initializer) else None

    def _value(self, name: str, *kinds: str) -> Any:
        attribute = self.attributes.get(name)
        if attribute is None:
            return None
        if attribute.kind not in kinds or attribute.value is None:
            raise JoulegraphError(
                "bad-attribute",
                f"{self.label}: attribute {name} should be of type {kinds[0]}, "
                f"got {attribute.kind}.",
                "Export the model again; onnx.checker tells more.",
            )
        return attribute.value


def read_node(message: Message, index: int, read_body: Callable[[Message], object]) -> Node:
    """Return the NodeProto in ``message``; ``read_body`` reads a subgraph."""
    inputs: list[str] = []
    outputs: list[str] = []
    attributes: dict[str, Attribute] = {}
    name = op = domain = overload = ""
    for tag, a, b in message.fields():
        if tag == _INPUT:
            inputs.append(message.text(a, b))
        elif tag == _OUTPUT:
            outputs.append(message.text(a, b))
        elif tag == _ATTRIBUTE:
            attribute = read_attribute(message.child(a, b), read_body)
            attributes[attribute.name] = attribute
        elif tag == _OP:
            op = message.text(a, b)
        elif tag == _NAME:
            name = message.text(a, b)
        elif tag == _DOMAIN:
            domain = message.text(a, b)
        elif tag == _OVERLOAD:
            overload = message.text(a, b)
    return Node(
        index,
        name,
        standard_domain(domain),
        op,
        tuple(inputs),
        tuple(outputs),
        MappingProxyType(attributes) if attributes else _NO_ATTRIBUTES,
        overload,
    )


def standard_domain(domain: str) -> str:
    """Return the domain with the standard's two names for itself made one, the empty one."""
    return "" if domain == "ai.onnx" else domain
