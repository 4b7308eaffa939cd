"""Elements counted and kept: NonZero, Unique, Compress. How many there are is up to the values.

Where they are not known, the dimension is not known either and has what it is at most.
"""

from collections.abc import Sequence
from itertools import product
from math import prod

from py.graph.fact import Dimension, Fact, Scalar, Values, fact, limited
from py.graph.rules.indexing import known_shape, picked
from py.graph.rules.registry import rule
from py.graph.rules.site import Site, normal_axis


@rule("NonZero")
def _non_zero(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact("int64", (None, None))]
    own = known_shape(data.shape or (1,))  # a scalar has one coordinate, as in onnxruntime
    rank = max(len(data.shape), 1)
    values = known_values(data)
    if own is not None and values is not None:
        places = [
            place
            for place, value in zip(product(*map(range, own)), values, strict=True)
            if value != 0
        ]
        flat = tuple(place[axis] for axis in range(rank) for place in places)
        return [fact("int64", (rank, len(places)), flat)]
    elements = data.type.elements
    if elements == 0:
        return [fact("int64", (rank, 0))]
    return [limited("int64", (rank, None), (rank, elements))]


def known_values(data: Fact) -> Values | None:
    """Return the elements of a small tensor where every one of them is known."""
    values = data.read() if data.maybe_small else None
    return None if values is None or None in values else values


@rule("Compress")
def _compress(site: Site) -> list[Fact]:
    data, condition = site.need(0), site.need(1)
    size: Dimension = data.type.elements
    before: tuple[Dimension, ...] = ()
    after: tuple[Dimension, ...] = ()
    axis = None
    if "axis" in site.node.attributes:
        if data.shape is None:
            return [fact(data.dtype, None)]
        axis = normal_axis(site.node.integer("axis", 0), len(data.shape))
        before, size, after = data.shape[:axis], data.shape[axis], data.shape[axis + 1 :]
    flags = condition.read() if condition.maybe_small else None
    if flags is None or None in flags:
        lengths = [n for n in (size, condition.type.elements) if n is not None]
        most = min(lengths, default=None)
        if most == 0:
            return [fact(data.dtype, (*before, 0, *after))]
        return [limited(data.dtype, (*before, None, *after), (*before, most, *after))]
    kept = [place for place, flag in enumerate(flags) if flag and (size is None or place < size)]
    values = data.read() if data.maybe_small else None
    own = known_shape(data.shape)
    part = None
    if values is not None and own is not None:
        if axis is None:
            part = tuple(values[place] for place in kept)
        else:
            choices: list[Sequence[int]] = [range(d) for d in own]
            choices[axis] = kept
            part = picked(values, own, choices)
    return [fact(data.dtype, (*before, len(kept), *after), part)]


@rule("Unique")
def _unique(site: Site) -> list[Fact]:
    data = site.need(0)
    by_axis = "axis" in site.node.attributes
    if data.shape is None:
        one = fact("int64", (None,))
        return [fact(data.dtype, None if by_axis else (None,)), one, one, one]
    axis = normal_axis(site.node.integer("axis", 0), len(data.shape)) if by_axis else 0
    size = data.shape[axis] if by_axis else data.type.elements
    before, after = (data.shape[:axis], data.shape[axis + 1 :]) if by_axis else ((), ())
    values, own = known_values(data), known_shape(data.shape)
    if values is None or own is None or any(value != value for value in values):
        whole = fact("int64", (size,))
        if size is not None and size < 2:
            place = fact("int64", (size,))
            return [fact(data.dtype, (*before, size, *after)), place, whole, place]
        places = limited("int64", (None,), (size,))
        chosen = limited(data.dtype, (*before, None, *after), (*before, size, *after))
        return [chosen, places, whole, places]
    slices: list[tuple[Scalar, ...]] = [(value,) for value in values]
    if by_axis:
        slices = _slices(values, own, axis)
    first, inverse, counts = _counted(slices, bool(site.node.integer("sorted", 1)))
    if by_axis:
        choices: list[Sequence[int]] = [range(d) for d in own]
        choices[axis] = first
        part = picked(values, own, choices)
    else:
        part = tuple(values[place] for place in first)
    kept = (len(first),)
    return [
        fact(data.dtype, (*before, len(first), *after), part),
        fact("int64", kept, tuple(first)),
        fact("int64", (len(slices),), tuple(inverse)),
        fact("int64", kept, tuple(counts)),
    ]


def _slices(values: Values, shape: Sequence[int], axis: int) -> list[tuple[Scalar, ...]]:
    """Return the elements at each place along an axis."""
    size, inner = shape[axis], prod(shape[axis + 1 :])
    result: list[list[Scalar]] = [[] for _ in range(size)]
    for block in range(prod(shape[:axis])):
        for place in range(size):
            start = (block * size + place) * inner
            result[place].extend(values[start : start + inner])
    return [tuple(part) for part in result]


def _counted(
    slices: list[tuple[Scalar, ...]], in_order: bool
) -> tuple[list[int], list[int], list[int]]:
    """Return where each distinct slice is first, which of them each slice is, and how many."""
    first: dict[tuple[Scalar, ...], int] = {}
    for place, part in enumerate(slices):
        first.setdefault(part, place)
    # Elements of a tensor are all of one type, so that they compare.
    distinct = sorted(first, key=_order) if in_order else list(first)
    rank = {part: place for place, part in enumerate(distinct)}
    inverse = [rank[part] for part in slices]
    counts = [0] * len(distinct)
    for place in inverse:
        counts[place] += 1
    return [first[part] for part in distinct], inverse, counts


def _order(part: tuple[Scalar, ...]) -> tuple[tuple[float, str], ...]:
    return tuple(
        (0, value) if isinstance(value, str) else (value if value is not None else 0, "")
        for value in part
    )
