"""A region: nodes that run together, with the type of every tensor among them.

The main graph is one; so is each body of an If, a Loop or a Scan as one execution of it sees it,
and each call of a function that the model defines.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from py.graph.file.initializer import Initializer
from py.graph.file.node import Node
from py.graph.tensor_type import Scalar, TensorType


class Constant(NamedTuple):
    """The elements of a small tensor, row-major; None for one that is not known."""

    type: TensorType
    values: tuple[Scalar, ...]


class Execution(NamedTuple):
    """A body of a node, and how often it runs in one run of the node's own region.

    ``runs`` is 0 for a branch that is not taken, a fraction for one taken with a probability.
    """

    runs: float
    region: "Region"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Region:
    """Nodes that run together.

    ``path`` leads from the main graph, whose own is empty, to the region:
    ``/96:If:then_branch/10:If:else_branch`` (a node's place in its region, its operator, the
    attribute with the body; a call of a function has no third part). ``nodes`` are in the file's
    order and ``node.index`` is the place in it. ``tensors`` has every input, initializer and node
    output of the region itself; a body also reads those of the region around it, its ``parent``.
    ``outputs`` are read from outside. ``constants`` are the small tensors whose elements were
    worked out or read. ``declared`` names the tensors whose type is only what the file declares,
    ``assumed`` those with a dimension that depends on values and for which a bound was taken.
    ``bodies`` are the executions that the region's own nodes start, by the node's index.
    """

    path: str
    parent: "Region | None"
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...]
    initializers: Mapping[str, Initializer]
    tensors: Mapping[str, TensorType]
    constants: Mapping[str, Constant]
    declared: Set[str]
    assumed: Set[str]
    bodies: Mapping[int, tuple[Execution, ...]]
    _producers: Mapping[str, int] = field(repr=False)
    _weights: Set[str] = field(repr=False)
    _handed: "Mapping[str, Origin]" = field(repr=False)

    def type_of(self, name: str) -> TensorType:
        """Return the type of a tensor by its name. Raises KeyError where there is none."""
        home = self if self.parent is None else self.home_of(name)
        return home.tensors[name]

    def producer_of(self, name: str) -> Node | None:
        """Return the node that writes a tensor, None for an input or an initializer."""
        home = self if self.parent is None else self.home_of(name)
        index = home._producers.get(name)
        return None if index is None else home.nodes[index]

    def is_weight(self, name: str) -> bool:
        """Say whether a tensor is made of initializers and constants, so the same every time."""
        home = self if self.parent is None else self.home_of(name)
        return name in home._weights

    def origin_of(self, name: str) -> "Origin":
        """Return the region in which a tensor is made, and its name there.

        A weight is followed through the bodies and calls that hand it on, whole or in slices, and
        through Identity.
        """
        region = self.home_of(name)
        while True:
            handed = region._handed.get(name)
            if handed is not None:
                return handed
            index = region._producers.get(name)
            if index is None or not region.nodes[index].is_identity:
                return region, name
            name = region.nodes[index].inputs[0]
            region = region.home_of(name)

    def executions(self) -> Iterator[tuple[Node, Execution]]:
        """Yield what the region's nodes run, not what runs inside of that."""
        for index, executions in self.bodies.items():
            for execution in executions:
                yield self.nodes[index], execution

    def home_of(self, name: str) -> "Region":
        """Return the region that a tensor belongs to: this one, or one around it."""
        region: Region = self
        while region.parent is not None and name not in region.tensors:
            region = region.parent
        return region


Origin = tuple[Region, str]
