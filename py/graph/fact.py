"""What is known of one value while shapes are worked out: type and, when small, elements."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from py.graph.dtype import is_float
from py.graph.file.payload import MAX_VALUES, Payload
from py.graph.region import Origin
from py.graph.tensor_type import UNKNOWN, Dimension, Scalar, Shape, TensorType, elements_of

Values = tuple[Scalar, ...]
MAX_SCALES = 64  # floats that shapes depend on are scales; longer lists are weights
MAX_ITEMS = 4096  # of a sequence


@dataclass(frozen=True, slots=True)
class Fact:
    """``values`` are the elements in row-major order, None for one that is not known.

    ``payload`` stands for elements that are in the file and have not been read. ``most`` bounds
    the dimensions that elements decide at run time (how many are not zero): the largest that they
    can be, None where there is no bound. A sequence, an optional or a map has ``item``, what is
    common to all that it holds, and a sequence whose length is known has ``items``. ``origin`` is
    where a weight is made, while one region hands it to another.
    """

    type: TensorType
    values: Values | None = None
    payload: Payload | None = None
    most: Shape | None = None
    item: "Fact | None" = None
    items: "tuple[Fact, ...] | None" = None
    origin: Origin | None = field(default=None, repr=False)

    @property
    def shape(self) -> Shape | None:
        """The shape, None where even the rank is unknown."""
        return self.type.shape

    @property
    def dtype(self) -> str | None:
        """The element type's name."""
        return self.type.dtype

    @property
    def maybe_small(self) -> bool:
        """Whether elements are known, or could be read and might matter for a shape."""
        if self.values is not None:
            return True
        if self.payload is None:
            return self._is_empty
        return self.payload.elements <= (MAX_SCALES if is_float(self.type.dtype) else MAX_VALUES)

    @property
    def _is_empty(self) -> bool:
        shape = self.type.shape
        return shape is not None and 0 in shape and None not in shape

    def read(self) -> Values | None:
        """Return the elements, reading them from the file where they are small and not yet read."""
        if self.values is None and self.payload is not None and self.maybe_small:
            return self.payload.values()
        return () if self.values is None and self._is_empty else self.values

    def made_at(self, origin: Origin | None) -> "Fact":
        """Return the fact with another origin."""
        if origin is self.origin:
            return self
        known = (self.type, self.values, self.payload, self.most, self.item, self.items)
        return Fact(*known, origin)

    def integers(self) -> tuple[int | None, ...] | None:
        """Return the elements as integers, None for the whole where one is no integer."""
        values = self.read()
        if values is None:
            return None
        whole: list[int | None] = []
        for value in values:
            if value is None:
                whole.append(None)
            elif isinstance(value, int):
                whole.append(int(value))
            else:
                return None
        return tuple(whole)

    def integer(self) -> int | None:
        """Return the only element as an integer, None where it is not known or not the only one."""
        values = self.integers()
        return values[0] if values is not None and len(values) == 1 else None


def fact(dtype: str | None, shape: Shape | None, values: Values | None = None) -> Fact:
    """Return a fact of its parts, without elements that are too many or do not fill the shape."""
    if values is not None and (
        shape is None or len(values) > MAX_VALUES or elements_of(shape) != len(values)
    ):
        values = None
    return Fact(TensorType(dtype, shape), values)


def limited(dtype: str | None, shape: Shape, most: Shape) -> Fact:
    """Return a fact whose unknown dimensions are decided by elements and are ``most`` at most."""
    return Fact(TensorType(dtype, shape), most=most)


def sequence(items: Iterable[Fact]) -> Fact:
    """Return a sequence of these, in order."""
    items = tuple(items)
    if len(items) > MAX_ITEMS:
        return sequence_of(common(items))
    return Fact(TensorType(form="sequence"), item=common(items), items=items)


def sequence_of(item: Fact | None) -> Fact:
    """Return a sequence of unknown length whose members all are ``item``."""
    return Fact(TensorType(form="sequence"), item=item)


def optional(item: Fact | None) -> Fact:
    """Return an optional that holds ``item``; None where what it holds is not known."""
    return Fact(TensorType(form="optional"), item=item)


def common(facts: Iterable[Fact]) -> Fact | None:
    """Return what holds for every one of the facts, None where there is none."""
    result: Fact | None = None
    for other in facts:
        result = other if result is None else _both(result, other)
    return result


def _both(a: Fact, b: Fact) -> Fact:
    if a == b:
        return a
    if a.origin is not None and a.origin == b.origin and a.type == b.type:
        return _both(a.made_at(None), b.made_at(None)).made_at(a.origin)
    if a.type.form != b.type.form:
        return NOTHING
    if a.type.form != "tensor":
        items = None
        if a.items is not None and b.items is not None and len(a.items) == len(b.items):
            items = tuple(_both(x, y) for x, y in zip(a.items, b.items, strict=True))
        return Fact(a.type, item=common(x for x in (a.item, b.item) if x is not None), items=items)
    shape: Shape | None = None
    if a.shape is not None and b.shape is not None and len(a.shape) == len(b.shape):
        shape = tuple(x if x == y else None for x, y in zip(a.shape, b.shape, strict=True))
    values: Values | None = None
    known, others = a.read(), b.read()
    if known is not None and others is not None and len(known) == len(others):
        values = tuple(x if x == y else None for x, y in zip(known, others, strict=True))
    return fact(a.dtype if a.dtype == b.dtype else None, shape, values)


NOTHING = Fact(UNKNOWN)

__all__ = [
    "NOTHING",
    "Dimension",
    "Fact",
    "Scalar",
    "Shape",
    "Values",
    "common",
    "fact",
    "limited",
    "optional",
    "sequence",
    "sequence_of",
]
