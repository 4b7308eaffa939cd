"""Convolution: Conv, ConvTranspose and their integer forms. Spatial arithmetic: spatial.py."""

from py.graph.fact import Fact, Shape, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show
from py.graph.rules.spatial import Window, transposed_output, windowed_output


@rule("Conv")
def _conv(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), conv_shape(site, site.shape(0), site.shape(1)))]


@rule("DeformConv")
def _deform_conv(site: Site) -> list[Fact]:
    shape = conv_shape(site, site.shape(0), site.shape(1))
    offset = site.shape(2)
    if shape is not None and offset is not None and len(offset) == len(shape):
        # One offset for each place of the result.
        spatial = zip(shape[2:], offset[2:], strict=True)
        shape = (*shape[:2], *(size if size is not None else place for size, place in spatial))
    return [fact(site.dtype(0), shape)]


@rule("ConvInteger")
def _conv_integer(site: Site) -> list[Fact]:
    return [fact("int32", conv_shape(site, site.shape(0), site.shape(1)))]


@rule("QLinearConv")
def _qlinear_conv(site: Site) -> list[Fact]:
    return [fact(site.dtype(7), conv_shape(site, site.shape(0), site.shape(3)))]


def conv_shape(site: Site, ifmap: Shape | None, weight: Shape | None) -> Shape | None:
    """Return the ofmap's shape (N, M, spatial) of ifmap (N, C, spatial) and weight (M, C/group,
    kernel).
    """
    if ifmap is None or weight is None:
        return None
    _check_ranks(ifmap, weight)
    group = site.node.integer("group", 1)
    channels, per_group, filters = ifmap[1], weight[1], weight[0]
    if channels is not None and per_group is not None and channels != per_group * group:
        raise MismatchError(
            f"the input has {channels} channels, the weight {show(weight)} in {group} groups "
            f"takes {per_group * group}"
        )
    window = Window.of(site.node, len(ifmap) - 2, _kernel(weight))
    return (ifmap[0], filters, *windowed_output(ifmap[2:], window, ceil_mode=False))


@rule("ConvTranspose")
def _conv_transpose(site: Site) -> list[Fact]:
    ifmap, weight = site.shape(0), site.shape(1)
    if ifmap is None or weight is None:
        return [fact(site.dtype(0), None)]
    _check_ranks(ifmap, weight)
    group = site.node.integer("group", 1)
    if ifmap[1] is not None and weight[0] is not None and ifmap[1] != weight[0]:
        raise MismatchError(
            f"the input has {ifmap[1]} channels, the weight {show(weight)} takes {weight[0]}"
        )
    filters = None if weight[1] is None else weight[1] * group
    window = Window.of(site.node, len(ifmap) - 2, _kernel(weight))
    spatial = transposed_output(site.node, ifmap[2:], window)
    return [fact(site.dtype(0), (ifmap[0], filters, *spatial))]


def _check_ranks(ifmap: Shape, weight: Shape) -> None:
    if len(ifmap) != len(weight) or len(ifmap) < 3:
        raise MismatchError(
            f"input {show(ifmap)} and weight {show(weight)} should both have 3 or more dimensions, "
            "as many as each other"
        )


def _kernel(weight: Shape) -> Shape:
    return weight[2:]
