"""What kind of work an operator is, and how many operations it takes where it does no MACs.

Operations are counted per element as the standard's formula writes them (an exponential, a
comparison, a division are one each).
"""

from py.layers.layer import Kind

CONVOLUTIONS = frozenset({"Conv", "ConvTranspose"})
PRODUCTS = frozenset({"Gemm", "MatMul"})

# Nothing moves: the same bytes under another shape or name.
VIEWS = frozenset({"Identity", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze"})

# Nothing need move: neighbours can write or read at the right place.
IN_PLACE = frozenset({"Concat", "Split", "Slice"})

MOVEMENTS = (
    VIEWS
    | IN_PLACE
    | frozenset(
        {
            "Transpose",
            "Gather",
            "Pad",
            "Expand",
            "Tile",
            "DepthToSpace",
            "SpaceToDepth",
            "Cast",
            "Resize",
            "Upsample",
        }
    )
)

POOLS = frozenset(
    {"MaxPool", "AveragePool", "LpPool", "GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"}
)

# Operations per element of the output.
NORMS: dict[str, int] = {
    "BatchNormalization": 2,  # scale and shift: mean and variance are constants of inference
    "InstanceNormalization": 7,
    "LayerNormalization": 7,
    "GroupNormalization": 7,
    "Softmax": 5,  # maximum, difference, exponential, sum, quotient
    "LogSoftmax": 6,
    "LRN": 4,  # beside one square and sum for each of the ``size`` neighbours
}

ELEMENTWISE: dict[str, int] = {
    "Abs": 1, "Add": 1, "Ceil": 1, "Clip": 2, "Div": 1, "Elu": 3, "Equal": 1, "Erf": 1, "Exp": 1,
    "Floor": 1, "Gelu": 5, "HardSigmoid": 4, "HardSwish": 5, "LeakyRelu": 2, "Log": 1, "Max": 1,
    "Min": 1, "Mul": 1, "Neg": 1, "PRelu": 2, "Pow": 1, "Reciprocal": 1, "Relu": 1, "Sigmoid": 4,
    "Softplus": 3, "Sqrt": 1, "Sub": 1, "Sum": 1, "Tanh": 1, "Where": 1, "Greater": 1, "Less": 1,
    "And": 1, "Or": 1, "Not": 1, "Round": 1, "Sign": 1, "Mean": 1, "QuantizeLinear": 2,
    "DequantizeLinear": 2,
}  # fmt: skip

REDUCTIONS = frozenset(
    {
        "ReduceMean",
        "ReduceSum",
        "ReduceMax",
        "ReduceMin",
        "ReduceProd",
        "ReduceL2",
        "ReduceSumSquare",
    }
)

# Their outputs are numbers about tensors, not data of the network.
SHAPE_QUERIES = frozenset({"Shape", "Size"})

# They make data of nothing, anew in every inference.
RANDOM = frozenset({"RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike"})


def kind_of(op: str) -> Kind | None:
    """Return the kind of an operator of the ONNX standard, None for one that is not known here.

    A product is ``dense`` or ``matmul`` by its operands, which ``work`` decides.
    """
    if op in CONVOLUTIONS:
        return "conv"
    if op in PRODUCTS:
        return "matmul"
    if op in POOLS:
        return "pool"
    if op in NORMS:
        return "norm"
    if op in ELEMENTWISE:
        return "elementwise"
    if op in REDUCTIONS:
        return "reduce"
    if op in MOVEMENTS:
        return "movement"
    return None
