"""Elements as another type: Cast, CastLike."""

from py.graph.dtype import dtype_of
from py.graph.fact import Fact, fact
from py.graph.rules.arithmetic import settle
from py.graph.rules.registry import rule
from py.graph.rules.site import Site


@rule("Cast")
def _cast(site: Site) -> list[Fact]:
    return [_as_type(site.need(0), dtype_of(site.node.integer("to", 0)))]


@rule("CastLike")
def _cast_like(site: Site) -> list[Fact]:
    return [_as_type(site.need(0), site.dtype(1))]


def _as_type(data: Fact, dtype: str | None) -> Fact:
    if data.dtype == dtype:
        return data
    values = data.read() if data.maybe_small else None
    if values is not None:
        values = tuple(
            settle(value, dtype) if isinstance(value, (int, float)) else None for value in values
        )
    return fact(dtype, data.shape, values)
