"""Regions of interest: pooled from a feature map, and chosen among overlapping boxes."""

from py.graph.fact import Dimension, Fact, fact, limited
from py.graph.rules.constants import length_of
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, same_size, show


@rule("RoiAlign")
def _roi_align(site: Site) -> list[Fact]:
    size = (site.node.integer("output_height", 1), site.node.integer("output_width", 1))
    return [_pooled(site, size)]


@rule("MaxRoiPool")
def _max_roi_pool(site: Site) -> list[Fact]:
    size = site.node.integers("pooled_shape")
    if size is None or len(size) != 2:
        raise MismatchError("pooled_shape should be 2 numbers")
    return [_pooled(site, size)]


def _pooled(site: Site, size: tuple[int, ...]) -> Fact:
    ifmap, regions = site.shape(0), site.shape(1)
    if ifmap is not None and len(ifmap) != 4:
        raise MismatchError(f"the input should have 4 dimensions, got {show(ifmap)}")
    if regions is not None and len(regions) != 2:
        raise MismatchError(f"the regions should have 2 dimensions, got {show(regions)}")
    if min(size) < 1:
        raise MismatchError(f"an output of {list(size)}")
    channels = None if ifmap is None else ifmap[1]
    count = None if regions is None else regions[0]
    if site.has(2):  # to which image each region belongs
        count = same_size(count, length_of(site.shape(2)))
    return fact(site.dtype(0), (count, channels, *size))


@rule("NonMaxSuppression")
def _non_max_suppression(site: Site) -> list[Fact]:
    boxes, scores = site.shape(0), site.shape(1)
    for shape in (boxes, scores):
        if shape is not None and len(shape) != 3:
            raise MismatchError(f"boxes and scores should have 3 dimensions, got {show(shape)}")
    if boxes is not None and scores is not None:
        same_size(boxes[0], scores[0])
        same_size(boxes[1], scores[2])
    if not site.has(2):
        return [fact("int64", (0, 3))]  # the standard: without a number, no box is chosen
    count = site.need(2).integer()
    each = boxes[1] if boxes is not None else None
    if each is None and scores is not None:
        each = scores[2]
    if count is not None:
        each = max(count, 0) if each is None else min(max(count, 0), each)
    if each == 0:
        return [fact("int64", (0, 3))]
    batches: Dimension = scores[0] if scores is not None else None
    classes: Dimension = scores[1] if scores is not None else None
    if batches is None and boxes is not None:
        batches = boxes[0]
    most = None
    if batches is not None and classes is not None and each is not None:
        most = batches * classes * each
    return [limited("int64", (None, 3), (most, 3))]
