"""Operators of which onnxruntime neither has a CPU kernel nor infers every shape.

What is expected is written down from their documentation.
"""

from typing import Any

import numpy as np
import pytest

from tests.graph.microsoft.oracle import FLOAT16, INT8, UINT8, contrib
from tests.graph.single_operator import BOOL, INT32, INT64, Case, ints

Outputs = list[tuple[str, tuple[int | None, ...]]]
F = np.float32(1)
CSA: dict[str, Any] = {"policy_mode": "csa", "compress_ratio": 4, "index_topk": 8}


def signed(*shape: int) -> tuple[int, tuple[int, ...]]:
    return (INT8, shape)


DECODER = [
    *[(3, 2, 8), (5, 2, 8), (8, 8), (8, 16), (24,), (BOOL, (2, 5))],
    *[(2, 2, 7, 4), (2, 2, 7, 4)],
]  # sequence 3, key 5, cache 7


def decoder(*switches: int) -> Case:
    """Return DecoderAttention with static_kv, use_past, has_layer_state."""
    flags = [np.bool_(switch) for switch in (*switches, 0)]
    return contrib("DecoderAttention", [*DECODER, *flags], 3, num_heads=2)


def kept(length: int) -> Outputs:
    cache = ("float32", (2, 2, length, 4))
    return [("float32", (3, 2, 8)), cache, cache]


DOCUMENTED: list[tuple[Case, Outputs]] = [
    (contrib("ComplexMul", [(2, 3, 2), (3, 2)]), [("float32", (2, 3, 2))]),
    (
        contrib("BitmaskDropout", [(3, 30)], 2),
        [("float32", (3, 30)), ("uint32", (3,))],  # 90 bits in words of 32
    ),
    (
        contrib("BitmaskBiasDropout", [(2, 4, 8), (8,)], 2),
        [("float32", (2, 4, 8)), ("uint32", (2,))],
    ),
    (contrib("Rfft", [(2, 8)], onesided=1, signal_ndim=1), [("float32", (2, 5, 2))]),
    (contrib("Rfft", [(4, 9)], onesided=1, signal_ndim=2), [("float32", (4, 5, 2))]),
    (contrib("Irfft", [(2, 5, 2)], onesided=1, signal_ndim=1), [("float32", (2, 8))]),
    (contrib("ReduceSumInteger", [signed(2, 3, 4)], axes=[1], keepdims=0), [("int32", (2, 4))]),
    (
        contrib("RelativePositionBias", [(32, 2), np.int64(3), np.int64(5)], max_distance=9),
        [("float32", (1, 2, 3, 5))],
    ),
    (contrib("MatMulFpQ4", [(2, 3, 32), (UINT8, (99,)), ints(32, 5)]), [("float32", (2, 3, 5))]),
    (
        contrib("QuantizeBFP", [(2, 3)], 3, bfp_type=0),
        [("uint8", (None,)), ("int64", (2,)), ("int64", (2,))],
    ),
    (
        contrib(
            "DequantizeBFP", [(UINT8, (77,)), ints(2, 3), ints(3, 1)], bfp_type=0, dtype=FLOAT16
        ),
        [("float16", (2, 3))],
    ),
    (
        contrib(
            "QOrderedLongformerAttention",
            [
                *[signed(2, 4, 8), F, signed(8, 24), F, (24,), F, F, (2, 4)],
                *[signed(8, 24), F, (24,), F, (INT32, (2, 4)), F],
            ],
            num_heads=2,
            window=2,
        ),
        [("int8", (2, 4, 8))],
    ),
    (
        contrib(
            "DecoderMaskedSelfAttention",
            [(2, 1, 8), (8, 24), (24,), (INT32, (2, 6)), (2, 2, 2, 6, 4), None, np.int32(3)],
            2,
            num_heads=2,
            past_present_share_buffer=1,
        ),
        [("float32", (2, 1, 8)), ("float32", (2, 2, 2, 6, 4))],
    ),
    (
        contrib(
            "DecoderMaskedMultiHeadAttention",
            [(2, 1, 24), *[None] * 4, *[(2, 2, 6, 4)] * 2, np.int32(3)],
            3,
            num_heads=2,
            past_present_share_buffer=1,
        ),
        [("float32", (2, 1, 8)), ("float32", (2, 2, 6, 4)), ("float32", (2, 2, 6, 4))],
    ),
    (contrib("AllReduce", [(2, 3), (4,)], 2), [("float32", (2, 3)), ("float32", (4,))]),
    (contrib("AllToAll", [(2, 3)], group_size=4), [("float32", (2, 3))]),
    (contrib("AllGather", [(2, 3)], axis=1, group_size=4), [("float32", (2, 12))]),
    (contrib("TransposeScaleMatMul", [(4, 3), (5, 4)], transA=1, transB=1), [("float32", (3, 5))]),
    (decoder(0, 0, 0), kept(3)),  # what was just projected
    (decoder(1, 0, 0), kept(5)),  # the encoder's
    (decoder(0, 1, 1), kept(10)),  # the cache, and what was just projected
    (decoder(1, 1, 1), kept(7)),  # the cache
    (
        contrib(
            "PackedSparseAttentionIndexer",
            [
                *[(5, 32), (5, 16), (8,), (8,), (40, 4), (40, 4), (INT32, (3,)), (INT32, (2,))],
                *[(5, 16), (4, 16), (5, 4), (INT64, (5,)), (2, 10, 8)],
                *[(2, 7, 16), (2, 7, 16), (INT32, (2, 2))],
            ],
            6,
            state_capacity=10,
            **CSA,
        ),
        [
            *[("int32", (5, 8)), ("int32", (5,)), ("float32", (2, 10, 8))],
            *[("float32", (2, 7, 16)), ("float32", (2, 7, 16)), ("int32", (2, 2))],
        ],
    ),
]


@pytest.mark.parametrize(("case", "expected"), DOCUMENTED, ids=lambda given: str(given)[:60])
def test_outputs_are_those_of_the_documentation(case: Case, expected: Outputs) -> None:
    assert [(kind.dtype, kind.shape) for kind in case.ours()] == expected
