"""Attention of every kind that the CPU provider runs, against a run of each."""

import numpy as np
import pytest

from tests.graph.microsoft.oracle import contrib, real_run
from tests.graph.single_operator import INT32, Case


def i32(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


CACHE = (2, 2, 6, 4)  # batch, heads, past sequence, head size

ATTENTION = [
    contrib("Attention", [(2, 3, 8), (8, 24), (24,)], 2, num_heads=2),
    contrib("Attention", [(2, 3, 8), (8, 24), (24,), (INT32, (2, 3))], num_heads=2),
    contrib("Attention", [(2, 3, 8), (8, 24), (24,), None, (2, 2, 2, 5, 4)], 2, num_heads=2),
    contrib("Attention", [(2, 3, 8), (8, 24), (24,), None, None, (2, 2, 3, 3)], 2, num_heads=2),
    contrib(
        "Attention", [(2, 3, 10), (10, 32), (32,)], 2, num_heads=2, qkv_hidden_sizes=[8, 8, 16]
    ),
]

MULTI_HEAD = [
    contrib("MultiHeadAttention", [(2, 3, 8), *[(2, 5, 8)] * 2], num_heads=2),
    contrib("MultiHeadAttention", [(2, 3, 8), (2, 5, 8), (2, 5, 12)], 3, num_heads=2),
    contrib("MultiHeadAttention", [(2, 3, 8), (2, 5, 8), (2, 5, 12)], 4, num_heads=2),
    contrib("MultiHeadAttention", [(2, 3, 8), *[(2, 2, 5, 4)] * 2], 4, num_heads=2),
    contrib("MultiHeadAttention", [(2, 3, 8), *[(2, 5, 8)] * 2, (24,)], num_heads=2),
    contrib(
        "MultiHeadAttention", [*[(2, 3, 8)] * 3, None, None, None, CACHE, CACHE], 4, num_heads=2
    ),
    contrib(
        "MultiHeadAttention",
        [*[(2, 1, 8)] * 3, None, None, None, CACHE, CACHE, i32(4)],
        4,
        num_heads=2,
    ),
    contrib(
        "MultiHeadAttention",
        [*[(2, 1, 8)] * 3, *[None] * 3, CACHE, CACHE, i32(4), np.zeros((2, 1, 6), np.int32)],
        3,
        num_heads=2,
    ),
    contrib(
        "DecoderMaskedMultiHeadAttention",
        [*[(2, 1, 8)] * 3, None, None, CACHE, CACHE, i32(3)],
        3,
        num_heads=2,
        past_present_share_buffer=1,
    ),
    contrib(
        "DecoderMaskedMultiHeadAttention",
        [*[(2, 1, 8)] * 3, None, None, CACHE, CACHE, i32(3)],
        4,
        num_heads=2,
        past_present_share_buffer=1,
        output_qk=1,
    ),
    contrib("DecoderMaskedMultiHeadAttention", [(2, 1, 8), CACHE, CACHE], num_heads=2),
]


def grouped(sequence: int, past: int | None, total: int, outputs: int, *, packed: bool) -> Case:
    """Return GroupQueryAttention of 4 heads of 16 that share 2 of K and V."""
    cache = None if past is None else (1, 2, past, 16)
    operands = [(1, sequence, 128), None, None] if packed else [(1, sequence, 64)]
    if not packed:
        operands += [(1, sequence, 32)] * 2
    lengths = [i32(total - 1), np.int32(total)]
    more = {"qk_output": 1} if outputs == 4 else {}
    return contrib(
        "GroupQueryAttention",
        [*operands, cache, cache, *lengths],
        outputs,
        num_heads=4,
        kv_num_heads=2,
        **more,
    )


GROUPED = [
    grouped(sequence, past, (used or 0) + sequence, outputs, packed=packed)
    for past, used in ((None, 0), (0, 0), (6, 6), (20, 9))  # the last one's cache has room
    for sequence, outputs, packed in ((1, 3, False), (3, 3, True), (3, 4, False), (1, 1, True))
]
WINDOWED = contrib(
    "GroupQueryAttention",
    [(1, 1, 64), *[(1, 1, 32)] * 2, *[(1, 2, 8, 16)] * 2, i32(19), np.int32(20)],
    3,
    num_heads=4,
    kv_num_heads=2,
    sliding_window_cache=1,
    local_window_size=8,
)
ROTARY = contrib(
    "GroupQueryAttention",
    [(1, 3, 64), *[(1, 3, 32)] * 2, None, None, i32(2), np.int32(3), (40, 8), (40, 8)],
    3,
    num_heads=4,
    kv_num_heads=2,
    do_rotary=1,
)

LINEAR = [
    contrib(
        "LinearAttention",
        [(2, 3, 8), (2, 3, 8), (2, 3, 12)],
        2,
        q_num_heads=2,
        kv_num_heads=2,
        update_rule="linear",
    ),
    contrib(
        "LinearAttention",
        [(2, 3, 8), (2, 3, 16), (2, 3, 24), (2, 4, 4, 6)],
        2,
        q_num_heads=2,
        kv_num_heads=4,
        update_rule="linear",
    ),
    contrib("LinearAttentionGate", [(2, 3, 4), (4,), (4,)]),
    contrib("LinearAttentionGate", [(2, 3, 4), (4,), (4,), (2, 3, 4)], 2),
    contrib("CausalConvWithState", [(2, 4, 9), (4, 1, 3)], 2),
    contrib("CausalConvWithState", [(2, 4, 9), (4, 1, 3), (4,), (2, 4, 4)], 2, dilation=2),
    contrib("CausalConvWithState", [(2, 9, 2, 2), (4, 1, 3)], 2, channels_last=1),
]


@pytest.mark.parametrize(
    "case", [*ATTENTION, *MULTI_HEAD, *GROUPED, WINDOWED, ROTARY, *LINEAR], ids=str
)
def test_outputs_are_those_of_a_run(case: Case) -> None:
    assert case.ours() == real_run(case)
