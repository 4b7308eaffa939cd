"""Operators that work element by element; several inputs are broadcast as numpy does it."""

from py.graph.dtype import is_integer
from py.graph.fact import Fact, Shape, Values, fact
from py.graph.rules.arithmetic import BINARY, UNARY, apply
from py.graph.rules.indexing import known_shape, spread
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, broadcast

_COMPARING = "Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor"
_ARITHMETIC = "Add Sub Mul Div Pow"
_ONCE_FITTED = frozenset(f"{_ARITHMETIC} And Or Xor Equal Less Greater".split())
_BOOLEAN = frozenset(f"{_COMPARING} Not IsNaN IsInf".split())


@rule(
    "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu "
    "HardSigmoid HardSwish IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu "
    "Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu"
)
def _unary(site: Site) -> list[Fact]:
    only = site.need(0)
    dtype = "bool" if site.node.op in _BOOLEAN else only.dtype
    function = UNARY.get(site.node.op)
    values = only.read() if function is not None and only.maybe_small else None
    if function is None or values is None:
        return [fact(dtype, only.shape)]
    return [fact(dtype, only.shape, tuple(apply(function, dtype, value) for value in values))]


@rule(
    f"{_COMPARING} {_ARITHMETIC} Mod BitShift "
    "BitwiseAnd BitwiseOr BitwiseXor PRelu Max Min Sum Mean"
)
def _broadcasting(site: Site) -> list[Fact]:
    op = site.node.op
    if not site.facts:
        raise MismatchError("there is no input")
    shapes = [site.shape(index) for index in range(len(site.facts))]
    # Before opset 7 the second input was made to fit the first; a slope always is, and files with
    # one of C elements, which numpy would not broadcast, are about (MXNet's exporter).
    if op == "PRelu" or (site.opset < 7 and op in _ONCE_FITTED):
        shape = shapes[0]
    else:
        shape = broadcast(shapes)
    dtype = "bool" if op in _BOOLEAN else site.dtype(0)
    return [fact(dtype, shape, _fold(site, shape, dtype))]


def _fold(site: Site, shape: Shape | None, dtype: str | None) -> Values | None:
    function = BINARY.get(site.node.op)
    target = known_shape(shape)
    if function is None or target is None:
        return None
    values = site.all_values()
    if values is None:
        return None
    if site.node.op == "Mod" and not is_integer(dtype):
        return None  # fmod keeps the sign of the dividend; no shape depends on it
    spreads = []
    for index, elements in enumerate(values):
        own = known_shape(site.shape(index))
        if own is None or (site.opset < 7 and own != target and len(elements) > 1):
            return None
        spreads.append(spread(elements, own, target))
    result = spreads[0]
    for other in spreads[1:]:
        result = tuple(apply(function, dtype, a, b) for a, b in zip(result, other, strict=True))
    return result
