"""Running sums and products along an axis: CumSum, CumProd; and reversal of parts of it."""

from py.graph.fact import Fact, Scalar, Values, fact
from py.graph.rules.arithmetic import BINARY, apply, settle
from py.graph.rules.indexing import elements, lines
from py.graph.rules.registry import rule
from py.graph.rules.site import Site, normal_axis

_STEPS = {"CumSum": ("Add", 0), "CumProd": ("Mul", 1)}


@rule("CumSum CumProd")
def _accumulate(site: Site) -> list[Fact]:
    data = site.need(0)
    values = _accumulated(site, data) if data.maybe_small else None
    return [fact(data.dtype, data.shape, values)]


def _accumulated(site: Site, data: Fact) -> Values | None:
    own, axis = elements(data), site.need(1).integer()
    if own is None or axis is None:
        return None
    values, shape = own
    name, start = _STEPS[site.node.op]
    exclusive = bool(site.node.integer("exclusive", 0))
    result: list[Scalar] = list(values)
    for line in lines(shape, normal_axis(axis, len(shape))):
        total: Scalar = settle(start, data.dtype)
        for place in reversed(line) if site.node.integer("reverse", 0) else line:
            before = total
            total = apply(BINARY[name], data.dtype, total, values[place])
            result[place] = before if exclusive else total
    return tuple(result)


@rule("ReverseSequence")
def _reverse_sequence(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(0))]
