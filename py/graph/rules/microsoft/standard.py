"""Operators that are one of the standard's under another name, domain or layout."""

from collections.abc import Sequence
from dataclasses import replace

from py.graph.fact import Fact, Shape
from py.graph.rules.registry import find_rule
from py.graph.rules.site import MismatchError, Site

OPSET = 22  # whose attributes and inputs the contributed operators share
MICROSOFT = "com.microsoft"


def as_standard(
    site: Site, op: str, facts: Sequence[Fact | None] | None = None, opset: int = OPSET
) -> list[Fact]:
    """Return what the standard's operator makes of the same node, or of the inputs ``facts``."""
    rule = find_rule("", op)
    if rule is None:
        return []
    node = site.node if site.node.op == op else replace(site.node, op=op)
    return list(rule(Site(node, site.facts if facts is None else facts, opset)))


def channels_first(given: Fact) -> Fact:
    """Return a tensor (N, spatial, C) as (N, C, spatial), without its elements."""
    shape = given.shape
    if shape is None:
        return given
    if len(shape) < 2:
        raise MismatchError("channels and batch are missing")
    return _shaped(given, (shape[0], shape[-1], *shape[1:-1]))


def channels_last(given: Fact) -> Fact:
    """Return a tensor (N, C, spatial) as (N, spatial, C), without its elements."""
    shape = given.shape
    # Statistics of a normalisation have no other axis than the channels.
    if shape is None or len(shape) < 2:
        return given
    return _shaped(given, (shape[0], *shape[2:], shape[1]))


def _shaped(given: Fact, shape: Shape) -> Fact:
    return Fact(replace(given.type, shape=shape))


def with_channels_last(
    site: Site, op: str, moved: Sequence[int] = (0,), opset: int = OPSET
) -> list[Fact]:
    """Return what the standard's operator makes of a node whose channels come last.

    ``moved`` are the inputs in that layout; all outputs are.
    """
    facts = [
        channels_first(given) if given is not None and index in moved else given
        for index, given in enumerate(site.facts)
    ]
    return [channels_last(found) for found in as_standard(site, op, facts, opset)]
