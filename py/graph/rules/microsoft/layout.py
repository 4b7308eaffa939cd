"""The standard's operators with the channels last, as onnxruntime's providers have them inside."""

from py.graph.fact import Fact, fact
from py.graph.rules.microsoft.standard import as_standard, with_channels_last
from py.graph.rules.registry import find_rule, rule
from py.graph.rules.site import Site

INTERNAL = "com.ms.internal.nhwc"


@rule(
    "AveragePool Conv ConvTranspose DepthToSpace GlobalAveragePool GlobalLpPool GlobalMaxPool "
    "GridSample LpPool MaxPool MaxUnpool QLinearConv SpaceToDepth",
    INTERNAL,
)
def _channels_last(site: Site) -> list[Fact]:
    moved = (0, 1) if site.node.op == "MaxUnpool" else (0,)
    return with_channels_last(site, site.node.op, moved, site.opset)


@rule("Resize", INTERNAL)
def _resize(site: Site) -> list[Fact]:
    return as_standard(site, "Resize", opset=site.opset)


@rule("BatchNormalization InstanceNormalization LRN", INTERNAL)
def _normalisation(site: Site) -> list[Fact]:
    return with_channels_last(site, site.node.op, (0,), site.opset)


@rule("QLinearAveragePool", INTERNAL)
def _qlinear_average_pool(site: Site) -> list[Fact]:
    return with_channels_last(Site(site.node, site.facts[:1], site.opset), "AveragePool")


@rule("QLinearConvTranspose", INTERNAL)
def _qlinear_conv_transpose(site: Site) -> list[Fact]:
    part = Site(site.node, (site.need(0), site.need(3)), site.opset)
    found = with_channels_last(part, "ConvTranspose")
    return [fact(site.dtype(7), product.shape) for product in found]


@rule("NhwcFusedConv NhwcMaxPool FusedConv", INTERNAL)
def _contributed(site: Site) -> list[Fact]:
    contributed = find_rule("com.microsoft", site.node.op)
    return [] if contributed is None else list(contributed(site))
