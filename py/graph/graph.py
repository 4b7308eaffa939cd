"""The graph with every tensor's type worked out: what this room hands on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from py.graph.fact import Values
from py.graph.file.initializer import Initializer
from py.graph.file.node import Node
from py.graph.file.value_info import DeclaredDimension
from py.graph.tensor_type import TensorType
from py.notes import Note


@dataclass(frozen=True, slots=True)
class Input:
    """An input that the user feeds. ``declared`` is the shape in the file, names included."""

    name: str
    type: TensorType
    declared: tuple[DeclaredDimension, ...] | None


@dataclass(frozen=True, slots=True)
class Constant:
    """The elements of a small tensor, row-major; None for one that is not known."""

    type: TensorType
    values: Values


@dataclass(frozen=True, slots=True)
class UnknownOperator:
    """A node whose operator has no rule, and the tensors whose type is not known because of it."""

    index: int
    name: str
    op: str
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A model's main graph.

    ``nodes`` are in the file's order and ``node.index`` is the place in it. ``tensors`` has every
    input, initializer and node output. ``constants`` are the small tensors whose elements were
    worked out or read. ``dims`` are the free dimensions with the sizes chosen for them.
    ``declared`` names the tensors whose type is only what the file declares.
    """

    name: str
    producer: str
    ir_version: int | None
    opsets: Mapping[str, int]
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    initializers: Mapping[str, Initializer]
    tensors: Mapping[str, TensorType]
    constants: Mapping[str, Constant]
    dims: Mapping[str, int]
    notes: tuple[Note, ...]
    unknown: tuple[UnknownOperator, ...]
    declared: frozenset[str]
    _producers: Mapping[str, int] = field(repr=False)
    _weights: frozenset[str] = field(repr=False)

    def type_of(self, name: str) -> TensorType:
        """Return the type of a tensor by its name. Raises KeyError where there is none."""
        return self.tensors[name]

    def producer_of(self, name: str) -> Node | None:
        """Return the node that writes a tensor, None for an input or an initializer."""
        index = self._producers.get(name)
        return None if index is None else self.nodes[index]

    def is_weight(self, name: str) -> bool:
        """Say whether a tensor is made of initializers and constants, so the same every time."""
        return name in self._weights

    def weight_roots(self, name: str) -> tuple[str, ...]:
        """Return the initializers and Constant outputs that a weight is made of, each once.

        A weight that reaches its node through Identity, Transpose or DequantizeLinear has its
        initializer as root. Empty for a tensor that is no weight.
        """
        if name not in self._weights:
            return ()
        roots: dict[str, None] = {}
        seen, waiting = {name}, [name]
        while waiting:
            current = waiting.pop()
            index = self._producers.get(current)
            inputs = () if index is None else tuple(filter(None, self.nodes[index].inputs))
            if not inputs:
                roots[current] = None
            for source in inputs:
                if source not in seen:
                    seen.add(source)
                    waiting.append(source)
        return tuple(roots)
