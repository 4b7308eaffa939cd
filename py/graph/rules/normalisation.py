"""Normalisation, and the functions that keep the shape but look along an axis (Softmax)."""

from py.graph.dtype import dtype_of
from py.graph.fact import Fact, Shape, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show


@rule("BatchNormalization")
def _batch_normalization(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is not None and len(data.shape) > 1 and data.shape[1] is not None:
        scale = site.shape(1)
        if scale is not None and len(scale) == 1 and scale[0] not in (None, data.shape[1]):
            raise MismatchError(
                f"{data.shape[1]} channels of {show(data.shape)} with a scale of {show(scale)}"
            )
    lists = [site.shape(index) for index in range(1, 5)]
    known = next((shape for shape in lists if shape and shape[0] is not None), lists[-1])
    if data.shape is not None and len(data.shape) > 1 and data.shape[1] is not None:
        known = (data.shape[1],)
    statistics = [fact(site.dtype(3 if site.opset >= 14 else 1), known)] * 4
    return [fact(data.dtype, data.shape), *statistics]


@rule(
    "InstanceNormalization GroupNormalization LpNormalization LRN MeanVarianceNormalization "
    "Softmax LogSoftmax Hardmax RMSNormalization"
)
def _same(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is not None and "axis" in site.node.attributes and data.shape:
        normal_axis(site.node.integer("axis", -1), len(data.shape))
    return [fact(data.dtype, data.shape)]


@rule("LayerNormalization")
def _layer_normalization(site: Site) -> list[Fact]:
    data = site.need(0)
    stash = dtype_of(site.node.integer("stash_type", 1))
    reduced: Shape | None = None
    if data.shape is not None:
        axis = normal_axis(site.node.integer("axis", -1), len(data.shape))
        reduced = data.shape[:axis] + (1,) * (len(data.shape) - axis)
    return [fact(data.dtype, data.shape), fact(stash, reduced), fact(stash, reduced)]
