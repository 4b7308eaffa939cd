"""Resampling of feature maps: Resize and the older Upsample."""

import math

from py.graph.fact import Dimension, Fact, Shape, Values, fact
from py.graph.rules.arithmetic import settle
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show


@rule("Upsample")
def _upsample(site: Site) -> list[Fact]:
    data = site.need(0)
    scales: Values | None = site.node.numbers("scales")
    if site.has(1):
        scales = site.need(1).read()
    elif "height_scale" in site.node.attributes:  # the first version
        scales = (1, 1, *(site.node.number(f"{axis}_scale", 1) for axis in ("height", "width")))
    return [fact(data.dtype, _scaled(data.shape, scales))]


@rule("Resize")
def _resize(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact(data.dtype, None)]
    if site.opset < 11:
        return [fact(data.dtype, _scaled(data.shape, site.need(1).read()))]
    axes = site.node.integers("axes", tuple(range(len(data.shape)))) or ()
    places = [normal_axis(axis, len(data.shape)) for axis in axes]
    part = tuple(data.shape[place] for place in places)
    resized = _part(site, part)
    shape = list(data.shape)
    for place, size in zip(places, resized, strict=True):
        shape[place] = size
    return [fact(data.dtype, tuple(shape))]


def _part(site: Site, part: Shape) -> Shape:
    """Return the new size of the axes that are resized."""
    sizes, scales = site.given(3), site.given(2)
    if sizes is not None and sizes.shape != (0,):
        wanted = sizes.integers()
        if wanted is None:
            return (None,) * len(part)
        if len(wanted) != len(part):
            raise MismatchError(f"{len(wanted)} sizes for {show(part)}")
        if any(size is not None and size < 0 for size in wanted):
            raise MismatchError(f"negative sizes {show(wanted)}")
        policy = site.node.text("keep_aspect_ratio_policy", "stretch")
        return wanted if policy == "stretch" else _same_ratio(part, wanted, policy)
    if scales is None or scales.shape == (0,):
        raise MismatchError("neither scales nor sizes are given")
    cropped = site.node.text("coordinate_transformation_mode", "") == "tf_crop_and_resize"
    region = site.given(1)
    if cropped and region is not None:
        return _cropped(part, scales.read(), region.read())
    return _scaled(part, scales.read()) or ()


def _scaled(shape: Shape | None, scales: Values | None) -> Shape | None:
    if shape is None or scales is None:
        return None if shape is None else (None,) * len(shape)
    if len(scales) != len(shape):
        raise MismatchError(f"{len(scales)} scales for {show(shape)}")
    return tuple(_times(size, scale) for size, scale in zip(shape, scales, strict=True))


def _times(size: Dimension, scale: object) -> Dimension:
    if size is None or not isinstance(scale, (int, float)):
        return None
    if not 0 < scale < float("inf"):
        raise MismatchError(f"a scale of {scale}")
    # The product is a float32 in the kernels, and that decides on which side of a whole it falls.
    product = settle(size * scale, "float32")
    return math.floor(product) if isinstance(product, float) and math.isfinite(product) else None


def _cropped(part: Shape, scales: Values | None, region: Values | None) -> Shape:
    if scales is None or region is None:
        return (None,) * len(part)
    if len(scales) != len(part) or len(region) != 2 * len(part):
        raise MismatchError(f"{len(scales)} scales and a region of {len(region)} for {show(part)}")
    result: list[Dimension] = []
    for axis, size in enumerate(part):
        start, end, scale = region[axis], region[axis + len(part)], scales[axis]
        numbers = [n for n in (start, end, scale) if isinstance(n, (int, float))]
        if size is None or len(numbers) < 3:
            result.append(None)
        else:
            result.append(max(0, math.floor(size * (numbers[1] - numbers[0]) * numbers[2])))
    return tuple(result)


def _same_ratio(part: Shape, wanted: Shape, policy: str) -> Shape:
    ratios = [new / old for new, old in zip(wanted, part, strict=True) if new is not None and old]
    if len(ratios) != len(part):
        return (None,) * len(part)
    ratio = min(ratios) if policy == "not_larger" else max(ratios)
    return tuple(math.floor(ratio * (size or 0) + 0.5) for size in part)
