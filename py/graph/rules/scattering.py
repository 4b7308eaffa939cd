"""Elements replaced at the places that another tensor gives: ScatterElements, ScatterND."""

from collections.abc import Callable
from math import prod

from py.graph.fact import Fact, Scalar, Values, fact
from py.graph.rules.arithmetic import BINARY, apply
from py.graph.rules.gathering import place_of
from py.graph.rules.indexing import elements, known_shape, offsets, strides_of
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show

_REDUCTIONS = {"add": "Add", "mul": "Mul", "max": "Max", "min": "Min"}
Combine = Callable[[Scalar, Scalar], Scalar]


def _combine(site: Site) -> Combine:
    reduction = site.node.text("reduction", "none")
    if reduction not in (*_REDUCTIONS, "none"):
        raise MismatchError(f"reduction is {reduction[:40]!r}")
    if reduction == "none":
        return lambda _, new: new
    function, dtype = BINARY[_REDUCTIONS[reduction]], site.dtype(0)
    return lambda old, new: apply(function, dtype, old, new)


@rule("Scatter ScatterElements")
def _scatter_elements(site: Site) -> list[Fact]:
    data, indices = site.need(0), site.need(1)
    if data.shape is None:
        return [fact(data.dtype, None)]
    axis = normal_axis(site.node.integer("axis", 0), len(data.shape))
    if indices.shape is not None and len(indices.shape) != len(data.shape):
        raise MismatchError(f"data {show(data.shape)}, indices {show(indices.shape)}: ranks differ")
    values = None
    if data.maybe_small and indices.maybe_small:
        values = _scattered(site, axis)
    return [fact(data.dtype, data.shape, values)]


def _updates(site: Site, count: int) -> Values:
    """Return the new elements, unknown ones where they are not known."""
    given = site.need(2)
    values = given.read() if given.maybe_small else None
    return values if values is not None and len(values) == count else (None,) * count


def _scattered(site: Site, axis: int) -> Values | None:
    own, where, wanted = elements(site.need(0)), site.need(1), site.need(1).integers()
    shape = known_shape(where.shape)
    if own is None or shape is None or wanted is None or None in wanted:
        return None
    result, size = list(own[0]), own[1][axis]
    for place, (part, whole) in enumerate(zip(shape, own[1], strict=True)):
        if place != axis and part > whole:
            raise MismatchError(f"indices {show(shape)} reach over the edge of {show(own[1])}")
    strides, combine = strides_of(own[1]), _combine(site)
    step = strides[axis]
    strides[axis] = 0
    places = offsets([range(d) for d in shape], strides)
    for start, index, new in zip(places, wanted, _updates(site, len(wanted)), strict=True):
        at = start + step * place_of(index or 0, size)
        result[at] = combine(result[at], new)
    return tuple(result)


@rule("ScatterND")
def _scatter_nd(site: Site) -> list[Fact]:
    data, indices = site.need(0), site.need(1)
    if data.shape is None:
        return [fact(data.dtype, None)]
    if indices.shape is not None and (
        not indices.shape or (indices.shape[-1] or 0) > len(data.shape)
    ):
        raise MismatchError(f"indices {show(indices.shape)} do not fit {show(data.shape)}")
    values = None
    if data.maybe_small and indices.maybe_small:
        values = _scattered_nd(site)
    return [fact(data.dtype, data.shape, values)]


def _scattered_nd(site: Site) -> Values | None:
    own, where, wanted = elements(site.need(0)), site.need(1), site.need(1).integers()
    shape = known_shape(where.shape)
    if own is None or not shape or wanted is None or None in wanted:
        return None
    result, depth = list(own[0]), shape[-1]
    rows, inner, strides = prod(shape[:-1]), prod(own[1][depth:]), strides_of(own[1])
    if not result or rows * inner > len(result) * max(rows, 1):
        return own[0]
    new, combine = _updates(site, rows * inner), _combine(site)
    for row in range(rows):
        start = 0
        for axis in range(depth):
            start += place_of(wanted[row * depth + axis] or 0, own[1][axis]) * strides[axis]
        for place in range(inner):
            result[start + place] = combine(result[start + place], new[row * inner + place])
    return tuple(result)
