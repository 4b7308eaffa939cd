"""One element or another: Where, Clip."""

from math import prod

from py.graph.fact import Fact, Values, fact
from py.graph.rules.indexing import known_shape, spread
from py.graph.rules.registry import rule
from py.graph.rules.site import Site, broadcast


@rule("Where")
def _where(site: Site) -> list[Fact]:
    shape = broadcast([site.shape(0), site.shape(1), site.shape(2)])
    # Most are of activations: the condition is known where shapes depend on it.
    target = known_shape(shape) if site.need(0).maybe_small else None
    values = None if target is None else _chosen(site, target)
    return [fact(site.dtype(1) or site.dtype(2), shape, values)]


def _chosen(site: Site, target: tuple[int, ...]) -> Values | None:
    condition, a, b = (_spread(site, index, target) for index in range(3))
    if condition is None:
        return None
    unknown = (None,) * prod(target)
    return tuple(
        None if which is None else (left if which else right)
        for which, left, right in zip(condition, a or unknown, b or unknown, strict=True)
    )


def _spread(site: Site, index: int, target: tuple[int, ...]) -> Values | None:
    given = site.need(index)
    own = known_shape(given.shape)
    values = given.read() if own is not None and given.maybe_small else None
    return None if own is None or values is None else spread(values, own, target)


@rule("Clip")
def _clip(site: Site) -> list[Fact]:
    data = site.need(0)
    return [fact(data.dtype, data.shape, _clipped(site) if data.maybe_small else None)]


def _clipped(site: Site) -> Values | None:
    data, bounds = site.need(0).read(), []
    for index, name, unlimited in ((1, "min", float("-inf")), (2, "max", float("inf"))):
        given = site.given(index)
        values = (site.node.number(name, unlimited),) if given is None else given.read()
        if values is None or len(values) != 1:
            return None
        bounds.append(values[0])
    low, high = bounds
    if data is None or not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return None
    return tuple(
        min(max(value, low), high) if isinstance(value, (int, float)) else None for value in data
    )
