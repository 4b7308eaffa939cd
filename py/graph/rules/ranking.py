"""The extremes along an axis: TopK, ArgMax, ArgMin."""

from py.graph.fact import Fact, Scalar, Shape, Values, fact
from py.graph.rules.bounds import at_most
from py.graph.rules.indexing import elements, lines
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis


@rule("TopK")
def _top_k(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None), fact("int64", None)]
    axis = normal_axis(site.node.integer("axis", -1), len(data.shape))
    count: int | None = site.node.integer("k", 1)
    if site.has(1):
        count = site.need(1).integer()
    size = data.shape[axis]
    if count is None:
        shape: Shape = (*data.shape[:axis], None, *data.shape[axis + 1 :])
        return [at_most(data.dtype, shape, data.shape), at_most("int64", shape, data.shape)]
    if count < 0 or (size is not None and count > size):
        raise MismatchError(f"the {count} largest of {size}")
    shape = (*data.shape[:axis], count, *data.shape[axis + 1 :])
    found = _largest(site, data, axis, count) if data.maybe_small else None
    values, places = found if found is not None else (None, None)
    return [fact(data.dtype, shape, values), fact("int64", shape, places)]


def _numbers(data: Fact) -> tuple[list[int | float], tuple[int, ...]] | None:
    """Return the elements where every one of them is a number that compares."""
    own = elements(data)
    if own is None:
        return None
    numbers = [value for value in own[0] if isinstance(value, (int, float)) and value == value]
    return (numbers, own[1]) if len(numbers) == len(own[0]) else None


def _largest(site: Site, data: Fact, axis: int, count: int) -> tuple[Values, Values] | None:
    own = _numbers(data)
    if own is None:
        return None
    numbers, shape = own
    sign = -1 if site.node.integer("largest", 1) else 1
    inner = 1
    for size in shape[axis + 1 :]:
        inner *= size
    kept = len(numbers) // max(shape[axis], 1) * count
    values: list[Scalar] = [None] * kept
    places: list[Scalar] = [None] * kept
    if not site.node.integer("sorted", 1) and count > 1:
        return tuple(values), tuple(places)  # in an order that is up to the kernel
    for number, line in enumerate(lines(shape, axis)):
        order = sorted(range(len(line)), key=lambda i: (sign * numbers[line[i]], i))
        start = number // inner * inner * count + number % inner
        for rank, place in enumerate(order[:count]):
            values[start + rank * inner] = numbers[line[place]]
            places[start + rank * inner] = place
    return tuple(values), tuple(places)


@rule("ArgMax ArgMin")
def _argument(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact("int64", None)]
    axis = normal_axis(site.node.integer("axis", 0), len(data.shape) or 1)
    middle = (1,) if site.node.integer("keepdims", 1) and data.shape else ()
    shape = data.shape[:axis] + middle + data.shape[axis + 1 :]
    values = _arguments(site, data, axis) if data.maybe_small and data.shape else None
    return [fact("int64", shape, values)]


def _arguments(site: Site, data: Fact, axis: int) -> Values | None:
    own = _numbers(data)
    if own is None or not own[1][axis]:
        return None
    sign = -1 if site.node.op == "ArgMax" else 1
    turn = -1 if site.node.integer("select_last_index", 0) else 1
    return tuple(
        min(range(len(line)), key=lambda i: (sign * own[0][line[i]], turn * i))
        for line in lines(own[1], axis)
    )
