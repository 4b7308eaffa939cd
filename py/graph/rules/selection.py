"""Parts of a tensor: Slice, Gather and its kin, Scatter, OneHot, TopK, arguments of the extreme."""

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.indexing import known_shape, picked
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show


@rule("Slice")
def _slice(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None)]
    rank = len(data.shape)
    from_inputs = site.opset >= 10
    lists = []
    for index, name in enumerate(("starts", "ends", "axes", "steps"), start=1):
        lists.append(site.integers_from(name, index if from_inputs else None))
    (has_starts, starts), (has_ends, ends), (has_axes, axes), (has_steps, steps) = lists
    if not has_starts or not has_ends:
        raise MismatchError("starts or ends are missing")
    count = next((len(part) for part in (starts, ends, axes, steps) if part is not None), rank)
    if not has_axes:
        axes = tuple(range(count))
    if axes is None or None in axes:
        return [fact(data.dtype, (None,) * rank)]
    starts = starts or (None,) * len(axes)
    ends = ends or (None,) * len(axes)
    steps = (steps or (None,) * len(axes)) if has_steps else (1,) * len(axes)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise MismatchError("starts, ends, axes and steps differ in length")
    shape = list(data.shape)
    choices: list[range | None] = [None if size is None else range(size) for size in shape]
    seen: set[int] = set()
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        place = normal_axis(axis or 0, rank)
        if place in seen:
            raise MismatchError(f"axis {place} is named twice")
        seen.add(place)
        choice = _positions(data.shape[place], start, end, step)
        choices[place] = choice
        shape[place] = None if choice is None else len(choice)
    elements, own, values = data.read(), known_shape(data.shape), None
    known = [choice for choice in choices if choice is not None]
    if elements is not None and own is not None and len(known) == rank:
        values = picked(elements, own, known)
    return [fact(data.dtype, tuple(shape), values)]


_TO_THE_END = ((1 << 31) - 1, (1 << 63) - 1)


def _positions(
    size: Dimension, start: int | None, end: int | None, step: int | None
) -> range | None:
    if step == 0:
        raise MismatchError("a step of 0")
    if size is None or start is None or end is None or step is None:
        return None
    if end in _TO_THE_END:
        # Meant as no end at all: onnxruntime goes to the beginning then when the step is negative.
        end = size if step > 0 else -size - 1
    # As numpy's slices, but a negative end still below zero after adding the size means "to 0".
    low, high = (0, size) if step > 0 else (-1, size - 1)
    first = start + size if start < 0 else start
    last = end + size if end < 0 else end
    first = min(max(first, 0), size if step > 0 else size - 1)
    last = min(max(last, low), high if step > 0 else size)
    return range(first, last, step)


@rule("Gather")
def _gather(site: Site) -> list[Fact]:
    data, indices = site.need(0), site.need(1)
    if data.shape is None or indices.shape is None:
        return [fact(data.dtype, None)]
    if not data.shape:
        raise MismatchError("there is nothing to gather from a scalar")
    axis = normal_axis(site.node.integer("axis", 0), len(data.shape))
    shape = data.shape[:axis] + indices.shape + data.shape[axis + 1 :]
    values = None
    if len(data.shape) == 1 and data.maybe_small and indices.maybe_small:
        elements, wanted = data.read(), indices.integers()
        if elements is not None and wanted is not None:
            values = tuple(
                None if i is None else elements[_place(i, len(elements))] for i in wanted
            )
    return [fact(data.dtype, shape, values)]


def _place(index: int, size: int) -> int:
    if not -size <= index < size:
        raise MismatchError(f"index {index} is outside of {size} elements")
    return index


@rule("GatherElements")
def _gather_elements(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(1))]


@rule("GatherND")
def _gather_nd(site: Site) -> list[Fact]:
    data, indices = site.shape(0), site.shape(1)
    batch = site.node.integer("batch_dims", 0)
    if data is None or indices is None or not indices or indices[-1] is None:
        return [fact(site.dtype(0), None)]
    if not 0 <= batch < len(indices) or batch + indices[-1] > len(data):
        raise MismatchError(f"indices {show(indices)} do not fit the data {show(data)}")
    return [fact(site.dtype(0), indices[:-1] + data[batch + indices[-1] :])]


@rule("Scatter ScatterElements ScatterND Trilu CumSum ReverseSequence")
def _same_as_data(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(0))]


@rule("OneHot")
def _one_hot(site: Site) -> list[Fact]:
    indices, depth = site.shape(0), site.need(1).integers()
    if indices is None:
        return [fact(site.dtype(2), None)]
    axis = normal_axis(site.node.integer("axis", -1), len(indices) + 1)
    size = depth[0] if depth is not None and len(depth) == 1 else None
    return [fact(site.dtype(2), (*indices[:axis], size, *indices[axis:]))]


@rule("TopK")
def _top_k(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None), fact("int64", None)]
    axis = normal_axis(site.node.integer("axis", -1), len(data.shape))
    count: int | None = site.node.integer("k", 1)
    if site.has(1):
        given = site.need(1).integers()
        count = given[0] if given is not None and len(given) == 1 else None
    shape: Shape = (*data.shape[:axis], count, *data.shape[axis + 1 :])
    return [fact(data.dtype, shape), fact("int64", shape)]


@rule("NonZero")
def _non_zero(site: Site) -> list[Fact]:
    shape = site.shape(0)
    return [fact("int64", (None if shape is None else max(len(shape), 1), None))]
