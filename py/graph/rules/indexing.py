"""Moving the known elements of small tensors: everything is a gather by flat index."""

from collections.abc import Sequence
from itertools import product
from math import prod

from py.graph.fact import Scalar, Shape, Values
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
    known = tuple(dimension for dimension in shape if dimension is not None)
    if len(known) != len(shape) or prod(known) > MAX_VALUES or max(known, default=0) > MAX_VALUES:
        return None
    return known


def transposed(values: Values, shape: Sequence[int], order: Sequence[int]) -> Values:
    """Return the elements with the axes in another order."""
    strides = strides_of(shape)
    return tuple(
        values[sum(i * strides[axis] for i, axis in zip(index, order, strict=True))]
        for index in product(*(range(shape[axis]) for axis in order))
    )


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
    return tuple(
        values[sum(i * step for i, step in zip(index, steps, strict=True))]
        for index in product(*(range(size) for size in target))
    )


def picked(values: Values, shape: Sequence[int], choices: Sequence[Sequence[int]]) -> Values:
    """Return the elements whose index along each axis is one of that axis's choices, in order."""
    strides = strides_of(shape)
    return tuple(
        values[sum(i * stride for i, stride in zip(index, strides, strict=True))]
        for index in product(*choices)
    )


def joined(parts: Sequence[tuple[Values, Sequence[int]]], axis: int) -> Values:
    """Return the elements of tensors of one rank put one after the other along an axis."""
    outer = prod(parts[0][1][:axis])
    rows = [prod(shape[axis:]) for _, shape in parts]
    result: list[Scalar] = []
    for block in range(outer):
        for (values, _), row in zip(parts, rows, strict=True):
            result.extend(values[block * row : (block + 1) * row])
    return tuple(result)
