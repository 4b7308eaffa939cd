"""Where a node of an ONNX graph stands, as torch has to know it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from py.graph import Graph, Node
from py.measure.runners.runner import NotRunnableError

Built = tuple[Callable[..., Any], tuple[str, ...]]
"""What runs a node, and the tensors that it reads, in order."""

_MAKES_NEW = frozenset(
    {"Conv", "ConvTranspose", "BatchNormalization", "Gemm", "MatMul", "Add", "Sub"}
)
"""Operators whose output is theirs alone and not kept for a way back: it may be worked on."""


@dataclass(frozen=True, slots=True)
class Site:
    """The graph that a node is in, torch, and whether a way back follows."""

    graph: Graph
    torch: Any
    training: bool

    def sides(self, name: str) -> tuple[int, ...]:
        """Return a tensor's shape.

        Raises:
            NotRunnableError: it is not known.
        """
        shape = self.graph.tensors[name].shape
        if shape is None or None in shape:
            raise NotRunnableError(f"the sides of {name[:40]!r} are not known: {shape}")
        return tuple(side for side in shape if side is not None)

    def values(self, node: Node, place: int) -> tuple[float, ...] | None:
        """Return the elements of a node's small constant input; None where it is left out.

        Raises:
            NotRunnableError: they are not in the file.
        """
        name = node.inputs[place] if place < len(node.inputs) else ""
        if not name:
            return None
        known = self.graph.constants.get(name)
        found: Sequence[Any] | None = None if known is None else known.values
        if found is None:
            found = self._stored(name)
        if found is None or None in found:
            raise NotRunnableError(f"{node.label}: the elements of {name[:40]!r} are not known")
        return tuple(found)

    def _stored(self, name: str) -> Sequence[Any] | None:
        maker = self.graph.producer_of(name)
        if maker is None:
            stored = self.graph.initializers.get(name)
        elif maker.op == "Constant":
            if "value_float" in maker.attributes:
                return (maker.number("value_float", 0.0),)
            stored = maker.tensor("value")
        else:
            stored = None
        return None if stored is None else stored.payload.values()

    def may_change(self, name: str) -> bool:
        """Say whether a tensor may be worked on in place."""
        maker = self.graph.producer_of(name)
        readers = sum(node.inputs.count(name) for node in self.graph.nodes)
        return (
            maker is not None
            and maker.op in _MAKES_NEW
            and readers == 1
            and name not in self.graph.outputs
        )

    def fan_in(self, node: Node, sides: Sequence[int]) -> int:
        """Return how many products an output of a node adds up, by the sides of its weight."""
        if node.op == "Conv":
            return math.prod(sides[1:])
        if node.op == "ConvTranspose":
            return sides[0]
        if node.op == "Gemm" and node.integer("transB", 0):
            return sides[-1]
        return sides[-2]
