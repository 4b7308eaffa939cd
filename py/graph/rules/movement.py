"""Elements put in other places: Transpose, Concat, Split, Expand, Tile, Pad, depth and space."""

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.file.payload import MAX_VALUES
from py.graph.rules.constants import length_of, shape_from
from py.graph.rules.indexing import joined, known_shape, picked, spread, transposed
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
    own, elements, values = known_shape(data.shape), data.read(), None
    if own is not None and elements is not None:
        values = transposed(elements, own, order)
    return [fact(data.dtype, shape, values)]


@rule("Concat")
def _concat(site: Site) -> list[Fact]:
    facts = [site.need(index) for index in range(len(site.facts))]
    if not facts:
        raise MismatchError("there is no input")
    shapes = [given.shape for given in facts if given.shape is not None]
    if not shapes:
        return [fact(facts[0].dtype, None)]
    rank = len(shapes[0])
    axis = normal_axis(site.node.integer("axis", 1), rank)
    result: list[Dimension] = list(shapes[0])
    for shape in shapes[1:]:
        if len(shape) != rank:
            raise MismatchError(f"inputs {show(shapes[0])} and {show(shape)} differ in rank")
        for place, size in enumerate(shape):
            if place == axis or size is None:
                continue
            if result[place] is None:
                result[place] = size
            elif result[place] != size:
                raise MismatchError(
                    f"inputs {show(shapes[0])} and {show(shape)} differ outside of axis {axis}"
                )
    along = [shape[axis] for shape in shapes]
    known = [size for size in along if size is not None]
    whole = len(known) == len(facts)
    result[axis] = sum(known) if whole else None
    shape = tuple(result)
    if known_shape(shape) is None:
        return [fact(facts[0].dtype, shape)]
    values = site.all_values()
    parts = [
        (own, known_shape(given.shape) or ())
        for own, given in zip(values or (), facts, strict=bool(values))
    ]
    return [fact(facts[0].dtype, shape, joined(parts, axis) if values else None)]


@rule("Split")
def _split(site: Site) -> list[Fact]:
    data, count = site.need(0), len(site.node.outputs)
    if data.shape is None:
        return [fact(data.dtype, None)] * count
    axis = normal_axis(site.node.integer("axis", 0), len(data.shape))
    size = data.shape[axis]
    given, lengths = site.integers_from("split", 1)
    if not given:
        lengths = _even(size, site.node.integer("num_outputs", count))
        if site.opset < 18 and len(set(lengths)) > 1:
            raise MismatchError(f"a length of {size} does not make {count} equal parts")
    elif lengths is None:
        lengths = (None,) * count
    if len(lengths or ()) < count:
        raise MismatchError(f"{count} outputs of {len(lengths or ())} parts")
    known = [length for length in lengths or () if length is not None]
    if size is not None and len(known) == len(lengths or ()) and sum(known) != size:
        raise MismatchError(f"parts {known} do not add up to the {size} of axis {axis}")
    elements = data.read()
    results, own, start = [], known_shape(data.shape), 0
    for length in (lengths or ())[:count]:
        values = None
        if own is not None and elements is not None and length is not None and start >= 0:
            choices = [range(d) for d in own]
            choices[axis] = range(start, start + length)
            values = picked(elements, own, choices)
        shape = (*data.shape[:axis], length, *data.shape[axis + 1 :])
        results.append(fact(data.dtype, shape, values))
        start = start + length if length is not None and start >= 0 else -1
    return results


def _even(size: Dimension, count: int) -> Shape:
    if not 1 <= count <= MAX_VALUES:
        raise MismatchError(f"{count} parts")
    if size is None:
        return (None,) * count
    length = -(-size // count)
    last = size - length * (count - 1)
    if last < 0:
        raise MismatchError(f"a length of {size} does not make {count} parts")
    return (length,) * (count - 1) + (last,)


@rule("Expand")
def _expand(site: Site) -> list[Fact]:
    data = site.need(0)
    target = shape_from(site.need(1).integers(), length_of(site.shape(1)))
    shape = broadcast([data.shape, target])
    elements = data.read()
    own, full, values = known_shape(data.shape), known_shape(shape), None
    if own is not None and full is not None and elements is not None:
        values = spread(elements, own, full)
    return [fact(data.dtype, shape, values)]


@rule("Tile")
def _tile(site: Site) -> list[Fact]:
    data, repeats = site.need(0), site.need(1).integers()
    if data.shape is None:
        return [fact(data.dtype, None)]
    repeats = shape_from(repeats, len(data.shape)) or ()
    if len(repeats) != len(data.shape):
        raise MismatchError(f"{len(repeats)} repeats for {show(data.shape)}")
    shape = tuple(
        None if size is None or times is None else size * times
        for size, times in zip(data.shape, repeats, strict=True)
    )
    own, elements, values = known_shape(data.shape), data.read(), None
    if own is not None and known_shape(shape) is not None and elements is not None:
        choices = [list(range(d)) * (t or 0) for d, t in zip(own, repeats, strict=True)]
        values = picked(elements, own, choices)
    return [fact(data.dtype, shape, values)]


@rule("Pad")
def _pad(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None)]
    rank = len(data.shape)
    given, pads = site.integers_from("paddings" if site.opset < 2 else "pads", 1)
    if not given:
        raise MismatchError("the pads are missing")
    axes: Shape | None = tuple(range(rank))
    if site.has(3):
        axes = site.need(3).integers()
    if pads is None or axes is None or None in axes:
        return [fact(data.dtype, (None,) * rank)]
    if len(pads) != 2 * len(axes):
        raise MismatchError(f"{len(pads)} pads for {len(axes)} axes")
    shape = list(data.shape)
    for place, axis in enumerate(axes):
        where = normal_axis(axis or 0, rank)
        before, after, size = pads[place], pads[place + len(axes)], shape[where]
        if before is None or after is None or size is None:
            shape[where] = None
        elif size + before + after < 0:
            raise MismatchError(f"pads {list(pads)} take away more than {show(data.shape)} has")
        else:
            shape[where] = size + before + after
    return [fact(data.dtype, tuple(shape))]


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
