"""Pooling: over a window and over the whole feature map."""

from py.graph.fact import Fact, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show
from py.graph.rules.spatial import Window, windowed_output


@rule("MaxPool AveragePool LpPool")
def _pool(site: Site) -> list[Fact]:
    ifmap, dtype = site.shape(0), site.dtype(0)
    if ifmap is None:
        return [fact(dtype, None), fact("int64", None)]
    if len(ifmap) < 3:
        raise MismatchError(f"the input should have 3 or more dimensions, got {show(ifmap)}")
    window = Window.of(site.node, len(ifmap) - 2)
    ceil_mode = bool(site.node.integer("ceil_mode", 0))
    shape = (*ifmap[:2], *windowed_output(ifmap[2:], window, ceil_mode=ceil_mode))
    return [fact(dtype, shape), fact("int64", shape)]


@rule("GlobalAveragePool GlobalMaxPool GlobalLpPool")
def _global_pool(site: Site) -> list[Fact]:
    ifmap = site.shape(0)
    if ifmap is None:
        return [fact(site.dtype(0), None)]
    if len(ifmap) < 2:
        raise MismatchError(f"the input should have 2 or more dimensions, got {show(ifmap)}")
    return [fact(site.dtype(0), (*ifmap[:2], *(1 for _ in ifmap[2:])))]
