"""Elements put in other places: Transpose, Expand, Tile, depth and space."""

from py.graph.fact import Dimension, Fact, fact
from py.graph.rules.constants import length_of, shape_from
from py.graph.rules.indexing import elements, known_shape, picked, spread, transposed
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, broadcast, normal_axis, show


@rule("Transpose")
def _transpose(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None)]
    rank = len(data.shape)
    order = site.node.integers("perm")
    order = tuple(reversed(range(rank))) if order is None else order
    if sorted(order) != list(range(rank)):
        raise MismatchError(f"perm {list(order)} does not order the axes of {show(data.shape)}")
    shape = tuple(data.shape[axis] for axis in order)
    own = elements(data)
    return [fact(data.dtype, shape, None if own is None else transposed(*own, order))]


@rule("Expand")
def _expand(site: Site) -> list[Fact]:
    data = site.need(0)
    target = shape_from(site.need(1).integers(), length_of(site.shape(1)))
    shape = broadcast([data.shape, target])
    own, full, values = elements(data), known_shape(shape), None
    if own is not None and full is not None:
        values = spread(*own, full)
    return [fact(data.dtype, shape, values)]


@rule("Tile")
def _tile(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None)]
    rank = len(data.shape)
    if site.opset < 6:
        repeats = _repeats_of_one_axis(site, rank)
    else:
        repeats = shape_from(site.need(1).integers(), rank) or ()
    if len(repeats) != rank:
        raise MismatchError(f"{len(repeats)} repeats for {show(data.shape)}")
    shape = tuple(
        0 if size == 0 or times == 0 else None if size is None or times is None else size * times
        for size, times in zip(data.shape, repeats, strict=True)
    )
    own, values = elements(data), None
    if own is not None and known_shape(shape) is not None:
        choices = [list(range(d)) * (t or 0) for d, t in zip(own[1], repeats, strict=True)]
        values = picked(*own, choices)
    return [fact(data.dtype, shape, values)]


def _repeats_of_one_axis(site: Site, rank: int) -> tuple[Dimension, ...]:
    """Return the repeats as the first version had them: a number of tiles, and their axis."""
    tiles, axis = site.need(1).read(), site.need(2).read()
    if tiles is None or axis is None or not tiles or not axis:
        return (None,) * rank
    count, place = tiles[0], axis[0]
    if not isinstance(count, (int, float)) or not isinstance(place, (int, float)):
        return (None,) * rank
    where = normal_axis(int(place), rank)
    return tuple(int(count) if i == where else 1 for i in range(rank))


@rule("DepthToSpace SpaceToDepth")
def _depth_and_space(site: Site) -> list[Fact]:
    data, block = site.need(0), site.node.integer("blocksize", 0)
    if data.shape is None:
        return [fact(data.dtype, None)]
    if len(data.shape) != 4 or block < 1:
        raise MismatchError(f"blocks of {block} in {show(data.shape)}")
    batch, channels, height, width = data.shape
    if site.node.op == "DepthToSpace":
        spatial = tuple(None if d is None else d * block for d in (height, width))
        return [fact(data.dtype, (batch, _share(channels, block * block), *spatial))]
    deep = None if channels is None else channels * block * block
    return [fact(data.dtype, (batch, deep, _share(height, block), _share(width, block)))]


def _share(size: Dimension, parts: int) -> Dimension:
    if size is not None and size % parts:
        raise MismatchError(f"a dimension of {size} does not divide by {parts}")
    return None if size is None else size // parts
