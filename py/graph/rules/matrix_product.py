"""Matrix products: MatMul, Gemm and their integer forms."""

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, broadcast, show


@rule("MatMul")
def _matmul(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), matmul_shape(site.shape(0), site.shape(1)))]


@rule("MatMulInteger")
def _matmul_integer(site: Site) -> list[Fact]:
    return [fact("int32", matmul_shape(site.shape(0), site.shape(1)))]


@rule("QLinearMatMul")
def _qlinear_matmul(site: Site) -> list[Fact]:
    return [fact(site.dtype(7), matmul_shape(site.shape(0), site.shape(3)))]


def matmul_shape(a: Shape | None, b: Shape | None) -> Shape | None:
    """Return the shape of numpy.matmul(a, b)."""
    if a is None or b is None:
        return None
    if not a or not b:
        raise MismatchError(f"a matrix product of a scalar: {show(a)} and {show(b)}")
    left = a if len(a) > 1 else (1, *a)
    right = b if len(b) > 1 else (*b, 1)
    _same(left[-1], right[-2], a, b)
    batch = broadcast([left[:-2], right[:-2]])
    if batch is None:
        return None
    rows: Shape = (left[-2],) if len(a) > 1 else ()
    columns: Shape = (right[-1],) if len(b) > 1 else ()
    return batch + rows + columns


@rule("Gemm")
def _gemm(site: Site) -> list[Fact]:
    a, b = site.shape(0), site.shape(1)
    if a is None or b is None:
        return [fact(site.dtype(0), None)]
    if len(a) != 2 or len(b) != 2:
        raise MismatchError(f"both inputs should be matrices, got {show(a)} and {show(b)}")
    rows, inner = reversed(a) if site.node.integer("transA", 0) else a
    inner_b, columns = reversed(b) if site.node.integer("transB", 0) else b
    _same(inner, inner_b, a, b)
    shape = (rows, columns)
    bias = site.given(2)
    if bias is not None and bias.shape is not None and site.opset >= 7:
        _check_bias(bias.shape, shape)
    return [fact(site.dtype(0), shape)]


def _check_bias(bias: Shape, shape: Shape) -> None:
    if len(bias) > 2 or not all(
        own in (1, None) or size in (own, None)
        for own, size in zip(reversed(bias), reversed(shape), strict=False)
    ):
        raise MismatchError(f"bias {show(bias)} does not fit the product {show(shape)}")


def _same(inner: Dimension, inner_b: Dimension, a: Shape, b: Shape) -> None:
    if inner is not None and inner_b is not None and inner != inner_b:
        raise MismatchError(f"shapes {show(a)} and {show(b)} do not multiply")
