"""A site: one node with what is known of its inputs, as a rule sees it."""

from collections.abc import Sequence

from py.graph.fact import Dimension, Fact, Shape, Values
from py.graph.file.node import Node


class MismatchError(Exception):
    """The inputs of a node contradict each other, its attributes or the standard; one clause."""


class Site:
    """A node and the facts of its inputs, None for an input left out."""

    __slots__ = ("facts", "node", "opset")

    def __init__(self, node: Node, facts: Sequence[Fact | None], opset: int) -> None:
        self.node, self.facts, self.opset = node, facts, opset

    def has(self, index: int) -> bool:
        """Say whether the input is given."""
        return index < len(self.facts) and self.facts[index] is not None

    def given(self, index: int) -> Fact | None:
        """Return an optional input."""
        return self.facts[index] if index < len(self.facts) else None

    def need(self, index: int) -> Fact:
        """Return an input that the standard requires."""
        found = self.facts[index] if index < len(self.facts) else None
        if found is None:
            raise MismatchError(f"input {index} is missing")
        return found

    def shape(self, index: int) -> Shape | None:
        """Return the shape of a required input."""
        return self.need(index).type.shape

    def dtype(self, index: int) -> str | None:
        """Return the element type of a required input."""
        return self.need(index).type.dtype

    def size(self, attribute: str, default: int) -> int:
        """Return an attribute that is a dimension."""
        found = self.node.integer(attribute, default)
        if found < 0:
            raise MismatchError(f"{attribute} is {found}")
        return found

    def all_values(self) -> list[Values] | None:
        """Return the elements of every input, None where one has none; the file is read last."""
        for given in self.facts:
            if given is None or not given.maybe_small:
                return None
        values = []
        for given in self.facts:
            read = given.read() if given is not None else None
            if read is None:
                return None
            values.append(read)
        return values

    def integers_from(
        self, attribute: str, index: int | None
    ) -> tuple[bool, tuple[int | None, ...] | None]:
        """Return a list that is an attribute in some opsets and an input in others.

        First whether it is given at all, then its elements, None where they are not known.
        """
        if index is not None and self.has(index):
            return True, self.need(index).integers()
        given = self.node.integers(attribute)
        return given is not None, given


def normal_axis(axis: int, rank: int) -> int:
    """Return an axis as counted from the front."""
    if not -rank <= axis < rank:
        raise MismatchError(f"axis {axis} is outside of a tensor of {rank} dimensions")
    return axis + rank if axis < 0 else axis


def broadcast(shapes: Sequence[Shape | None]) -> Shape | None:
    """Return the common shape under numpy's rules, None where a rank is not known."""
    known = [shape for shape in shapes if shape is not None]
    if len(known) != len(shapes):
        return None
    if known.count(known[0]) == len(known):
        return known[0]
    rank = max(len(shape) for shape in known)
    result: list[int | None] = []
    for axis in range(-rank, 0):
        size: int | None = 1
        for shape in known:
            if -axis > len(shape):
                continue
            dimension = shape[axis]
            if dimension == 1 or dimension == size:
                continue
            if size == 1 or (size is None and dimension is not None):
                size = dimension
            elif dimension is not None:
                raise MismatchError(f"shapes {' and '.join(map(show, known))} do not broadcast")
        result.append(size)
    return tuple(result)


def same_shape(*shapes: Shape | None) -> Shape | None:
    """Return the shape that all of these are, each dimension from whichever has it."""
    known = [shape for shape in shapes if shape is not None]
    if not known:
        return None
    if len({len(shape) for shape in known}) > 1:
        raise MismatchError(f"shapes {' and '.join(map(show, known))} should be the same")
    return tuple(same_size(*sizes) for sizes in zip(*known, strict=True))


def same_size(*sizes: Dimension) -> Dimension:
    """Return the size that all of these are, None where none is known."""
    known = {size for size in sizes if size is not None}
    if len(known) > 1:
        raise MismatchError(f"sizes {' and '.join(map(str, sorted(known)))} should be the same")
    return next(iter(known), None)


def show(shape: Shape | None) -> str:
    """Return a shape for a message, ``?`` for what is not known."""
    if shape is None:
        return "?"
    return "[" + ", ".join("?" if d is None else str(d) for d in shape) + "]"
