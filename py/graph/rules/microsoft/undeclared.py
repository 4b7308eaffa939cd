"""Operators that onnxruntime takes without a domain though the standard has none of them.

Some are the standard's experiments of 2017 and 2018, some TensorRT's plugins.
"""

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.constants import length_of, shape_from
from py.graph.rules.microsoft.dimension import positive, ranked
from py.graph.rules.microsoft.standard import as_standard
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show


@rule(
    "Affine DisentangledAttention_TRT GRUUnit ImageScaler MemcpyFromHost MemcpyToHost "
    "ParametricSoftplus Scale ScaledTanh"
)
def _like_the_first(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(0))]


@rule("DynamicSlice")
def _dynamic_slice(site: Site) -> list[Fact]:
    return as_standard(site, "Slice")


@rule("Crop")
def _crop(site: Site) -> list[Fact]:
    shape = ranked(site.shape(0), 4)
    if shape is None:
        return [fact(site.dtype(0), None)]
    border, scale = site.node.integers("border") or (), site.node.integers("scale")
    if len(border) != 4:
        raise MismatchError(f"the border should be four numbers, got {list(border)}")
    left, top, right, bottom = border
    sizes: tuple[Dimension, ...]
    if scale:
        if len(scale) != 2:
            raise MismatchError(f"the scale should be two numbers, got {list(scale)}")
        sizes = scale
    else:
        height, width = shape[2:]
        sizes = (
            None if height is None else height - top - bottom,
            None if width is None else width - left - right,
        )
    if any(size is not None and size < 0 for size in sizes):
        raise MismatchError(f"a border of {list(border)} leaves nothing of {show(shape)}")
    return [fact(site.dtype(0), (*shape[:2], *sizes))]


@rule("GivenTensorFill")
def _filled(site: Site) -> list[Fact]:
    shape: Shape | None = site.node.integers("shape")
    if site.facts:
        given = site.need(0)
        shape = given.shape
        if site.node.integer("input_as_shape", 0):
            shape = shape_from(given.integers(), length_of(given.shape))
    if shape is None:
        return [fact("float32", None)]
    extra = site.node.integers("extra_shape") or ()
    return [fact("float32", shape_from((*shape, *extra), None))]


@rule("EfficientNMS_TRT")
def _suppressed(site: Site) -> list[Fact]:
    # Always as many boxes as there may be; the first output says how many count.
    boxes, most, dtype = site.shape(0), positive(site, "max_output_boxes"), site.dtype(0)
    batch = boxes[0] if boxes else None
    return [
        fact("int32", (batch, 1)),
        fact(dtype, (batch, most, 4)),
        fact(dtype, (batch, most)),
        fact("int32", (batch, most)),
    ]


@rule("MultilevelCropAndResize_TRT PyramidROIAlign_TRT")
def _pooled(site: Site) -> list[Fact]:
    # Boxes (batch, boxes, 4), feature maps (batch, channels, height, width).
    boxes, features, size = ranked(site.shape(0), 3), site.shape(1), positive(site, "pooled_size")
    batch, count = boxes[:2] if boxes else (None, None)
    channels = features[1] if features and len(features) > 1 else None
    return [fact(site.dtype(1), (batch, count, channels, size, size))]
