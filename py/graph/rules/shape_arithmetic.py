"""Shapes as values: Shape and Size."""

from py.graph.fact import Fact, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import Site


@rule("Shape")
def _shape(site: Site) -> list[Fact]:
    shape = site.shape(0)
    if shape is None:
        return [fact("int64", (None,))]
    start = site.node.integer("start", 0)
    end = site.node.integer("end", len(shape)) if "end" in site.node.attributes else len(shape)
    part = shape[_clamped(start, len(shape)) : _clamped(end, len(shape))]
    return [fact("int64", (len(part),), part)]


def _clamped(place: int, rank: int) -> int:
    return min(max(place + rank if place < 0 else place, 0), rank)


@rule("Size")
def _size(site: Site) -> list[Fact]:
    elements = site.need(0).type.elements
    return [fact("int64", (), (elements,))]
