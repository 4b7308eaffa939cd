"""Operators that work element by element, with numpy's broadcasting where they take several inputs."""

from py.graph.dtype import dtype_of, is_integer
from py.graph.fact import Fact, Shape, Values, fact
from py.graph.rules.arithmetic import BINARY, UNARY, apply, settle
from py.graph.rules.indexing import known_shape, spread
from py.graph.rules.registry import rule
from py.graph.rules.site import Mismatch, Site, broadcast, show

_BOOLEAN = frozenset(
    [
        "Equal",
        "Less",
        "LessOrEqual",
        "Greater",
        "GreaterOrEqual",
        "And",
        "Or",
        "Xor",
        "Not",
        "IsNaN",
        "IsInf",
    ]
)


@rule(
    *[
        "Abs",
        "Acos",
        "Acosh",
        "Asin",
        "Asinh",
        "Atan",
        "Atanh",
        "BitwiseNot",
        "Ceil",
        "Celu",
        "Cos",
        "Cosh",
        "Elu",
        "Erf",
        "Exp",
        "Floor",
        "Gelu",
        "HardSigmoid",
        "HardSwish",
        "IsInf",
        "IsNaN",
        "LeakyRelu",
        "Log",
        "Mish",
        "Neg",
        "Not",
        "Reciprocal",
        "Relu",
        "Round",
        "Selu",
        "Shrink",
        "Sigmoid",
        "Sign",
        "Sin",
        "Sinh",
        "Softplus",
        "Softsign",
        "Sqrt",
        "Swish",
        "Tan",
        "Tanh",
        "ThresholdedRelu",
    ]
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
    *[
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Pow",
        "Mod",
        "And",
        "Or",
        "Xor",
        "Equal",
        "Less",
        "LessOrEqual",
        "Greater",
        "GreaterOrEqual",
        "BitShift",
        "BitwiseAnd",
        "BitwiseOr",
        "BitwiseXor",
        "PRelu",
        "Max",
        "Min",
        "Sum",
        "Mean",
    ]
)
def _broadcasting(site: Site) -> list[Fact]:
    op = site.node.op
    if not site.facts:
        raise Mismatch("there is no input")
    shapes = [site.shape(index) for index in range(len(site.facts))]
    if site.opset < 7 and op in ("Add", "Sub", "Mul", "Div", "Pow", "And", "Or", "Xor", "PRelu"):
        shape = shapes[0]  # before opset 7 the second input was made to fit the first
    elif op == "PRelu":
        shape = _fitted(shapes[0], shapes[1] if len(shapes) > 1 else None)
    else:
        shape = broadcast(shapes)
    dtype = "bool" if op in _BOOLEAN else site.dtype(0)
    return [fact(dtype, shape, _fold(site, shape, dtype))]


def _fitted(data: Shape | None, slope: Shape | None) -> Shape | None:
    """Return the shape of the data, to which the slope is broadcast in one direction."""
    if data is not None and slope is not None and None not in data:
        merged = broadcast([data, slope])
        if merged != data:
            raise Mismatch(f"the slope {show(slope)} does not fit the data {show(data)}")
    return data


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
        if own is None:
            return None
        spreads.append(spread(elements, own, target))
    result = spreads[0]
    for other in spreads[1:]:
        result = tuple(apply(function, dtype, a, b) for a, b in zip(result, other, strict=True))
    return result


@rule("Where")
def _where(site: Site) -> list[Fact]:
    shape = broadcast([site.shape(0), site.shape(1), site.shape(2)])
    target, values = known_shape(shape), None
    condition = site.need(0).read() if target is not None and site.need(0).maybe_small else None
    if target is not None and condition is not None:
        sides = [
            site.need(index).read() if site.need(index).maybe_small else None for index in (1, 2)
        ]
        full = [
            (None,) * _count(target)
            if side is None
            else spread(side, known_shape(site.shape(index)) or (), target)
            for index, side in zip((1, 2), sides, strict=True)
        ]
        chosen = spread(condition, known_shape(site.shape(0)) or (), target)
        values = tuple(
            None if c is None else (a if c else b) for c, a, b in zip(chosen, *full, strict=True)
        )
    return [fact(site.dtype(1), shape, values)]


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for dimension in shape:
        count *= dimension
    return count


@rule("Clip")
def _clip(site: Site) -> list[Fact]:
    data = site.need(0)
    return [fact(data.dtype, data.shape, _clipped(site) if data.maybe_small else None)]


def _clipped(site: Site) -> Values | None:
    data, bounds = site.need(0).read(), []
    for index, name, unlimited in ((1, "min", float("-inf")), (2, "max", float("inf"))):
        given = site.given(index)
        values = (site.node.number(name, unlimited),) if given is None else given.read()
        if values is None or len(values) != 1:
            return None
        bounds.append(values[0])
    low, high = bounds
    if data is None or not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return None
    return tuple(
        min(max(value, low), high) if isinstance(value, (int, float)) else None for value in data
    )


@rule("Cast")
def _cast(site: Site) -> list[Fact]:
    return [_as_type(site.need(0), dtype_of(site.node.integer("to", 0)))]


@rule("CastLike")
def _cast_like(site: Site) -> list[Fact]:
    return [_as_type(site.need(0), site.dtype(1))]


def _as_type(data: Fact, dtype: str | None) -> Fact:
    if data.dtype == dtype:
        return data
    values = data.read() if data.maybe_small else None
    if values is not None:
        values = tuple(
            settle(value, dtype) if isinstance(value, (int, float)) else None for value in values
        )
    return fact(dtype, data.shape, values)
