"""Matrices by their diagonals: EyeLike, Trilu; and the determinant, which takes two axes away."""

from py.graph.dtype import dtype_of
from py.graph.fact import Fact, Values, fact
from py.graph.rules.arithmetic import settle
from py.graph.rules.indexing import elements, known_shape
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show


@rule("EyeLike")
def _eye_like(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is not None and len(data.shape) != 2:
        raise MismatchError(f"the input should be a matrix, got {show(data.shape)}")
    dtype = dtype_of(site.node.integer("dtype", 0)) or data.dtype
    own, k = known_shape(data.shape), site.node.integer("k", 0)
    values: Values | None = None
    if own is not None:
        values = tuple(
            settle(int(column == row + k), dtype)
            for row in range(own[0])
            for column in range(own[1])
        )
    return [fact(dtype, data.shape, values)]


@rule("Trilu")
def _trilu(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is not None and len(data.shape) < 2:
        raise MismatchError(f"the input should have 2 or more dimensions, got {show(data.shape)}")
    return [fact(data.dtype, data.shape, _triangle(site, data) if data.maybe_small else None)]


def _triangle(site: Site, data: Fact) -> Values | None:
    own = elements(data)
    k = site.need(1).integer() if site.has(1) else 0
    if own is None or k is None:
        return None
    values, shape = own
    upper, zero = bool(site.node.integer("upper", 1)), settle(0, data.dtype)
    rows, columns = shape[-2:]
    result = []
    for place, value in enumerate(values):
        row, column = place // columns % rows, place % columns
        kept = column >= row + k if upper else column <= row + k
        result.append(value if kept else zero)
    return tuple(result)


@rule("Det")
def _det(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None)]
    if len(data.shape) < 2 or len({size for size in data.shape[-2:] if size is not None}) > 1:
        raise MismatchError(f"the input should be square matrices, got {show(data.shape)}")
    return [fact(data.dtype, data.shape[:-2])]
