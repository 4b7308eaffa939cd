"""The blocked layout that onnxruntime's CPU provider gives convolutions (NCHWc).

Channels are padded to a multiple of the block: 8 or 16, whichever the machine that optimised the
model has. A file does not say which it was, unless a weight does.
"""

from py.graph.fact import Dimension, Fact, Shape, fact, limited
from py.graph.rules.microsoft.dimension import positive
from py.graph.rules.microsoft.standard import as_standard
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show

BLOCKED = "com.microsoft.nchwc"
_LARGEST_BLOCK, _SMALLEST_BLOCK = 16, 8


@rule("Conv", BLOCKED)
def _conv(site: Site) -> list[Fact]:
    # The weight knows how far the channels were padded; what was taken for the input may differ.
    data = site.need(0)
    shape = data.shape
    if shape is not None and len(shape) > 1:
        data = fact(data.dtype, (shape[0], None, *shape[2:]))
    return as_standard(site, "Conv", (data, *site.facts[1:]))


@rule("MaxPool AveragePool GlobalAveragePool GlobalMaxPool", BLOCKED)
def _pool(site: Site) -> list[Fact]:
    return as_standard(site, site.node.op)[:1]


@rule("ReorderInput", BLOCKED)
def _reorder_input(site: Site) -> list[Fact]:
    shape, dtype = site.shape(0), site.dtype(0)
    if shape is None:
        return [fact(dtype, None)]
    batch, channels, spatial = _parts(site, shape)
    if channels is None or channels % _LARGEST_BLOCK == 0:
        return [fact(dtype, (batch, channels, *spatial))]
    fewest, most = (-(-channels // block) * block for block in (_SMALLEST_BLOCK, _LARGEST_BLOCK))
    if fewest == most:
        return [fact(dtype, (batch, most, *spatial))]
    return [limited(dtype, (batch, None, *spatial), (batch, most, *spatial))]


def _parts(site: Site, shape: Shape) -> tuple[Dimension, Dimension, Shape]:
    if len(shape) < 2:
        raise MismatchError(f"channels are missing in {show(shape)}")
    if site.node.integer("channels_last", 0):
        return shape[0], shape[-1], shape[1:-1]
    return shape[0], shape[1], shape[2:]


@rule("ReorderOutput", BLOCKED)
def _reorder_output(site: Site) -> list[Fact]:
    shape, channels = site.shape(0), positive(site, "channels")
    if shape is None:
        return [fact(site.dtype(0), None)]
    if len(shape) < 2:
        raise MismatchError(f"channels are missing in {show(shape)}")
    if site.node.integer("channels_last", 0):
        return [fact(site.dtype(0), (shape[0], *shape[2:], channels))]
    return [fact(site.dtype(0), (shape[0], channels, *shape[2:]))]


@rule("Upsample", BLOCKED)
def _upsample(site: Site) -> list[Fact]:
    shape, scales = site.shape(0), site.node.integers("scales")
    if shape is None or scales is None:
        return [fact(site.dtype(0), None if shape is None else (None,) * len(shape))]
    if len(scales) != len(shape) or min(scales, default=1) < 1:
        raise MismatchError(f"scales {list(scales)} for {show(shape)}")
    pairs = zip(shape, scales, strict=True)
    sizes = tuple(None if size is None else size * scale for size, scale in pairs)
    return [fact(site.dtype(0), sizes)]
