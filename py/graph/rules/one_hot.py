"""OneHot: a new axis with one element on, at the place that the index gives."""

import math

from py.graph.fact import Fact, Scalar, Shape, Values, fact
from py.graph.rules.indexing import elements, known_shape
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis


@rule("OneHot")
def _one_hot(site: Site) -> list[Fact]:
    indices, depth, pair = site.need(0), site.need(1), site.need(2)
    if indices.shape is None:
        return [fact(pair.dtype, None)]
    axis = normal_axis(site.node.integer("axis", -1), len(indices.shape) + 1)
    given = depth.read() if depth.maybe_small else None
    if given is not None and len(given) != 1:
        raise MismatchError(f"a depth of {list(given[:5])}")
    size = None
    if given is not None and isinstance(given[0], (int, float)) and math.isfinite(given[0]):
        size = int(given[0])
    if size is not None and size < 1:
        raise MismatchError(f"a depth of {size}")
    shape: Shape = (*indices.shape[:axis], size, *indices.shape[axis:])
    values = None
    if indices.maybe_small and size is not None and known_shape(shape) is not None:
        values = _expanded(indices, size, pair, axis)
    return [fact(pair.dtype, shape, values)]


def _expanded(indices: Fact, size: int, pair: Fact, axis: int) -> Values | None:
    own = elements(indices)
    ends = pair.read() if pair.maybe_small else None
    if own is None or ends is None or len(ends) != 2:
        return None
    values, shape = own
    inner = 1
    for dimension in shape[axis:]:
        inner *= dimension
    result: list[Scalar] = []
    for start in range(0, len(values), max(inner, 1)):
        for place in range(size):
            for index in values[start : start + inner]:
                if not isinstance(index, (int, float)):
                    result.append(None)
                else:
                    # Outside of [-size, size) all are off.
                    wanted = index + size if index < 0 else index
                    result.append(ends[1] if wanted == place else ends[0])
    return tuple(result)
