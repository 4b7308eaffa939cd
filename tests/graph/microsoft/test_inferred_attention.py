"""Attention and stateful layers that only GPU providers run, against onnxruntime's inference."""

from typing import Any

import numpy as np
import pytest

from tests.graph.microsoft.oracle import FLOAT16, as_inferred, contrib
from tests.graph.single_operator import INT32, INT64, Case, ints


def i32(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def half(*shape: int) -> tuple[int, tuple[int, ...]]:
    return (FLOAT16, shape)


CACHES = [half(7, 4, 2, 16)] * 2  # blocks, block, heads, head size
LENGTHS = [(INT32, (3,)), (INT32, (2,)), (INT32, (2, 3))]
SPARSE = [(INT32, (6, 4)), (INT32, (6,)), i32(2, 2)]
LAYOUT = [i32(0, 1, 3).reshape(1, 3), i32(0, 0, 1).reshape(1, 3), i32(3), i32(3, 3)]
CSA: dict[str, Any] = {"policy_mode": "csa", "compress_ratio": 4, "index_topk": 8}
QSA: dict[str, Any] = {"policy_mode": "qsa", "compress_ratio": 4, "token_budget": 8}
GROUPED = {"num_heads": 4, "kv_num_heads": 2}


def compressed(sequence: int) -> list[Any]:
    """Return the inputs of a block indexer of 4 heads of 8, of batch 2."""
    return [
        *[(2, sequence, 32), (2, sequence, 16), (8,), (8,), (40, 4), (40, 4), None, (2, 6, 8)],
        *[(2, sequence, 16), (4, 16), (2, sequence, 4), (INT64, (2, sequence)), None],
        (2, 2, 5, 16),
    ]


PROJECTING = [
    contrib(
        "LongformerAttention",
        [(2, 4, 8), (8, 24), (24,), (2, 4), (8, 24), (24,), (INT32, (2, 4))],
        num_heads=2,
        window=2,
    ),
    contrib(
        "PackedAttention",
        [(5, 8), (8, 24), (24,), (INT32, (2, 3)), (INT32, (3,))],
        num_heads=2,
    ),
    contrib(
        "PackedAttention",
        [(5, 8), (8, 32), (32,), (INT32, (2, 3)), (INT32, (3,))],
        num_heads=2,
        qkv_hidden_sizes=[8, 8, 16],
    ),
    contrib(
        "DecoderMaskedSelfAttention",
        [(2, 1, 8), (8, 24), (24,), (INT32, (2, 6)), (2, 2, 2, 6, 4), None, i32(3)],
        2,
        num_heads=2,
    ),
]

PROJECTED = [
    # The CPU provider has a kernel, but none for what is packed.
    contrib("MultiHeadAttention", [(2, 3, 2, 3, 4)], num_heads=2),
    contrib("MultiHeadAttention", [(2, 3, 8), (2, 5, 2, 2, 4)], num_heads=2),
    contrib(
        "PackedMultiHeadAttention",
        [(5, 8), (5, 8), (5, 12), None, (INT32, (2, 3)), (INT32, (3,))],
        num_heads=2,
    ),
    contrib(
        "PackedMultiHeadAttention",
        [(5, 2, 3, 4), None, None, None, (INT32, (2, 3)), (INT32, (3,))],
        num_heads=2,
    ),
    *(
        contrib(
            "SparseAttention",
            [*operands, *[(2, 2, 32, 8)] * 2, *LAYOUT],
            3,
            sparse_block_size=16,
            **GROUPED,
        )
        for operands in ([(2, 3, 32), *[(2, 3, 16)] * 2], [(2, 3, 64), None, None])
    ),
    *(
        contrib("PagedAttention", [*operands, *CACHES, *LENGTHS], 3, **GROUPED)
        for operands in ([half(5, 64), *[half(5, 32)] * 2], [half(5, 128), None, None])
    ),
    contrib(
        "PagedAttention",
        [half(5, 64), half(5, 16), None, half(7, 4, 1, 16), None, *LENGTHS],
        2,
        num_heads=4,
        kv_num_heads=1,
        kv_cache_layout="LATENT",
        v_head_size=8,
        scale=0.5,
    ),
    contrib(
        "SparsePagedAttention",
        [
            *[half(5, 64), *[half(5, 32)] * 2, *CACHES, *LENGTHS],
            *[None, (INT32, (5, 4)), (INT32, (5,))],
        ],
        3,
        **GROUPED,
    ),
    *(
        contrib(
            "DynamicSparseAttention",
            [half(2, 3, 64), *[half(2, 3, 32)] * 2, past, past, None, None, *SPARSE, i32(3)],
            3,
            **GROUPED,
        )
        for past in (None, half(2, 2, 20, 16))
    ),
]

POSITIONS = [
    contrib(
        "GatedRelativePositionBias",
        [(2, 3, 8), (8,), (1, 2, 3, 3), (4, 6), (6,), (1, 2, 1, 1)],
        num_heads=2,
    ),
    contrib(
        "GatedRelativePositionBias",
        [(5, 8), (8,), (1, 2, 3, 3), (4, 6), (6,), (1, 2, 1, 1), (INT32, (2, 3))],
        num_heads=2,
    ),
    contrib("GemmaRotaryEmbedding", [(2, 3, 4), *[half(2, 2, 3, 4)] * 4], 2),
    contrib(
        "MRotaryEmbedding",
        [(2, 3, 8), (INT64, (3, 2, 3)), (9, 2), (9, 2)],
        num_heads=2,
        mrope_section=[1, 1, 0],
    ),
]

STATES = [
    contrib(
        "GatedDeltaNet",
        [
            *[(5, 2, 4)] * 2,
            (5, 4, 6),
            i32(0, 2, 5),
            None,
            None,
            (2, 4, 6, 4),
            *[None] * 2,
            i32(1, 1),
        ],
        3,
        update_rule="linear",
        state_update_capacity=2,
    ),
    contrib(
        "GatedDeltaNet",
        [(5, 40), None, None, i32(0, 2, 5), (5, 4), (5, 4), (2, 4, 6, 4)],
        2,
    ),
    contrib(
        "VarlenCausalConvWithState",
        [(5, 4), (4, 1, 3), (INT32, (3,)), None, (2, 4, 2), (INT32, (2,))],
        3,
        state_update_capacity=2,
    ),
    contrib(
        "LinearAttention",
        [(2, 3, 8), (2, 3, 4), (2, 3, 6)],
        2,
        q_num_heads=2,
        kv_num_heads=1,
        update_rule="linear",
        state_window=2,
    ),
    contrib("CausalConvWithState", [(2, 4, 9), (4, 1, 3)], 2, state_window=3),
    contrib("CausalConvWithState", [(2, 4, 5, 9), (4, 1, 2, 3)], 2, ndim=2),
    contrib(
        "SparseAttentionIndexer",
        [(2, 3, 32), (2, 3, 8), (8,), (8,), (40, 4), (40, 4), (INT64, (2, 9)), (2, 6, 8)],
        2,
        **QSA,
    ),
    contrib("SparseAttentionIndexer", compressed(9), 3, **CSA),
    contrib("SparseAttentionIndexer", compressed(1), 3, **CSA),
    contrib(
        "VarlenNGramHashMapping",
        [
            *[(INT64, (5,)), ints(3, 5, 7), ints(11, 13, 17, 19), (INT32, (3,)), None, None],
            *[None, (INT32, (5,)), None, (INT32, (2,))],
        ],
        4,
        max_ngram_size=3,
        n_head_per_ngram=2,
        pad_id=0,
        state_update_capacity=2,
    ),
]


@pytest.mark.parametrize("case", [*PROJECTING, *PROJECTED, *POSITIONS, *STATES], ids=str)
def test_outputs_are_those_that_onnxruntime_infers(case: Case) -> None:
    as_inferred(case)
