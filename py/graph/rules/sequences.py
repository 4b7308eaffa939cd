"""Sequences of tensors and optional values: their parts pass through as they are."""

from py.graph.dtype import dtype_of
from py.graph.fact import MAX_ITEMS, NOTHING, Dimension, Fact, common, fact, sequence, sequence_of
from py.graph.fact import optional as optional_of
from py.graph.rules.indexing import known_shape, picked
from py.graph.rules.joining import concatenated
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis
from py.graph.tensor_type import TensorType


@rule("SequenceEmpty")
def _empty(site: Site) -> list[Fact]:
    item = fact(dtype_of(site.node.integer("dtype", 1)), None)
    return [Fact(TensorType(form="sequence"), item=item, items=())]


@rule("SequenceConstruct")
def _construct(site: Site) -> list[Fact]:
    return [sequence(site.need(index) for index in range(len(site.facts)))]


@rule("SequenceInsert")
def _insert(site: Site) -> list[Fact]:
    whole, new = site.need(0), site.need(1)
    items = whole.items
    if items is None:
        return [sequence_of(common(item for item in (whole.item, new) if item is not None))]
    place: int | None = len(items)
    if site.has(2):
        place = _place(site.need(2).integer(), len(items) + 1, len(items))
    if place is None:
        return [sequence([common((*items, new)) or NOTHING] * (len(items) + 1))]
    item = common((whole.item, new)) if items and whole.item is not None else new
    return [_known((*items[:place], new, *items[place:]), item)]


def _known(items: tuple[Fact, ...], item: Fact | None) -> Fact:
    """Return a sequence of these; ``item`` is handed on because comparing all takes long."""
    if len(items) > MAX_ITEMS:
        return sequence_of(item)
    return Fact(TensorType(form="sequence"), item=item, items=items)


@rule("SequenceErase")
def _erase(site: Site) -> list[Fact]:
    whole = site.need(0)
    items = whole.items
    if items is None:
        return [sequence_of(whole.item)]
    if not items:
        raise MismatchError("there is nothing to erase from an empty sequence")
    place: int | None = len(items) - 1
    if site.has(1):
        place = _place(site.need(1).integer(), len(items), len(items))
    if place is None:
        return [sequence([common(items) or NOTHING] * (len(items) - 1))]
    return [_known((*items[:place], *items[place + 1 :]), whole.item)]


@rule("SequenceAt")
def _at(site: Site) -> list[Fact]:
    whole = site.need(0)
    if whole.items is not None:
        place = _place(site.need(1).integer(), len(whole.items), len(whole.items))
        if place is not None:
            return [whole.items[place]]
    return [whole.item or NOTHING]


def _place(index: int | None, limit: int, length: int) -> int | None:
    """Return a position as counted from the front; it must be below ``limit``."""
    if index is None:
        return None
    place = index + length if index < 0 else index
    if not 0 <= place < limit:
        raise MismatchError(f"position {index} is outside of a sequence of {length}")
    return place


@rule("SequenceLength")
def _length(site: Site) -> list[Fact]:
    items = site.need(0).items
    return [fact("int64", (), (None if items is None else len(items),))]


@rule("SplitToSequence")
def _split_to_sequence(site: Site) -> list[Fact]:
    data, given = site.need(0), site.given(1)
    if data.shape is None:
        return [sequence_of(fact(data.dtype, None))]
    axis = normal_axis(site.node.integer("axis", 0), len(data.shape))
    size = data.shape[axis]
    squeezed = given is None and not site.node.integer("keepdims", 1)
    lengths = _lengths(given, size)
    if lengths is None:
        # As many as there are to split, so of no known number; all alike only when of length one.
        middle: tuple[Dimension, ...] = () if squeezed else (1 if given is None else None,)
        shape = (*data.shape[:axis], *middle, *data.shape[axis + 1 :])
        return [sequence_of(fact(data.dtype, shape))]
    own = known_shape(data.shape)
    values = data.read() if own is not None and data.maybe_small else None
    items, start = [], 0
    for length in lengths:
        part = None
        if own is not None and values is not None:
            choices = [range(d) for d in own]
            choices[axis] = range(start, start + length)
            part = picked(values, own, choices)
        middle = () if squeezed else (length,)
        items.append(fact(data.dtype, (*data.shape[:axis], *middle, *data.shape[axis + 1 :]), part))
        start += length
    return [sequence(items)]


def _lengths(given: Fact | None, size: Dimension) -> list[int] | None:
    if given is None:
        return None if size is None or size > MAX_ITEMS else [1] * size
    values = given.integers()
    if values is None:
        return None
    wanted = [value for value in values if value is not None]
    if len(wanted) != len(values):
        return None
    if any(value < 0 for value in wanted):
        raise MismatchError(f"parts of negative length: {wanted[:20]}")
    if given.shape == ():
        step = wanted[0]
        if step < 1:
            raise MismatchError(f"parts of length {step}")
        if size is None or size // step > MAX_ITEMS:
            return None
        return [step] * (size // step) + ([size % step] if size % step else [])
    total = 0
    for value in wanted:
        total += value
    if size is not None and total != size:
        raise MismatchError(f"parts {wanted[:20]} do not add up to {size}")
    return wanted


@rule("ConcatFromSequence")
def _concat_from_sequence(site: Site) -> list[Fact]:
    whole = site.need(0)
    stacked = bool(site.node.integer("new_axis", 0))
    axis = site.node.integer("axis", 0)
    if whole.items:
        items = [_unsqueezed(item, axis) for item in whole.items] if stacked else [*whole.items]
        return [concatenated(items, axis)]
    item = whole.item
    if item is None or item.shape is None:
        return [fact(None if item is None else item.dtype, None)]
    shape = list(_unsqueezed(item, axis).shape or () if stacked else item.shape)
    shape[normal_axis(axis, len(shape))] = None
    return [fact(item.dtype, tuple(shape))]


def _unsqueezed(item: Fact, axis: int) -> Fact:
    if item.shape is None:
        return item
    place = normal_axis(axis, len(item.shape) + 1)
    shape = (*item.shape[:place], 1, *item.shape[place:])
    return Fact(TensorType(item.dtype, shape), item.values, item.payload)


@rule("Optional")
def _optional(site: Site) -> list[Fact]:
    return [optional_of(site.given(0))]


@rule("OptionalGetElement")
def _get_element(site: Site) -> list[Fact]:
    given = site.need(0)
    return [given if given.type.form != "optional" else given.item or NOTHING]


@rule("OptionalHasElement")
def _has_element(site: Site) -> list[Fact]:
    given = site.given(0)
    known = None if given is not None and given.type.form == "optional" else given is not None
    return [fact("bool", (), (known,))]
