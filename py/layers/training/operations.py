"""How many operations the derivatives of functions take, for each element.

Counted like the functions themselves (``py.layers.works.elementwise``): as the formula of the chain
rule writes them, with what was kept of the forward pass at hand.
"""

from py.layers.works.elementwise import ACTIVATIONS

DERIVATIVES: dict[str, int] = {
    "Abs": 2,  # sign, product
    "Add": 0,
    "Affine": 1,
    "BiasAdd": 0,
    "BiasGelu": 10,
    "Clip": 2,  # inside, chosen
    "Cos": 3,
    "Div": 4,  # g / b; that times the quotient, negative
    "Dropout": 1,
    "Elu": 3,  # y + alpha, chosen
    "Erf": 5,
    "Exp": 1,
    "FastGelu": 14,
    "Gelu": 10,  # cdf (3) + x pdf (5), sum, product
    "HardSigmoid": 2,
    "HardSwish": 6,
    "Identity": 0,
    "LeakyRelu": 2,
    "Log": 1,
    "Max": 1,
    "Mean": 1,
    "Min": 1,
    "Mul": 2,  # each operand's with the other
    "Neg": 1,
    "Pow": 4,
    "PRelu": 4,
    "Reciprocal": 3,
    "Relu": 1,  # kept or zero
    "Sigmoid": 3,  # g y (1 - y)
    "SiLU": 9,
    "Sin": 3,
    "Softplus": 5,
    "Sqrt": 2,
    "Sub": 1,
    "Sum": 0,
    "Swish": 9,
    "Tanh": 3,  # g (1 - y y)
    "Where": 2,
}

UNKEPT = frozenset({"Add", "Affine", "BiasAdd", "Identity", "Mean", "Neg", "Sub", "Sum"})
"""Functions whose derivative needs nothing but the gradient that comes back."""

_FROM_RESULT = (
    "Clip Elu Exp HardSigmoid LeakyRelu Reciprocal Relu Sigmoid Sqrt Tanh ThresholdedRelu"
)
FROM_RESULT = frozenset(_FROM_RESULT.split())
"""Functions whose derivative follows from their result, which the next layer has kept."""

_PASSED_ON = (
    "Cast CastLike DequantizeLinear ExpandDims Flatten Identity QuantizeLinear Reshape "
    "Squeeze Transpose Unsqueeze"
)
PASSED_ON = frozenset(_PASSED_ON.split())
"""Operators inside a layer that only hand a gradient on; rounding is passed straight through."""

NORMS: dict[str, int] = {
    # x and its deviation (2), the sums of g and g x (3), less their means (3), times the scale
    "BatchNormalization": 9,
    # the same for g times the scale (1), and sums for scale and shift of their own (3)
    "GroupNormalization": 13,
    "InstanceNormalization": 13,
    "LayerNormalization": 13,
    "SkipLayerNormalization": 13,
    "RMSNormalization": 9,
    "SimplifiedLayerNormalization": 9,
    "SkipSimplifiedLayerNormalization": 9,
    "Softmax": 4,  # g y, its sum, the difference, times y
    "LogSoftmax": 4,
}
"""Gradients of a normalisation's input and constants together, for each element.

Batch normalisation's as Ioffe and Szegedy (2015, section 3) write the chain rule, its common sums
once.
"""


def derivative_ops(name: str) -> int:
    """Return the operations of a function's derivative, times the gradient, for an element.

    What is not in the table has its function's number again and a product.
    """
    return DERIVATIVES.get(name, ACTIVATIONS.get(name, 1) + 1)
