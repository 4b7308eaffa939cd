"""Between floats and what stands for them; elementwise operators on quantised tensors.

An operand of a QLinear operator is followed by its scale and its zero point.
"""

from py.graph.dtype import dtype_of
from py.graph.fact import Fact, fact
from py.graph.rules.constants import length_of, shape_from
from py.graph.rules.microsoft.standard import MICROSOFT, as_standard
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, broadcast


@rule("QuantizeLinear", MICROSOFT)
def _quantize(site: Site) -> list[Fact]:
    return [fact(site.dtype(2) if site.has(2) else "uint8", site.shape(0))]


@rule("DequantizeLinear", MICROSOFT)
def _dequantize(site: Site) -> list[Fact]:
    return [fact(site.dtype(1), site.shape(0))]


@rule("QuantizeWithOrder", MICROSOFT)
def _quantize_with_order(site: Site) -> list[Fact]:
    return [fact("int8", site.shape(0))]


@rule("DequantizeWithOrder", MICROSOFT)
def _dequantize_with_order(site: Site) -> list[Fact]:
    return [fact(dtype_of(site.node.integer("to", 0)), site.shape(0))]


@rule("QuantizeBFP", MICROSOFT)
def _quantize_bfp(site: Site) -> list[Fact]:
    shape = site.shape(0)
    rank = None if shape is None else len(shape)
    strides: list[int | None] = []
    for size in reversed(shape[1:] if shape else ()):
        last = strides[-1] if strides else 1
        strides.append(None if size is None or last is None else size * last)
    values = (*reversed(strides), 1) if shape else None
    # How many bytes the blocks take is not documented.
    return [
        fact("uint8", (None,)),
        fact("int64", (rank,), shape),
        fact("int64", (rank,), values),
    ]


@rule("DequantizeBFP", MICROSOFT)
def _dequantize_bfp(site: Site) -> list[Fact]:
    shape = shape_from(site.need(1).integers(), length_of(site.shape(1)))
    return [fact(dtype_of(site.node.integer("dtype", 1)), shape)]


@rule("QLinearAdd QLinearMul", MICROSOFT)
def _binary(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), broadcast([site.shape(0), site.shape(3)]))]


@rule("MulInteger", MICROSOFT)
def _integer_product(site: Site) -> list[Fact]:
    return [fact("int32", broadcast([site.shape(0), site.shape(2)]))]


@rule("QLinearWhere", MICROSOFT)
def _where(site: Site) -> list[Fact]:
    return [fact(site.dtype(1), broadcast([site.shape(0), site.shape(1), site.shape(4)]))]


@rule("QLinearConcat", MICROSOFT)
def _concat(site: Site) -> list[Fact]:
    operands = site.facts[2::3]
    if not operands:
        raise MismatchError("there is nothing to join")
    return [fact(site.dtype(1), found.shape) for found in as_standard(site, "Concat", operands)]


@rule("QLinearReduceMean", MICROSOFT)
def _reduce_mean(site: Site) -> list[Fact]:
    return as_standard(site, "ReduceMean", site.facts[:1])


@rule("ReduceSumInteger", MICROSOFT)
def _reduce_sum(site: Site) -> list[Fact]:
    dtype = {"int8": "int32", "uint8": "uint32"}.get(site.dtype(0) or "")
    return [fact(dtype, found.shape) for found in as_standard(site, "ReduceMean", site.facts[:1])]
