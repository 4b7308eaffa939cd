"""Operators that only GPU providers run, against onnxruntime's own inference."""

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto

from tests.graph.microsoft.oracle import FLOAT16, INT8, UINT8, as_inferred, contrib, inferred
from tests.graph.single_operator import FLOAT, INT32, INT64, Case

F, U = np.float32(1), np.uint8(0)
H = FLOAT16


def half(*shape: int) -> tuple[int, tuple[int, ...]]:
    return (FLOAT16, shape)


def signed(*shape: int) -> tuple[int, tuple[int, ...]]:
    return (INT8, shape)


BLOCKS = {"bits": 4, "block_size": 32}
NMS: dict[str, Any] = {
    "background_class": -1,
    "box_coding": 0,
    "iou_threshold": 0.5,
    "max_output_boxes": 20,
    "plugin_version": "1",
    "score_activation": 0,
    "score_threshold": 0.1,
}


CASES = [
    contrib("BiasAdd", [(2, 3, 8), (8,), (2, 3, 8)]),
    contrib("BiasDropout", [(2, 3, 8), (8,), (2, 3, 8)], 2),
    contrib("BiasSoftmax", [(2, 3, 8), (2, 3, 8)], axis=2, is_inner_broadcast=1),
    contrib("BiasSplitGelu", [half(2, 3, 8), half(8)]),
    contrib("IsAllFinite", [(2, 3), (4,)]),
    contrib("MulInteger", [(UINT8, (2, 3)), U, (UINT8, (1, 3)), U]),
    contrib("GroupNorm", [(2, 4, 4, 8), (8,), (8,)], activation=1, groups=2),
    contrib(
        "SkipGroupNorm",
        [(2, 4, 4, 8), (8,), (8,), (2, 4, 4, 8), (8,)],
        2,
        activation=1,
        groups=2,
    ),
    contrib("QuantizeWithOrder", [(2, 3), F], order_input=1, order_output=2),
    contrib("DequantizeWithOrder", [signed(2, 3), F], order_input=1, order_output=2, to=H),
    contrib("QOrderedGelu", [signed(2, 3), F, F]),
    contrib("QOrderedLayerNormalization", [signed(2, 3), F, (3,), (3,), F]),
    contrib(
        "QOrderedMatMul",
        [signed(2, 3, 4), F, signed(4, 5), F, F],
        order_A=1,
        order_B=0,
        order_Y=1,
    ),
    contrib(
        "QOrderedAttention",
        [signed(2, 3, 8), *[F] * 4, *[signed(8, 8)] * 3, *[F] * 3, *[(8,)] * 3, F, F, F],
        num_heads=2,
        order_input=1,
        order_output=1,
        order_weight=0,
    ),
    contrib("QLinearReduceMean", [(UINT8, (2, 3, 4)), F, U, F, U], axes=[1], keepdims=1),
    contrib("QLinearReduceMean", [(UINT8, (2, 3, 4)), F, U, F, U], axes=[-1, 0], keepdims=0),
    contrib("FusedMatMulActivation", [(2, 4, 3), (2, 4, 5)], transA=1, activation="Relu"),
    contrib("GemmFastGelu", [(2, 3, 4), (4, 5), (5,)]),
    contrib("GemmFloat8", [(4, 3), (5, 4)], transA=1, transB=1, dtype=H),
    contrib("GemmFloat8", [(4, 3), (5, 4)], transA=1, transB=1),
    contrib(
        "MatMulBlockQuantizedFp4Weight", [half(2, 3, 32), (UINT8, (6, 16)), (UINT8, (6, 2)), F]
    ),
    contrib(
        "MatMulBlockQuantizedFp8Weight",
        [half(2, 3, 32), (TensorProto.FLOAT8E4M3FN, (6, 32)), (6, 1)],
    ),
    contrib(
        "MatMulNBitsMlp",
        [*[(2, 3, 32)] * 2, (32,), *[(UINT8, (4, 1, 16)), (4, 1), None] * 2][:8],
        2,
        K=32,
        N=4,
        activation="silu",
        **BLOCKS,
    ),
    contrib(
        "MatMulNBitsQkv",
        [
            *[(2, 3, 32)] * 2,
            (32,),
            *[(UINT8, (8, 1, 16)), (8, 1), None],
            *[(UINT8, (4, 1, 16)), (4, 1), None] * 2,
        ][:11],
        4,
        K=32,
        Nq=8,
        Nkv=4,
        **BLOCKS,
    ),
    contrib(
        "QMoE", [(2, 3, 32), (6, 4), (UINT8, (4, 64, 16)), (4, 64), None, (UINT8, (4, 32, 32))]
    ),
    contrib("NhwcConv", [(1, 8, 9, 4), (6, 4, 3, 2), (6,)], kernel_shape=[3, 2]),
    contrib("NhwcConv", [(1, 8, 9, 4), (6, 3, 2, 4), (6,)], kernel_shape=[3, 2]),
    contrib("NhwcConv", [(1, 8, 9, 4), (6, 4, 3, 2), (6,)], strides=[2, 1]),
    contrib("NhwcFusedConv", [half(1, 8, 9, 4), half(6, 4, 3, 2), half(6)], strides=[2, 2]),
    contrib("TorchEmbedding", [(9, 4), (INT64, (2, 3))]),
    contrib("RestorePadding", [(5, 8), (INT32, (2, 3))]),
    Case("EfficientNMS_TRT", 1, [(2, 50, 4), (2, 50, 7)], NMS, 4),
    Case(
        "MultilevelCropAndResize_TRT",
        1,
        [(2, 50, 4), (2, 8, 16, 16), *[(2, 8, 8, 8)] * 3],
        {"image_size": [3, 99, 99], "plugin_version": "1", "pooled_size": 7},
    ),
    Case(
        "PyramidROIAlign_TRT",
        1,
        [(2, 50, 4), (2, 8, 16, 16), *[(2, 8, 8, 8)] * 3],
        {"plugin_version": "1", "pooled_size": 7},
    ),
    Case("DisentangledAttention_TRT", 1, [(2, 5, 5)] * 3, {"factor": 0.1, "span": 3}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_outputs_are_those_that_onnxruntime_infers(case: Case) -> None:
    as_inferred(case)


def test_the_question_is_answered() -> None:
    """So that agreement is not agreement on silence."""
    case = contrib(
        "MatMulNBits", [(2, 3, 32), (UINT8, (4, 1, 16)), (FLOAT, (4,))], K=32, N=4, **BLOCKS
    )
    assert inferred(case, case.ours()) == [(2, 3, 4)]
