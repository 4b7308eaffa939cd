"""A place: one node with what is known of its tensors, as a function that counts works sees it."""

from collections.abc import Iterable
from typing import Any, Protocol

from py.graph import Node, TensorType
from py.layers.layer import Kind
from py.layers.works.work import VIEWS, Work
from py.quantities import total_count

Sizes = tuple[int, ...]
_SAME_ELEMENTS = VIEWS | {("", "Transpose")}
_WIDENED = frozenset({("", "DequantizeLinear"), ("com.microsoft", "DequantizeLinear")})
_NOTHING = TensorType()


class Scope(Protocol):
    """The nodes and tensors around a node: a graph, or the body of a control-flow operator."""

    def type_of(self, name: str) -> TensorType:
        """Return the type of a tensor by its name."""
        ...

    def is_weight(self, name: str) -> bool:
        """Say whether a tensor is the same in every inference."""
        ...

    def producer_of(self, name: str) -> Node | None:
        """Return the node that writes a tensor, None for an input or an initializer."""
        ...

    def origin_of(self, name: str) -> "tuple[Scope, str]":
        """Return where a tensor that bodies and calls hand on is made, and its name there."""
        ...


class Place:
    """A node in its scope; ``activations`` are the inputs that depend on the network's inputs."""

    __slots__ = ("activations", "node", "scope")

    def __init__(self, scope: Scope, node: Node, activations: tuple[str, ...]) -> None:
        self.scope, self.node, self.activations = scope, node, activations

    def name(self, index: int) -> str:
        """Return an input's name, empty where it is left out."""
        return self.node.inputs[index] if index < len(self.node.inputs) else ""

    def has(self, index: int) -> bool:
        """Say whether an input is given."""
        return bool(self.name(index))

    def type(self, index: int) -> TensorType:
        """Return an input's type; nothing is known of one that is left out."""
        name = self.name(index)
        return self.scope.type_of(name) if name else _NOTHING

    def sizes(self, index: int) -> Sizes | None:
        """Return an input's shape, None where it is left out or not all of it is known."""
        return known(self.type(index))

    def result(self, index: int = 0) -> Sizes | None:
        """Return an output's shape, None where it is left out or not all of it is known."""
        outputs = self.node.outputs
        name = outputs[index] if index < len(outputs) else ""
        return known(self.scope.type_of(name)) if name else None

    def elements(self, index: int) -> int | None:
        """Return an input's number of elements."""
        return self.words([self.name(index)])

    @property
    def first(self) -> int | None:
        """The elements of the first output."""
        return self.words(self.node.outputs[:1])

    def words(self, names: Iterable[str]) -> int | None:
        """Return the elements of tensors together.

        A sequence, a map or an optional only refers to tensors, which are counted where they are
        made.
        """
        result = 0
        for name in filter(None, names):
            tensor = self.scope.type_of(name)
            if tensor.form == "tensor" or tensor.form == "sparse":
                elements = tensor.elements
                if elements is None:
                    return None
                result += elements
        return result

    def is_constant(self, index: int) -> bool:
        """Say whether an input is given and the same in every inference."""
        name = self.name(index)
        return bool(name) and self.scope.is_weight(name)

    def constants(self, *indices: int) -> tuple[str, ...]:
        """Return those of the inputs that are constant, each once."""
        return tuple(dict.fromkeys(self.name(i) for i in indices if self.is_constant(i)))

    def passive(self) -> list[str]:
        """Return the inputs that are no activations: constants, and what sizes are made of."""
        return [name for name in self.node.inputs if name and name not in self.activations]

    def read(self, *indices: int) -> tuple[str, ...]:
        """Return those of the inputs that are activations."""
        names = dict.fromkeys(self.name(i) for i in indices)
        return tuple(name for name in names if name in self.activations)

    def positive(self, attribute: str) -> int | None:
        """Return an integer attribute, None where it is left out or below one."""
        value = self.node.integer(attribute, 0)
        return value if value > 0 else None

    def stored_dtype(self, name: str) -> str | None:
        """Return a tensor's element type in memory: before DequantizeLinear and other shapes."""
        if not name:
            return None
        scope = self.scope
        for _ in range(8):
            scope, name = scope.origin_of(name)
            producer = scope.producer_of(name)
            if producer is None or not producer.inputs:
                break
            operator = (producer.domain, producer.op)
            if operator not in _SAME_ELEMENTS and operator not in _WIDENED:
                break
            name = producer.inputs[0]
            if operator in _WIDENED:
                break
        return scope.type_of(name).dtype

    def work(self, kind: Kind, **differences: Any) -> Work:
        """Return the node's work: no MACs and operations, all activations in, all outputs out.

        ``differences`` are the fields that are otherwise.
        """
        node = self.node
        activations = differences.setdefault("activations", self.activations)
        if "ifmap_elements" not in differences:
            differences["ifmap_elements"] = self.words(activations)
        if "ofmap_elements" not in differences:
            differences["ofmap_elements"] = self.words(node.outputs)
        if "activation_dtype" not in differences and activations:
            differences["activation_dtype"] = self.stored_dtype(activations[0])
        if "outputs" not in differences:
            differences["outputs"] = tuple(filter(None, node.outputs))
        return Work(node, kind, **differences)

    def inner(self, part: str) -> str:
        """Return the name of what a part of the node leaves for a later one."""
        return f"{next(iter(self.node.outputs), '')}:{part}"


def known(tensor: TensorType) -> Sizes | None:
    """Return a tensor's shape if all of it is known."""
    if tensor.shape is None:
        return None
    sizes = tuple(size for size in tensor.shape if size is not None)
    return sizes if len(sizes) == len(tensor.shape) else None


def times(count: int | None, factor: int | None) -> int | None:
    """Return a product of counts that may be unknown."""
    return None if count is None or factor is None else count * factor


def plus(*counts: int | None) -> int | None:
    """Return a sum of counts, None where one is unknown."""
    return total_count(counts)
