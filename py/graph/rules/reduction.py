"""Reductions along axes: ReduceMean and its kin, ArgMax, ArgMin."""

from py.graph.fact import Fact, Scalar, Values, fact
from py.graph.rules.arithmetic import BINARY, apply
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
        return [fact(data.dtype, (None,) * rank if keep else None)]
    if not axes:
        if site.node.integer("noop_with_empty_axes", 0):
            return [fact(data.dtype, data.shape)]
        axes = tuple(range(rank))
    places = {normal_axis(axis, rank) for axis in axes if axis is not None}
    shape = tuple(
        1 if place in places else size
        for place, size in enumerate(data.shape)
        if keep or place not in places
    )
    values = _reduced(site) if len(places) == rank and data.maybe_small else None
    return [fact(data.dtype, shape, values)]


def _reduced(site: Site) -> Values | None:
    """Return the single element of a whole small tensor reduced, as shape arithmetic needs it."""
    step = {"ReduceProd": "Mul", "ReduceSum": "Add", "ReduceMax": "Max", "ReduceMin": "Min"}
    values = site.need(0).read()
    if site.node.op not in step or not values:
        return None
    function, result = BINARY[step[site.node.op]], values[0]
    total: Scalar = result
    for value in values[1:]:
        total = apply(function, site.dtype(0), total, value)
    return (total,)


@rule("ArgMax ArgMin")
def _argument(site: Site) -> list[Fact]:
    shape = site.shape(0)
    if shape is None:
        return [fact("int64", None)]
    axis = normal_axis(site.node.integer("axis", 0), len(shape))
    middle = (1,) if site.node.integer("keepdims", 1) else ()
    return [fact("int64", shape[:axis] + middle + shape[axis + 1 :])]
