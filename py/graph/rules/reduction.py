"""Reductions along axes: ReduceMean and its kin."""

import math
from collections.abc import Callable, Sequence

from py.graph.fact import Fact, Scalar, Shape, Values, fact
from py.graph.rules.arithmetic import BINARY, Number, apply, settle
from py.graph.rules.constants import length_of
from py.graph.rules.indexing import elements, offsets, strides_of, total
from py.graph.rules.registry import rule
from py.graph.rules.site import Site, normal_axis


@rule(
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd "
    "ReduceSum ReduceSumSquare"
)
def _reduce(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None)]
    rank, keep = len(data.shape), bool(site.node.integer("keepdims", 1))
    given, axes = site.integers_from("axes", 1)
    if given and (axes is None or None in axes):
        return [fact(data.dtype, _some_axes(site, rank, keep))]
    if not axes:
        if site.node.integer("noop_with_empty_axes", 0):
            # No axis goes, but each element is still squared, or taken absolute.
            return [
                fact(data.dtype, data.shape, _reduced(site, set()) if data.maybe_small else None)
            ]
        axes = tuple(range(rank))
    places = {normal_axis(axis, rank) for axis in axes if axis is not None}
    shape = tuple(
        1 if place in places else size
        for place, size in enumerate(data.shape)
        if keep or place not in places
    )
    return [fact(data.dtype, shape, _reduced(site, places) if data.maybe_small else None)]


def _some_axes(site: Site, rank: int, keep: bool) -> Shape | None:
    """Return what is left when it is not known which axes go, but perhaps how many."""
    count = length_of(site.shape(1)) if site.has(1) else None
    if keep:
        return (None,) * rank
    return None if not count or count > rank else (None,) * (rank - count)


def _reduced(site: Site, places: set[int]) -> Values | None:
    own = elements(site.need(0))
    if own is None:
        return None
    values, shape = own
    strides = strides_of(shape)
    kept = [axis for axis in range(len(shape)) if axis not in places]
    gone = [axis for axis in range(len(shape)) if axis in places]
    within = [*offsets([range(shape[axis]) for axis in gone], [strides[axis] for axis in gone])]
    reduce = _REDUCTIONS[site.node.op.removeprefix("Reduce")]
    dtype = site.dtype(0)
    starts = offsets([range(shape[axis]) for axis in kept], [strides[axis] for axis in kept])
    return tuple(reduce(dtype, [values[start + i] for i in within]) for start in starts)


Reduction = Callable[[str | None, Sequence[Scalar]], Scalar]


def _step(name: str, start: Number | None) -> Reduction:
    """Return a reduction that takes the elements one by one."""
    function = BINARY[name]

    def reduce(dtype: str | None, values: Sequence[Scalar]) -> Scalar:
        if not values:
            return settle(start, dtype)
        result = values[0]
        for value in values[1:]:
            result = apply(function, dtype, result, value)
        return result

    return reduce


def _of_sum(
    before: Callable[[Number], Number] | None, after: Callable[[Number, int], Number | None]
) -> Reduction:
    """Return a reduction that adds up, with one function before that and one after it."""

    def reduce(dtype: str | None, values: Sequence[Scalar]) -> Scalar:
        numbers = [value for value in values if isinstance(value, (int, float))]
        if len(numbers) != len(values):
            return None
        try:
            numbers = [before(number) for number in numbers] if before else numbers
            return settle(after(_sum(numbers), len(numbers)), dtype)
        except (OverflowError, ValueError):
            return None

    return reduce


def _sum(numbers: Sequence[Number]) -> Number:
    whole = [number for number in numbers if isinstance(number, int)]
    return total(whole) if len(whole) == len(numbers) else math.fsum(numbers)


def _mean(number: Number, count: int) -> Number | None:
    return BINARY["Div"](number, count)


_REDUCTIONS: dict[str, Reduction] = {
    "Prod": _step("Mul", 1),
    "Max": _step("Max", None),
    "Min": _step("Min", None),
    "Sum": _of_sum(None, lambda number, _: number),
    "Mean": _of_sum(None, _mean),
    "L1": _of_sum(abs, lambda number, _: number),
    "L2": _of_sum(lambda number: number * number, lambda number, _: math.sqrt(number)),
    "SumSquare": _of_sum(lambda number: number * number, lambda number, _: number),
    "LogSum": _of_sum(None, lambda number, _: math.log(number)),
    "LogSumExp": _of_sum(math.exp, lambda number, _: math.log(number)),
}
