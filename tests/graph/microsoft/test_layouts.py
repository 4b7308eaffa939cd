"""Layouts inside onnxruntime: channels last as its providers, in blocks as its CPU has them."""

from typing import Any

import numpy as np
import pytest

from tests.graph.microsoft.oracle import UINT8, inferred
from tests.graph.single_operator import Case, floats

F, U = np.float32(1), np.uint8(0)


def last(op: str, opset: int, inputs: list[Any], outputs: int = 1, **attributes: Any) -> Case:
    return Case(op, opset, inputs, attributes, outputs, "com.ms.internal.nhwc")


def blocked(op: str, inputs: list[Any], **attributes: Any) -> Case:
    return Case(op, 1, inputs, attributes, 1, "com.microsoft.nchwc")


LAST = [
    (last("Conv", 11, [(1, 8, 9, 4), (6, 2, 3, 2)], group=2, strides=[2, 1]), (1, 3, 8, 6)),
    (last("ConvTranspose", 11, [(1, 4, 5, 3), (3, 6, 2, 2)], strides=[2, 2]), (1, 8, 10, 6)),
    (last("MaxPool", 12, [(1, 8, 9, 4)], kernel_shape=[2, 2], strides=[2, 2]), (1, 4, 4, 4)),
    (last("AveragePool", 11, [(1, 8, 9, 4)], kernel_shape=[3, 2]), (1, 6, 8, 4)),
    (last("GlobalAveragePool", 1, [(2, 8, 9, 4)]), (2, 1, 1, 4)),
    (last("DepthToSpace", 13, [(1, 4, 5, 8)], blocksize=2), (1, 8, 10, 2)),
    (last("SpaceToDepth", 13, [(1, 4, 6, 2)], blocksize=2), (1, 2, 3, 8)),
    (last("LRN", 13, [(1, 4, 6, 2)], size=3), (1, 4, 6, 2)),
    (last("InstanceNormalization", 6, [(1, 4, 6, 2), (2,), (2,)]), (1, 4, 6, 2)),
    (last("Resize", 13, [(1, 4, 6, 2), None, floats(1, 2, 3, 1)]), (1, 8, 18, 2)),
    (
        last("QLinearConv", 10, [(UINT8, (1, 8, 9, 4)), F, U, (UINT8, (6, 4, 3, 2)), F, U, F, U]),
        (1, 6, 8, 6),
    ),
    (
        last(
            "QLinearConvTranspose",
            1,
            [(UINT8, (1, 4, 5, 3)), F, U, (UINT8, (3, 6, 2, 2)), F, U, F, U],
            strides=[2, 2],
        ),
        (1, 8, 10, 6),
    ),
    (
        last("QLinearAveragePool", 1, [(UINT8, (1, 8, 9, 4)), F, U, F, U], kernel_shape=[3, 2]),
        (1, 6, 8, 4),
    ),
]


@pytest.mark.parametrize(("case", "expected"), LAST, ids=lambda given: str(given)[:60])
def test_channels_last(case: Case, expected: tuple[int, ...]) -> None:
    assert case.ours()[0].shape == expected


BLOCKED = [
    blocked("Conv", [(1, 16, 8, 9), (32, 16, 3, 3)], pads=[1, 1, 1, 1], strides=[2, 2]),
    blocked("Conv", [(1, 32, 8, 9), (32, 1, 3, 3)], group=32),
    blocked("Conv", [(1, 3, 8, 9), (16, 3, 3, 3)], auto_pad="SAME_UPPER"),
    blocked("MaxPool", [(1, 16, 8, 9)], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
    blocked("AveragePool", [(1, 16, 8, 9)], kernel_shape=[3, 3]),
    blocked("GlobalMaxPool", [(1, 16, 8, 9)]),
    blocked("ReorderInput", [(1, 16, 8, 9)]),
    blocked("ReorderInput", [(1, 15, 8, 9)]),
    blocked("ReorderInput", [(1, 8, 9, 32)], channels_last=1),
    blocked("ReorderOutput", [(1, 16, 8, 9)], channels=15),
    blocked("ReorderOutput", [(1, 16, 8, 9)], channels=15, channels_last=1),
    blocked("Upsample", [(1, 16, 8, 9)], scales=[1, 1, 2, 3]),
]


@pytest.mark.parametrize("case", BLOCKED, ids=str)
def test_blocks_of_channels(case: Case) -> None:
    ours = case.ours()
    assert [kind.shape for kind in ours] == inferred(case, ours)


def test_the_weight_decides_how_far_channels_are_padded() -> None:
    """Whatever was taken for the input: here 32, where the machine's blocks were of 8."""
    case = blocked("Conv", [(1, 32, 8, 9), (40, 24, 3, 3)])
    assert case.ours()[0].shape == (1, 40, 6, 7)


def test_how_far_channels_are_padded_is_not_in_the_file() -> None:
    """8 on one machine, 16 on another: 24 channels are 24 or 32."""
    shape = blocked("ReorderInput", [(1, 24, 8, 9)]).ours()[0].shape
    assert shape in ((1, None, 8, 9), (1, 32, 8, 9))
