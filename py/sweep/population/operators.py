"""One operator on tensors of given shapes: what ``py.layers`` counts for it, without a graph.

The counting itself is that of ``py.layers.works``, so that a layer that was never in a file has the
very numbers that it would have there.
"""

from functools import lru_cache
from typing import NamedTuple

from py.graph import Node, TensorType
from py.graph.file.attribute import Attribute
from py.layers.works import Work, works_of
from py.quantities import total_count
from py.sweep.population.shapes import Shape

Value = int | str | tuple[int, ...]
Attributes = tuple[tuple[str, Value], ...]
_KINDS = {int: "int", str: "string", tuple: "ints"}


class Operand(NamedTuple):
    """A tensor that an operator reads; a ``constant`` one is the same in every inference.

    ``unflattened`` is the shape of the feature maps that a view has laid flat just before.
    """

    shape: Shape
    constant: bool = False
    unflattened: Shape | None = None


class Counted(NamedTuple):
    """An operator's work, and how many of the constants that it reads are parameters."""

    work: Work
    parameters: int


class _Scene:
    """What is around a single operator: its operands and its result."""

    def __init__(
        self, types: dict[str, TensorType], constants: set[str], view: Node | None
    ) -> None:
        self._types, self._constants, self._view = types, constants, view

    def type_of(self, name: str) -> TensorType:
        return self._types[name]

    def is_weight(self, name: str) -> bool:
        return name in self._constants

    def producer_of(self, name: str) -> Node | None:
        return self._view if self._view is not None and name in self._view.outputs else None

    def origin_of(self, name: str) -> "tuple[_Scene, str]":
        return self, name


@lru_cache(65_536)
def counted(
    operator: str,
    operands: tuple[Operand, ...],
    result: Shape,
    attributes: Attributes = (),
    dtype: str = "float32",
) -> Counted:
    """Return what an operator of the ONNX standard computes and moves.

    Raises:
        ValueError: there is no such operator, or it consists of several parts.
    """
    names = [f"in{place}" for place in range(len(operands))]
    types = {name: TensorType(dtype, own.shape) for name, own in zip(names, operands, strict=True)}
    types["out"] = TensorType(dtype, result)
    constants = {name for name, own in zip(names, operands, strict=True) if own.constant}
    view = None
    for name, own in zip(names, operands, strict=True):
        if own.unflattened is not None:
            types["maps"] = TensorType(dtype, own.unflattened)
            view = Node(0, "", "", "Flatten", ("maps",), (name,), {})
    given = {name: Attribute(name, _KINDS[type(value)], value) for name, value in attributes}
    node = Node(1, "", "", operator, tuple(names), ("out",), given)
    activations = tuple(name for name in names if name not in constants)
    works = works_of(_Scene(types, constants, view), node, activations)
    if works is None or len(works) != 1:
        raise ValueError(f"operator: one of the ONNX standard with one part, got {operator!r}")
    work = works[0]
    elements = [types[name].elements for name in work.weights]
    return Counted(work, total_count(elements) or 0)
