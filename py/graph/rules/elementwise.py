"""Operators that work element by element; several inputs are broadcast as numpy does it."""

import math
from collections.abc import Callable

from py.graph.dtype import is_integer
from py.graph.fact import Fact, Shape, Values, fact
from py.graph.rules.arithmetic import (
    BINARY,
    UNARY,
    Number,
    apply,
    apply_all,
    shift_left,
    shift_right,
    truncated_modulo,
)
from py.graph.rules.indexing import known_shape, spread
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, broadcast, same_shape

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
    if not only.maybe_small:
        return [fact(dtype, only.shape)]
    function = _is_infinite(site) if site.node.op == "IsInf" else UNARY.get(site.node.op)
    values = only.read() if function is not None else None
    if function is None or values is None:
        return [fact(dtype, only.shape)]
    return [fact(dtype, only.shape, apply_all(function, dtype, values))]


def _is_infinite(site: Site) -> Callable[[Number], Number | None]:
    found = []
    if site.node.integer("detect_positive", 1):
        found.append(math.inf)
    if site.node.integer("detect_negative", 1):
        found.append(-math.inf)
    return lambda a: a in found


@rule("SwiGLU")
def _gated(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), same_shape(site.shape(0), site.shape(1)))]


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
    if dtype is None and op != "Pow":
        dtype = next((given.dtype for given in site.facts if given and given.dtype), None)
    return [fact(dtype, shape, _fold(site, shape, dtype))]


def _fold(site: Site, shape: Shape | None, dtype: str | None) -> Values | None:
    values = site.all_values()
    if values is None:
        return None
    function, target = _function(site, dtype), known_shape(shape)
    if function is None or target is None:
        return None
    spreads = []
    for index, elements in enumerate(values):
        own = known_shape(site.shape(index))
        if own is None or (site.opset < 7 and own != target and len(elements) != 1):
            return None
        spreads.append(spread(elements, own, target))
    result = spreads[0]
    for other in spreads[1:]:
        result = apply_all(function, dtype, result, other)
    if site.node.op == "Mean":
        count = len(spreads)
        result = tuple(apply(lambda a: a / count, dtype, a) for a in result)
    return result


def _function(site: Site, dtype: str | None) -> Callable[[Number, Number], Number | None] | None:
    op = site.node.op
    if op == "Mod":
        if site.node.integer("fmod", 0):
            return truncated_modulo
        return BINARY["Mod"] if is_integer(dtype) or dtype == "bool" else None
    if op == "BitShift":
        return shift_left if site.node.text("direction", "") == "LEFT" else shift_right
    return BINARY["Sum" if op == "Mean" else op] if op != "PRelu" else None
