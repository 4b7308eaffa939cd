"""Matrix products: fused with transposition, of integers, with weights of few bits."""

from py.graph.dtype import dtype_of
from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.constants import shape_from
from py.graph.rules.matrix_product import matmul_shape
from py.graph.rules.microsoft.dimension import positive, ranked, same
from py.graph.rules.microsoft.standard import MICROSOFT, as_standard
from py.graph.rules.registry import rule
from py.graph.rules.site import Site


# Two of them are what FusedMatMul was called at first, in the order of their years.
@rule("TransposeScaleMatMul TransposeMatMul FusedMatMul FusedMatMulActivation", MICROSOFT)
def _fused_matmul(site: Site) -> list[Fact]:
    a, b = (_turned(site, index, side) for index, side in enumerate("AB"))
    return [fact(site.dtype(0), matmul_shape(a, b))]


def _turned(site: Site, index: int, side: str) -> Shape | None:
    """Return the shape of an operand after the transpositions that the node names.

    ``transBatch`` moves the first axis behind the batch axes; a vector is never turned.
    """
    shape = site.shape(index)
    if shape is None or len(shape) < 2:
        return shape
    if site.node.integer(f"transBatch{side}", 0):
        shape = (*shape[1:-1], shape[0], shape[-1])
    return _swapped(shape) if site.node.integer(f"trans{side}", 0) else shape


def _swapped(shape: Shape) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2])


@rule("SparseToDenseMatMul", MICROSOFT)
def _sparse_matmul(site: Site) -> list[Fact]:
    a, b = (_turned(site, index, side) for index, side in enumerate("AB"))
    return [fact(site.dtype(1), matmul_shape(a, b))]


@rule("GemmFastGelu", MICROSOFT)
def _matmul(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), matmul_shape(site.shape(0), site.shape(1)))]


@rule("FusedGemm", MICROSOFT)
def _gemm(site: Site) -> list[Fact]:
    return as_standard(site, "Gemm")


@rule("GemmFloat8", MICROSOFT)
def _gemm_float8(site: Site) -> list[Fact]:
    dtype = dtype_of(site.node.integer("dtype", 1))
    return [fact(dtype, found.shape) for found in as_standard(site, "Gemm", site.facts[:2])]


@rule("QGemm", MICROSOFT)
def _quantised_gemm(site: Site) -> list[Fact]:
    operands = (site.need(0), site.need(3), site.given(6))
    dtype = site.dtype(8) if site.has(8) else "float32"
    return [fact(dtype, found.shape) for found in as_standard(site, "Gemm", operands)]


@rule("MatMulInteger16", MICROSOFT)
def _matmul_integer16(site: Site) -> list[Fact]:
    return [fact("int32", matmul_shape(site.shape(0), site.shape(1)))]


@rule("MatMulIntegerToFloat", MICROSOFT)
def _matmul_to_float(site: Site) -> list[Fact]:
    return [fact(site.dtype(2), matmul_shape(site.shape(0), site.shape(1)))]


@rule("DynamicQuantizeMatMul", MICROSOFT)
def _dynamic_matmul(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), matmul_shape(site.shape(0), site.shape(1)))]


@rule("QOrderedMatMul", MICROSOFT)
def _ordered_matmul(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), matmul_shape(site.shape(0), site.shape(2)))]


@rule("MatMulFpQ4", MICROSOFT)
def _matmul_of_blob(site: Site) -> list[Fact]:
    # The weight is a blob; what shape it stands for is an input.
    weight = shape_from(site.need(2).integers(), 2)
    return [fact(site.dtype(0), matmul_shape(site.shape(0), weight))]


@rule("MatMulNBits", MICROSOFT)
def _matmul_n_bits(site: Site) -> list[Fact]:
    return [_packed(site, positive(site, "K"), positive(site, "N"))]


@rule("MatMulBnb4", MICROSOFT)
def _matmul_bnb4(site: Site) -> list[Fact]:
    inner, outer = positive(site, "K"), positive(site, "N")
    if not site.node.integer("transB", 1):
        inner, outer = outer, inner
    return [_packed(site, inner, outer)]


@rule("MatMulNBitsMlp", MICROSOFT)
def _mlp(site: Site) -> list[Fact]:
    inner = positive(site, "K")
    return [_packed(site, inner, positive(site, "N")), _packed(site, inner, inner)]


@rule("MatMulNBitsQkv", MICROSOFT)
def _qkv(site: Site) -> list[Fact]:
    inner, other = positive(site, "K"), positive(site, "Nkv")
    sizes = (positive(site, "Nq"), other, other, inner)
    return [_packed(site, inner, size) for size in sizes]


@rule("MatMulBlockQuantizedFp4Weight MatMulBlockQuantizedFp8Weight", MICROSOFT)
def _matmul_of_rows(site: Site) -> list[Fact]:
    # The weight has a row for every output.
    weight = ranked(site.shape(1), 2)
    return [_packed(site, None, None if weight is None else weight[0])]


def _packed(site: Site, inner: Dimension, outer: Dimension) -> Fact:
    """Return (…, outer), the product of (…, inner) and a packed weight."""
    shape = site.shape(0)
    if not shape:
        return fact(site.dtype(0), None)
    same((shape[-1], inner), "inner dimensions")
    return fact(site.dtype(0), (*shape[:-1], outer))
