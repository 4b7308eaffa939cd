"""Slice: a range along each of some axes."""

from py.graph.fact import Dimension, Fact, fact
from py.graph.rules.bounds import at_most
from py.graph.rules.constants import length_of
from py.graph.rules.indexing import elements, picked
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis

_TO_THE_END = ((1 << 31) - 1, (1 << 63) - 1)


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
    if not has_axes:
        count = next((len(part) for part in (starts, ends, steps) if part is not None), None)
        if count is None and from_inputs:
            count = length_of(site.shape(1)) or length_of(site.shape(2))
        if count is not None and count > rank:
            raise MismatchError(f"{count:,} starts for a tensor of {rank} dimensions")
        axes = None if count is None else tuple(range(count))
    if axes is None or None in axes:
        # One step along any axis: each may be cut.
        return [at_most(data.dtype, (None,) * rank, data.shape)]
    starts = starts or (None,) * len(axes)
    ends = ends or (None,) * len(axes)
    steps = (steps or (None,) * len(axes)) if has_steps else (1,) * len(axes)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise MismatchError("starts, ends, axes and steps differ in length")
    shape, most = list(data.shape), list(data.shape)
    choices: list[range | None] = [None if size is None else range(size) for size in shape]
    seen: set[int] = set()
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        place = normal_axis(axis or 0, rank)
        if place in seen:
            raise MismatchError(f"axis {place} is named twice")
        seen.add(place)
        size = data.shape[place]
        choice = _positions(size, start, end, step)
        choices[place] = choice
        if choice is not None:
            shape[place] = most[place] = len(choice)
        else:
            shape[place], most[place] = None, _longest(size, start, end, step)
    known = [choice for choice in choices if choice is not None]
    if None in shape:
        return [at_most(data.dtype, shape, most)]
    own = elements(data) if len(known) == rank else None
    return [fact(data.dtype, tuple(shape), None if own is None else picked(*own, known))]


def _positions(
    size: Dimension, start: int | None, end: int | None, step: int | None
) -> range | None:
    if step == 0:
        raise MismatchError("a step of 0")
    if start is not None and start == end and step is not None and step > 0:
        return range(0)
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


def _longest(size: Dimension, start: int | None, end: int | None, step: int | None) -> Dimension:
    """Return the most elements that a range can have of which not everything is known."""
    if step is None or step < 0:
        return None if size is None else -(-size // abs(step or 1))
    reach = [] if size is None else [size]
    if size is not None and start is not None:
        reach.append(max(0, size - start if start >= 0 else min(size, -start)))
    if end is not None and 0 <= end < _TO_THE_END[0]:
        reach.append(max(0, end - max(start or 0, 0)))
    return -(-min(reach) // step) if reach else None
