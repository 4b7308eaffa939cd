"""Elementwise operators: how many operations each takes per element of its output.

Counted as the standard's formula writes them: a sum, a comparison, an exponential, a quotient are
one operation each. A sigmoid has four (negation, exponential, sum, quotient), a hyperbolic tangent
and an error function are one.
"""

from py.graph import Node
from py.layers.works.place import Place, times
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work

ACTIVATIONS: dict[str, int] = {
    "Affine": 2, "Celu": 7, "Clip": 2, "Elu": 3, "FastGelu": 8, "Gelu": 5, "HardSigmoid": 4,
    "HardSwish": 5, "Identity": 0, "LeakyRelu": 2, "Mish": 5, "QuickGelu": 6, "Relu": 1,
    "ScaledSiLU": 6, "ScaledTanh": 3, "Selu": 4, "Shrink": 3, "Sigmoid": 4, "SiLU": 5,
    "Softplus": 3, "Softsign": 3, "Swish": 6, "SwiGLU": 7, "Tanh": 1, "ThresholdedRelu": 1,
}  # fmt: skip
"""Operations per element of the functions that also appear inside other operators."""

_ONE = (
    "Abs Acos Acosh Add And Asin Asinh Atan Atanh BitShift BitwiseAnd BitwiseNot BitwiseOr "
    "BitwiseXor Ceil Cos Cosh Div Equal Erf Exp Floor Greater GreaterOrEqual IsInf IsNaN Less "
    "LessOrEqual Log Mod Mul Neg Not Or Pow Reciprocal Round Sign Sin Sinh Sqrt Sub Tan Where Xor"
)
_SEVERAL = {
    "DequantizeLinear": 2,  # less the zero point, times the scale
    "PRelu": 2,
    "QuantizeLinear": 4,  # over the scale, rounded, plus the zero point, kept in range
}
_OWN_NODES = (
    "Celu Clip Elu Gelu HardSigmoid HardSwish LeakyRelu Mish Relu Selu Shrink Sigmoid "
    "Softplus Softsign Swish SwiGLU Tanh ThresholdedRelu"
)
_UNDECLARED = {
    "Affine": 2,
    "DisentangledAttention_TRT": 3,  # two looked-up scores are added, then the scale
    "GRUUnit": 13,  # two sigmoids, a hyperbolic tangent, two products, two sums
    "ImageScaler": 2,
    "ParametricSoftplus": 5,
    "Scale": 1,
    "ScaledTanh": 3,
}
"""What onnxruntime takes without a domain though the standard has none of it."""

_MICROSOFT = {
    "BiasAdd": 2,
    "BiasDropout": 1,
    "BiasGelu": 6,
    "BiasSplitGelu": 8,  # two biases, one gelu and one product for each element that is left
    "BitmaskBiasDropout": 1,
    "DequantizeBFP": 2,
    "DequantizeLinear": 2,
    "DequantizeWithOrder": 1,
    "FastGelu": 8,
    "GatedAdd": 2,
    "Gelu": 5,
    "MulInteger": 3,
    "QLinearAdd": 9,  # both operands to real numbers, their sum, and back
    "QLinearLeakyRelu": 8,
    "QLinearMul": 9,
    "QLinearSigmoid": 10,
    "QLinearWhere": 7,
    "QOrderedGelu": 7,
    "QuantizeBFP": 4,
    "QuantizeLinear": 4,
    "QuantizeWithOrder": 2,
    "QuickGelu": 6,
    "ScaledSiLU": 6,
}
_OPERATIONS: dict[tuple[str, str], int] = {
    **{("", op): 1 for op in _ONE.split()},
    **{("", op): count for op, count in _SEVERAL.items()},
    **{("", op): ACTIVATIONS[op] for op in _OWN_NODES.split()},
    **{("", op): count for op, count in _UNDECLARED.items()},
    **{(MICROSOFT, op): count for op, count in _MICROSOFT.items()},
}


@works(f"{_ONE} {_OWN_NODES} {' '.join((*_SEVERAL, *_UNDECLARED))}")
@works(" ".join(_MICROSOFT), MICROSOFT)
def elementwise(place: Place) -> tuple[Work, ...]:
    """Count the operations of each element of the output; constants are read once."""
    node = place.node
    each = _OPERATIONS[node.domain, node.op]
    if node.domain == MICROSOFT and node.op in ("BiasDropout", "BitmaskBiasDropout", "FastGelu"):
        each += sum(place.has(index) for index in ((1,) if node.op == "FastGelu" else (2,)))
    return _counted(place, each)


@works("Sum Max Min Mean")
def folded(place: Place) -> tuple[Work, ...]:
    """Count one operation for each operand after the first; a mean is divided as well."""
    operands = sum(1 for name in place.node.inputs if name)
    return _counted(place, max(1, operands - 1) + (place.node.op == "Mean"))


@works("ComplexMul ComplexMulConj", MICROSOFT)
def complex_product(place: Place) -> tuple[Work, ...]:
    """Count four products and two sums for each pair of a real and an imaginary part."""
    return _counted(place, 3)


@works("HyperConnectionPreMix HyperConnectionPostMix", MICROSOFT)
def mixed_streams(place: Place) -> tuple[Work, ...]:
    """Count a product and a sum for each value of a stream, and for each stream mixed into it."""
    mixture = place.sizes(3)
    each = 2 + (2 * mixture[-1] if mixture else 0)
    return (place.work("elementwise", ops=times(place.elements(0), each)),)


@works("LinearAttentionGate", MICROSOFT)
def decays(place: Place) -> tuple[Work, ...]:
    """Count a softplus between a sum and a product for the decay, a sigmoid for the rate."""
    each = 2 + ACTIVATIONS["Softplus"] + (ACTIVATIONS["Sigmoid"] if place.has(3) else 0)
    return _counted(place, each)


@works("DynamicQuantizeLinear")
def dynamic_quantisation(place: Place) -> tuple[Work, ...]:
    """Count minimum, maximum, and quantisation of each element."""
    return _counted(place, 2 + _SEVERAL["QuantizeLinear"])


@works("RotaryEmbedding")
@works("RotaryEmbedding MRotaryEmbedding GemmaRotaryEmbedding", MICROSOFT)
def rotary(place: Place) -> tuple[Work, ...]:
    """Count two products and a sum for each element; a sine and a cosine are read for each pair."""
    (work,) = _counted(place, 3)
    tables = place.words(place.passive())
    pairs = None if place.first is None else place.first // 2 * 2
    read = None if tables is None or pairs is None else min(tables, pairs)
    return (place.work("elementwise", ops=work.ops, weight_elements=read),)


def fused_activation(node: Node) -> str:
    """Return the activation that an operator applies to its result, as the standard spells it."""
    name = node.text("activation", "")
    return {"silu": "SiLU", "swish": "SiLU"}.get(name, name)


def _counted(place: Place, each: int) -> tuple[Work, ...]:
    return (
        place.work(
            "elementwise",
            ops=times(place.first, each),
            weight_elements=place.words(place.passive()),
        ),
    )
