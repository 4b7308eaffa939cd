"""Elements picked by the values of another tensor: Gather, GatherElements, GatherND."""

from itertools import product
from math import prod

from py.graph.fact import Fact, Scalar, Shape, Values, fact
from py.graph.rules.indexing import elements, known_shape, offsets, strides_of
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show


def place_of(index: int, size: int) -> int:
    """Return an index as counted from the front."""
    if not -size <= index < size:
        raise MismatchError(f"index {index} is outside of {size} elements")
    return index + size if index < 0 else index


@rule("Gather")
def _gather(site: Site) -> list[Fact]:
    data, indices = site.need(0), site.need(1)
    if data.shape is None or indices.shape is None:
        return [fact(data.dtype, None)]
    if not data.shape:
        raise MismatchError("there is nothing to gather from a scalar")
    axis = normal_axis(site.node.integer("axis", 0), len(data.shape))
    shape = data.shape[:axis] + indices.shape + data.shape[axis + 1 :]
    values = None
    if data.maybe_small and indices.maybe_small and known_shape(shape) is not None:
        values = _gathered(data, indices, axis)
    return [fact(data.dtype, shape, values)]


def _gathered(data: Fact, indices: Fact, axis: int) -> Values | None:
    own, wanted = elements(data), indices.integers()
    if own is None or wanted is None:
        return None
    values, shape = own
    size, inner = shape[axis], prod(shape[axis + 1 :])
    unknown: Values = (None,) * inner
    result: list[Scalar] = []
    if not values:
        return () if not inner or not prod(shape[:axis]) or not wanted else None
    for block in range(prod(shape[:axis])):
        for index in wanted:
            if index is None:
                result.extend(unknown)
            else:
                start = (block * size + place_of(index, size)) * inner
                result.extend(values[start : start + inner])
    return tuple(result)


@rule("GatherElements")
def _gather_elements(site: Site) -> list[Fact]:
    data, indices = site.need(0), site.need(1)
    if data.shape is None or indices.shape is None:
        return [fact(data.dtype, indices.shape)]
    if not data.shape or len(data.shape) != len(indices.shape):
        raise MismatchError(f"data {show(data.shape)}, indices {show(indices.shape)}: ranks differ")
    axis = normal_axis(site.node.integer("axis", 0), len(data.shape))
    values = None
    if data.maybe_small and indices.maybe_small:
        values = _picked(data, indices, axis)
    return [fact(data.dtype, indices.shape, values)]


def _picked(data: Fact, indices: Fact, axis: int) -> Values | None:
    own, shape, wanted = elements(data), known_shape(indices.shape), indices.integers()
    if own is None or shape is None or wanted is None:
        return None
    values, size = own[0], own[1][axis]
    _check_inside(shape, own[1], axis)
    strides = strides_of(own[1])
    step = strides[axis]
    strides[axis] = 0
    return tuple(
        None if index is None else values[start + step * place_of(index, size)]
        for start, index in zip(offsets([range(d) for d in shape], strides), wanted, strict=True)
    )


def _check_inside(shape: tuple[int, ...], whole: tuple[int, ...], axis: int) -> None:
    for place, (part, size) in enumerate(zip(shape, whole, strict=True)):
        if place != axis and part > size:
            raise MismatchError(f"indices {show(shape)} reach over the edge of {show(whole)}")


@rule("GatherND")
def _gather_nd(site: Site) -> list[Fact]:
    facts = site.need(0), site.need(1)
    data, indices = facts[0].shape, facts[1].shape
    batch = site.node.integer("batch_dims", 0)
    if data is None or indices is None or not indices or indices[-1] is None:
        return [fact(site.dtype(0), None)]
    depth = indices[-1]
    if not 0 <= batch < len(indices) or batch + depth > len(data) or depth < 1:
        raise MismatchError(f"indices {show(indices)} do not fit the data {show(data)}")
    shape: Shape = indices[:-1] + data[batch + depth :]
    values = None
    if facts[0].maybe_small and facts[1].maybe_small and known_shape(shape) is not None:
        values = _gathered_nd(*facts, batch)
    return [fact(site.dtype(0), shape, values)]


def _gathered_nd(data: Fact, indices: Fact, batch: int) -> Values | None:
    own, where, wanted = elements(data), known_shape(indices.shape), indices.integers()
    if own is None or where is None or wanted is None or not own[0]:
        return None
    values, shape = own
    if shape[:batch] != where[:batch]:
        raise MismatchError(f"indices {show(where)} and data {show(shape)} differ in batch")
    depth, strides = where[-1], strides_of(shape)
    inner = prod(shape[batch + depth :])
    result: list[Scalar] = []
    for row, index in enumerate(product(*(range(d) for d in where[:-1]))):
        start: int | None = 0
        for axis in range(batch):
            start = (start or 0) + index[axis] * strides[axis]
        for axis in range(batch, batch + depth):
            wish = wanted[row * depth + axis - batch]
            if wish is None or start is None:
                start = None
            else:
                start += place_of(wish, shape[axis]) * strides[axis]
        part = (None,) * inner if start is None else values[start : start + inner]
        result.extend(part)
    return tuple(result)
