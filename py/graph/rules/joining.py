"""Tensors put one after the other, and cut into pieces: Concat, Split."""

from collections.abc import Sequence

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.file.payload import MAX_VALUES
from py.graph.rules.bounds import at_most
from py.graph.rules.indexing import elements, joined, known_shape, picked, total
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show


@rule("Concat")
def _concat(site: Site) -> list[Fact]:
    facts = [site.need(index) for index in range(len(site.facts))]
    return [concatenated(facts, site.node.integer("axis", 1))]


def concatenated(facts: Sequence[Fact], axis: int) -> Fact:
    """Return tensors put one after the other along an axis."""
    if not facts:
        raise MismatchError("there is no input")
    dtype = next((given.dtype for given in facts if given.dtype is not None), None)
    shapes = [given.shape for given in facts if given.shape is not None]
    if not shapes:
        return fact(dtype, None)
    shape = _joined_shape(shapes, len(shapes) == len(facts), axis)
    if known_shape(shape) is None or not all(given.maybe_small for given in facts):
        return fact(dtype, shape)
    known = [elements(given) for given in facts]
    parts = [part for part in known if part is not None]
    if len(parts) < len(facts):
        return fact(dtype, shape)
    return fact(dtype, shape, joined(parts, normal_axis(axis, len(shape))))


def _joined_shape(shapes: Sequence[Shape], whole: bool, place: int) -> Shape:
    rank = len(shapes[0])
    axis = normal_axis(place, rank)
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
    known = [size for shape in shapes if (size := shape[axis]) is not None]
    result[axis] = total(known) if whole and len(known) == len(shapes) else None
    return tuple(result)


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
    lengths = _completed(lengths or (), size)
    if len(lengths) < count:
        raise MismatchError(f"{count} outputs of {len(lengths)} parts")
    known = [length for length in lengths if length is not None]
    if size is not None and len(known) == len(lengths) and total(known) != size:
        raise MismatchError(f"parts {known} do not add up to the {size} of axis {axis}")
    room = None if size is None else size - total(known)
    own = elements(data) if data.maybe_small else None
    results, start = [], 0
    for length in lengths[:count]:
        shape = (*data.shape[:axis], length, *data.shape[axis + 1 :])
        if length is None:
            most = (*data.shape[:axis], room, *data.shape[axis + 1 :])
            results.append(at_most(data.dtype, shape, most))
            start = -1
            continue
        values = None
        if own is not None and start >= 0:
            choices = [range(d) for d in own[1]]
            choices[axis] = range(start, start + length)
            values = picked(*own, choices)
        results.append(fact(data.dtype, shape, values))
        start = start + length if start >= 0 else -1
    return results


def _completed(lengths: Shape, size: Dimension) -> Shape:
    """Return the lengths with a single unknown one worked out."""
    known = [length for length in lengths if length is not None]
    if any(length < 0 for length in known):
        raise MismatchError(f"parts of negative length: {known[:20]}")
    if size is None or len(known) != len(lengths) - 1 or total(known) > size:
        return lengths
    return tuple(size - total(known) if length is None else length for length in lengths)


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
