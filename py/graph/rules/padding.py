"""Pad: more on the edges of a tensor, or less where a pad is negative."""

from collections.abc import Sequence

from py.graph.fact import Dimension, Fact, Scalar, Shape, Values, fact
from py.graph.rules.arithmetic import settle
from py.graph.rules.indexing import elements, known_shape, offsets, strides_of
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show

_MODES = ("constant", "reflect", "edge", "wrap")


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
    edges: list[tuple[Dimension, Dimension]] = [(0, 0)] * rank
    shape = list(data.shape)
    for place, axis in enumerate(axes):
        where = normal_axis(axis or 0, rank)
        before, after, size = pads[place], pads[place + len(axes)], data.shape[where]
        edges[where] = (before, after)
        if before is None or after is None or size is None:
            shape[where] = None
        elif size + before + after < 0:
            raise MismatchError(f"pads {list(pads)} take away more than {show(data.shape)} has")
        else:
            shape[where] = size + before + after
    values = _padded(site, data, edges, tuple(shape)) if data.maybe_small else None
    return [fact(data.dtype, tuple(shape), values)]


def _padded(
    site: Site, data: Fact, edges: Sequence[tuple[Dimension, Dimension]], target: Shape
) -> Values | None:
    own, mode = elements(data), site.node.text("mode", "constant")
    if own is None or known_shape(target) is None or mode not in _MODES:
        return None
    values, shape = own
    fill = _fill(site, data) if mode == "constant" else None
    choices = [
        [_source(place, size, mode) for place in range(-(before or 0), size + (after or 0))]
        for size, (before, after) in zip(shape, edges, strict=True)
    ]
    outside = -(1 << 40)  # so far below that the other axes do not make up for it
    places = [[outside if i is None else i for i in choice] for choice in choices]
    strides = [max(stride, 1) for stride in strides_of(shape)]
    return tuple(fill if place < 0 else values[place] for place in offsets(places, strides))


def _fill(site: Site, data: Fact) -> Scalar:
    given = site.given(2)
    if given is None:
        return settle(site.node.number("value", 0.0), data.dtype)
    found = given.read() if given.maybe_small else None
    return found[0] if found else None


def _source(place: int, size: int, mode: str) -> int | None:
    """Return which element is seen at a place along an axis, None for none."""
    if 0 <= place < size:
        return place
    if mode == "constant" or size == 0:
        return None
    if mode == "edge":
        return min(max(place, 0), size - 1)
    if mode == "wrap":
        return place % size
    period = 2 * (size - 1) or 1
    return min(place % period, period - place % period) if size > 1 else 0
