"""Convolution and pooling: fused with what follows, quantised, or with the channels last."""

from collections.abc import Sequence
from dataclasses import replace

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.microsoft.standard import (
    MICROSOFT,
    as_standard,
    with_channels_last,
)
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show
from py.graph.rules.spatial import Window, transposed_output


@rule("FusedConv", MICROSOFT)
def _fused_conv(site: Site) -> list[Fact]:
    return as_standard(site, "Conv")


@rule("NhwcConv NhwcFusedConv", MICROSOFT)
def _nhwc_conv(site: Site) -> list[Fact]:
    ifmap, weight = site.shape(0), site.shape(1)
    facts = list(site.facts)
    if ifmap and weight and len(weight) > 2:
        facts[1] = fact(site.dtype(1), _channels_second(site, ifmap[-1], weight))
    return with_channels_last(Site(site.node, facts, site.opset), "Conv")


def _channels_second(site: Site, channels: Dimension, weight: Shape) -> Shape:
    """Return the weight's shape as (M, C/group, kernel).

    That is how it is documented; but the transformers' fusion writes (M, kernel, C/group). Which
    one it is shows where the channels are, or else the kernel.
    """
    turned = (weight[0], weight[-1], *weight[1:-1])
    own = None if channels is None else channels // max(site.node.integer("group", 1), 1)
    second, last = (size is None or own is None or size == own for size in (weight[1], weight[-1]))
    if second != last:
        return turned if last else weight
    kernel = site.node.integers("kernel_shape")
    if kernel is not None:
        return turned if last and kernel == weight[1:-1] else weight
    if None in (own, weight[1], weight[-1]):
        return (weight[0], None, *(None for _ in weight[2:]))
    return weight


@rule("QLinearConv", MICROSOFT)
def _qlinear_conv(site: Site) -> list[Fact]:
    return _either_layout(site, "QLinearConv", site.facts)


@rule("QLinearAveragePool", MICROSOFT)
def _qlinear_average_pool(site: Site) -> list[Fact]:
    return _either_layout(site, "AveragePool", site.facts[:1])


@rule("QLinearGlobalAveragePool", MICROSOFT)
def _qlinear_global_average_pool(site: Site) -> list[Fact]:
    return _either_layout(site, "GlobalAveragePool", site.facts[:1])


def _either_layout(site: Site, op: str, facts: Sequence[Fact | None]) -> list[Fact]:
    part = Site(site.node, facts, site.opset)
    if site.node.integer("channels_last", 0):
        return with_channels_last(part, op)
    return as_standard(part, op)


@rule("NhwcMaxPool", MICROSOFT)
def _nhwc_max_pool(site: Site) -> list[Fact]:
    return with_channels_last(site, "MaxPool")[:1]


@rule("MaxpoolWithMask", MICROSOFT)
def _max_pool_with_mask(site: Site) -> list[Fact]:
    return as_standard(site, "MaxPool", site.facts[:1])[:1]


@rule("ConvTransposeWithDynamicPads", MICROSOFT)
def _conv_transpose(site: Site) -> list[Fact]:
    facts = (site.need(0), site.need(1))
    if not site.has(2):
        return as_standard(site, "ConvTranspose", facts)
    found = as_standard(site, "ConvTranspose", facts)[0]
    ifmap, weight, pads = site.shape(0), site.shape(1), site.need(2).integers()
    if found.shape is None or ifmap is None or weight is None:
        return [found]
    spatial: Shape = (None,) * (len(ifmap) - 2)
    if pads is not None and None not in pads:
        known = tuple(pad for pad in pads if pad is not None)
        if len(known) != 2 * len(spatial):
            raise MismatchError(f"{len(known)} pads for {show(ifmap)}")
        window = replace(Window.of(site.node, len(spatial), weight[2:]), pads=known)
        spatial = transposed_output(site.node, ifmap[2:], window)
    return [fact(found.dtype, (*found.shape[:2], *spatial))]
