"""Operators of onnxruntime's quantiser against a run of each on the CPU."""

import numpy as np
import pytest

from tests.graph.microsoft.oracle import INT8, INT16, UINT8, UINT16, contrib, real_run
from tests.graph.single_operator import BOOL, INT32, Case, ints

F, U, I = np.float32(1), np.uint8(0), np.int8(0)  # noqa: E741 a scale and its zero points
W = np.ones((6, 4, 3, 2), np.uint8)

CASES = [
    contrib("QLinearAdd", [(UINT8, (2, 3, 4)), F, U, (UINT8, (3, 1)), F, U, F, U]),
    contrib("QLinearMul", [(INT8, (2, 3, 4)), F, I, (INT8, (1, 4)), F, I, F, I]),
    contrib("QLinearSigmoid", [(UINT8, (2, 3)), F, U, F, U]),
    contrib("QLinearLeakyRelu", [(INT8, (2, 3)), F, I, F, I], alpha=0.1),
    contrib("QLinearSoftmax", [(UINT8, (2, 3, 4)), F, U, F, U], axis=-1, opset=13),
    contrib("QLinearConcat", [F, U, (UINT8, (2, 3)), F, U, (UINT8, (2, 5)), F, U], axis=1),
    contrib(
        "QLinearConcat",
        [F, I, (INT8, (2, 3)), F, I, (INT8, (1, 3)), F, I, (INT8, (4, 3)), F, I],
        axis=-2,
    ),
    contrib(
        "QLinearWhere",
        [(BOOL, (2, 1)), (UINT8, (2, 3)), F, U, (UINT8, (1, 3)), F, U, F, U],
    ),
    contrib(
        "QLinearAveragePool",
        [(UINT8, (1, 3, 8, 9)), F, U, F, U],
        kernel_shape=[3, 3],
        strides=[2, 2],
        pads=[1, 1, 1, 1],
    ),
    contrib(
        "QLinearAveragePool",
        [(UINT8, (1, 8, 9, 3)), F, U, F, U],
        kernel_shape=[3, 2],
        strides=[2, 2],
        channels_last=1,
        ceil_mode=1,
    ),
    contrib(
        "QLinearAveragePool",
        [(UINT8, (1, 8, 9, 3)), F, U, F, U],
        kernel_shape=[3, 2],
        strides=[2, 2],
        channels_last=1,
        auto_pad="SAME_UPPER",
    ),
    contrib("QLinearGlobalAveragePool", [(UINT8, (2, 3, 8, 9)), F, U, F, U]),
    contrib("QLinearGlobalAveragePool", [(UINT8, (2, 8, 9, 3)), F, U, F, U], channels_last=1),
    contrib("QLinearConv", [(UINT8, (1, 4, 8, 9)), F, U, W, F, U, F, U], pads=[1, 0, 1, 0]),
    contrib(
        "QLinearConv",
        [(UINT8, (1, 8, 9, 4)), F, U, W, F, U, F, U],
        channels_last=1,
        strides=[2, 1],
    ),
    contrib(
        "QLinearConv",
        [(UINT8, (1, 8, 9, 8)), F, U, W, F, U, F, U],
        channels_last=1,
        group=2,
        auto_pad="SAME_UPPER",
        strides=[2, 2],
    ),
    contrib("NhwcMaxPool", [(UINT8, (1, 8, 9, 3))], kernel_shape=[3, 3], ceil_mode=1),
    contrib(
        "NhwcMaxPool",
        [(INT8, (1, 8, 9, 3))],
        kernel_shape=[3, 3],
        dilations=[2, 2],
        pads=[1, 1, 1, 1],
    ),
    contrib("QuantizeLinear", [(2, 3), F, I]),
    contrib("QuantizeLinear", [(2, 3), F]),
    contrib("QuantizeLinear", [(2, 3), F, np.uint16(0)]),
    contrib("DequantizeLinear", [(UINT8, (2, 3)), F, U]),
    contrib("DequantizeLinear", [(INT32, (2, 3)), F]),
    contrib("QGemm", [(UINT8, (3, 4)), F, U, np.ones((4, 5), np.uint8), F, U]),
    contrib(
        "QGemm",
        [(UINT8, (4, 3)), F, U, np.ones((5, 4), np.uint8), F, U, np.ones(5, np.int32), F, U],
        transA=1,
        transB=1,
    ),
    contrib("QGemm", [(INT8, (3, 4)), F, I, np.ones((4, 5), np.int8), F, I, None, F, I]),
    contrib("MatMulInteger16", [(INT16, (2, 3, 4)), (INT16, (4, 5))]),
    contrib("MatMulIntegerToFloat", [(UINT8, (2, 3, 4)), (UINT8, (4, 5)), F, F, U, U, (5,)]),
    contrib("DynamicQuantizeMatMul", [(2, 3, 4), np.ones((4, 5), np.uint8), F, U]),
    contrib(
        "MatMulNBits",
        [(2, 3, 32), np.ones((4, 1, 16), np.uint8), np.ones(4, np.float32)],
        K=32,
        N=4,
        bits=4,
        block_size=32,
    ),
    contrib(
        "MatMulNBits",
        [(32,), np.ones((4, 1, 32), np.uint8), np.ones(4, np.float32)],
        K=32,
        N=4,
        bits=8,
        block_size=32,
    ),
    contrib(
        "MatMulBnb4",
        [(2, 3, 32), np.ones(64, np.uint8), np.ones(8, np.float32)],
        K=32,
        N=4,
        block_size=16,
        quant_type=1,
    ),
    contrib(
        "MatMulBnb4",
        [(2, 3, 4), np.ones(64, np.uint8), np.ones(8, np.float32)],
        K=32,
        N=4,
        block_size=16,
        quant_type=0,
        transB=0,
    ),
    contrib(
        "MatMulNBits",
        [(2, 0, 40), np.ones((4, 2, 16), np.uint8), np.ones(8, np.float32)],
        K=40,
        N=4,
        bits=4,
        block_size=32,
    ),
    contrib(
        "QMoE",
        [
            *[(6, 32), (6, 4), np.ones((4, 64, 16), np.uint8), np.ones((4, 64), np.float32)],
            *[None, np.ones((4, 32, 32), np.uint8), np.ones((4, 32), np.float32)],
        ],
        k=2,
        expert_weight_bits=4,
    ),
    contrib(
        "GatherBlockQuantized",
        [np.ones((5, 16), np.uint8), ints(1, 2), np.ones((5, 1), np.float32)],
        bits=4,
        block_size=32,
        quantize_axis=1,
    ),
    contrib(
        "GatherBlockQuantized",
        [np.ones((5, 32), np.uint8), ints(1, 2).reshape(2, 1), np.ones((5, 1), np.float32)],
        bits=8,
        block_size=32,
        quantize_axis=1,
    ),
    contrib(
        "QAttention",
        [(UINT8, (2, 3, 8)), np.ones((8, 24), np.uint8), (24,), F, F, None, U, U],
        2,
        num_heads=2,
    ),
    contrib(
        "QAttention",
        [(UINT8, (2, 3, 8)), np.ones((8, 24), np.uint8), (24,), F, F, None, U, U, (2, 2, 2, 5, 4)],
        2,
        num_heads=2,
        unidirectional=1,
    ),
    contrib(
        "QEmbedLayerNormalization",
        [
            *[(INT32, (2, 3))] * 2,
            *[(UINT8, (9, 4)), (UINT8, (8, 4)), (UINT8, (7, 4)), (UINT8, (4,)), (UINT8, (4,))],
            (INT32, (2, 3)),
            *[F] * 5,
            *[U] * 5,
        ],
        2,
    ),
    contrib(
        "DynamicQuantizeLSTM",
        [
            (5, 2, 3),
            np.ones((2, 3, 16), np.uint8),
            np.ones((2, 4, 16), np.uint8),
            *[None] * 5,
            *[np.ones(2, np.float32), np.zeros(2, np.uint8)] * 2,
        ],
        3,
        hidden_size=4,
        direction="bidirectional",
    ),
    contrib(
        "MoE",
        [(2, 3, 8), (6, 4), (4, 16, 8), (4, 16), (4, 8, 16)],
        k=2,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_outputs_are_those_of_a_run(case: Case) -> None:
    assert case.ours() == real_run(case)


def test_a_product_of_16_bits_is_signed_whatever_its_operands() -> None:
    """Where there is no kernel the schema's inference says so."""
    case = contrib("MatMulInteger16", [(UINT16, (2, 3, 4)), (UINT16, (4, 5))])
    assert [(kind.dtype, kind.shape) for kind in case.ours()] == [("int32", (2, 3, 5))]
