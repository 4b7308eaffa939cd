"""Where an operator has its weights: which inputs it multiplies by, and their zero points."""

from py.graph import Node

MICROSOFT = "com.microsoft"

# Of each operator: the inputs that may be weights, each with its zero point's input and the axis
# along which zero points differ (None: it has none). Operators' own specifications.
Place = tuple[int, int | None, int]
_FIRST_TWO: tuple[Place, ...] = ((0, None, 0), (1, None, 0))
_SECOND: tuple[Place, ...] = ((1, None, 0),)
_STANDARD: dict[str, tuple[Place, ...]] = {
    "Conv": _SECOND,
    "ConvTranspose": _SECOND,
    "DeformConv": _SECOND,
    "Gemm": _FIRST_TWO,
    "MatMul": _FIRST_TWO,
    "RNN": ((1, None, 0), (2, None, 0)),
    "GRU": ((1, None, 0), (2, None, 0)),
    "LSTM": ((1, None, 0), (2, None, 0)),
    "ConvInteger": ((1, 3, 0),),
    "MatMulInteger": ((0, 2, -2), (1, 3, -1)),
    "QLinearConv": ((3, 5, 0),),
    "QLinearMatMul": ((0, 2, -2), (3, 5, -1)),
}
_CONTRIBUTED: dict[str, tuple[Place, ...]] = {
    "FusedConv": _SECOND,
    "NhwcConv": _SECOND,
    "NhwcFusedConv": _SECOND,
    "FusedGemm": _FIRST_TWO,
    "GemmFastGelu": _FIRST_TWO,
    "FusedMatMul": _FIRST_TWO,
    "FusedMatMulActivation": _FIRST_TWO,
    "TransposeMatMul": _FIRST_TWO,
    "MatMulInteger16": _FIRST_TWO,
    "SparseToDenseMatMul": _FIRST_TWO,
    "Attention": _SECOND,
    "PackedAttention": _SECOND,
    "LongformerAttention": ((1, None, 0), (4, None, 0)),
    "MoE": ((2, None, 0), (4, None, 0), (6, None, 0)),
    "QAttention": ((1, 7, -1),),
    "QLinearConv": ((3, 5, 0),),
    "QGemm": ((3, 5, -1),),
    "DynamicQuantizeMatMul": ((1, 3, -1),),
    "MatMulIntegerToFloat": ((1, 5, -1),),
    "DynamicQuantizeLSTM": ((1, 9, 0), (2, 11, 0)),
}


def weight_places(node: Node) -> tuple[Place, ...]:
    """Return which inputs of a node may be weights, nothing for an operator that is not listed."""
    if node.op == "Einsum" and not node.domain:
        return tuple((at, None, 0) for at in range(len(node.inputs)))
    found = {"": _STANDARD, MICROSOFT: _CONTRIBUTED}.get(node.domain, {}).get(node.op, ())
    if node.op == "QGemm" and node.integer("transB", 0):
        return tuple((at, zero_point, 0) for at, zero_point, _ in found)
    return found


def input_of(node: Node, at: int) -> str:
    """Return an input's name, empty where it is left out."""
    return node.inputs[at] if at < len(node.inputs) else ""
