"""Moving the known elements of small tensors: everything is a gather by flat index."""

from collections.abc import Iterable, Iterator, Sequence
from math import prod

from py.graph.fact import Fact, Scalar, Shape, Values
from py.graph.file.payload import MAX_VALUES


def strides_of(shape: Sequence[int]) -> list[int]:
    """Return how far apart neighbours lie along each axis, in row-major order."""
    strides = [1] * len(shape)
    for axis in range(len(shape) - 2, -1, -1):
        strides[axis] = strides[axis + 1] * shape[axis + 1]
    return strides


def known_shape(shape: Shape | None) -> tuple[int, ...] | None:
    """Return the shape where it is known and small enough for its elements to be kept."""
    if shape is None:
        return None
    known = tuple([dimension for dimension in shape if dimension is not None])
    if len(known) != len(shape) or prod(known) > MAX_VALUES or max(known, default=0) > MAX_VALUES:
        return None
    return known


def elements(data: Fact) -> tuple[Values, tuple[int, ...]] | None:
    """Return the elements of a small tensor, None for one not known, and its shape."""
    if not data.maybe_small:
        return None
    shape = known_shape(data.shape)
    values = data.read() if shape is not None else None
    return None if shape is None or values is None else (values, shape)


def total(numbers: Iterable[int]) -> int:
    """Return the sum of whole numbers."""
    return sum(numbers)


def offsets(choices: Sequence[Sequence[int]], strides: Sequence[int]) -> list[int]:
    """Return the flat index of every combination of one choice per axis, the last axis fastest."""
    if not all(choices):
        return []
    places = [0]
    for choice, stride in zip(choices, strides, strict=True):
        steps = [index * stride for index in choice]
        places = [place + step for place in places for step in steps]
    return places


def lines(shape: Sequence[int], axis: int) -> Iterator[range]:
    """Yield the flat indices of every line of elements along an axis."""
    inner = prod(shape[axis + 1 :])
    length = shape[axis] * inner
    for block in range(prod(shape[:axis])):
        for place in range(inner):
            yield range(block * length + place, (block + 1) * length, inner)


def transposed(values: Values, shape: Sequence[int], order: Sequence[int]) -> Values:
    """Return the elements with the axes in another order."""
    strides = strides_of(shape)
    places = offsets([range(shape[axis]) for axis in order], [strides[axis] for axis in order])
    return tuple(values[place] for place in places)


def spread(values: Values, shape: Sequence[int], target: Sequence[int]) -> Values:
    """Return the elements repeated as numpy broadcasts ``shape`` to ``target``."""
    if tuple(shape) == tuple(target):
        return values
    if len(values) == 1:
        return values * prod(target)
    padded = [1] * (len(target) - len(shape)) + list(shape)
    steps = [
        0 if size == 1 else stride for size, stride in zip(padded, strides_of(padded), strict=True)
    ]
    return tuple(values[place] for place in offsets([range(size) for size in target], steps))


def picked(values: Values, shape: Sequence[int], choices: Sequence[Sequence[int]]) -> Values:
    """Return the elements whose index along each axis is one of that axis's choices, in order."""
    return tuple(values[place] for place in offsets(choices, strides_of(shape)))


def joined(parts: Sequence[tuple[Values, Sequence[int]]], axis: int) -> Values:
    """Return the elements of tensors of one rank put one after the other along an axis."""
    outer = prod(parts[0][1][:axis])
    rows = [prod(shape[axis:]) for _, shape in parts]
    result: list[Scalar] = []
    for block in range(outer):
        for (values, _), row in zip(parts, rows, strict=True):
            result.extend(values[block * row : (block + 1) * row])
    return tuple(result)
