"""Pooling: over a window and over the whole feature map."""

from py.graph.fact import Dimension, Fact, fact
from py.graph.rules.constants import length_of, shape_from
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, same_shape, show
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


@rule("MaxUnpool")
def _unpool(site: Site) -> list[Fact]:
    ifmap, dtype = same_shape(site.shape(0), site.shape(1)), site.dtype(0)
    if ifmap is None:
        length = length_of(site.shape(2)) if site.has(2) else None
        return [fact(dtype, shape_from(None, length))]
    if len(ifmap) < 3:
        raise MismatchError(f"the input should have 3 or more dimensions, got {show(ifmap)}")
    if site.has(2):
        return [fact(dtype, shape_from(site.need(2).integers(), len(ifmap)))]
    window = Window.of(site.node, len(ifmap) - 2)
    spatial: list[Dimension] = []
    for axis, size in enumerate(ifmap[2:]):
        extent = (window.kernel[axis] or 0) - window.pads[axis]
        extent -= window.pads[axis + len(window.strides)]
        spatial.append(None if size is None else (size - 1) * window.strides[axis] + extent)
    if any(size is not None and size < 0 for size in spatial):
        raise MismatchError(f"padding {list(window.pads)} is larger than the output")
    return [fact(dtype, (*ifmap[:2], *spatial))]


@rule("GlobalAveragePool GlobalMaxPool GlobalLpPool")
def _global_pool(site: Site) -> list[Fact]:
    ifmap = site.shape(0)
    if ifmap is None:
        return [fact(site.dtype(0), None)]
    if len(ifmap) < 2:
        raise MismatchError(f"the input should have 2 or more dimensions, got {show(ifmap)}")
    return [fact(site.dtype(0), (*ifmap[:2], *(1 for _ in ifmap[2:])))]
