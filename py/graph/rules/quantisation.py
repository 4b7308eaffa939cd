"""Between floats and the integers that stand for them."""

from py.graph.dtype import dtype_of
from py.graph.fact import Fact, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import Site


@rule("QuantizeLinear")
def _quantize(site: Site) -> list[Fact]:
    dtype = dtype_of(site.node.integer("output_dtype", 0))
    if site.has(2):
        dtype = site.dtype(2)
    return [fact(dtype or "uint8", site.shape(0))]


@rule("DequantizeLinear")
def _dequantize(site: Site) -> list[Fact]:
    dtype = dtype_of(site.node.integer("output_dtype", 0))
    return [fact(dtype or site.dtype(1), site.shape(0))]


@rule("DynamicQuantizeLinear")
def _dynamic_quantize(site: Site) -> list[Fact]:
    return [fact("uint8", site.shape(0)), fact("float32", ()), fact("uint8", ())]
