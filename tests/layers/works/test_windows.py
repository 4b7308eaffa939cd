"""The window of a pooling layer: what measured platforms know its time by."""

from typing import Any

import pytest

from py.layers import Window
from tests.layers.works.single_node import Shape, works
from tests.models import conv_net, read


@pytest.mark.parametrize(
    ("op", "given", "shape", "output", "window"),
    [
        (
            "MaxPool",
            {"kernel_shape": [3, 3], "strides": [2, 2]},
            (1, 8, 9, 9),
            (1, 8, 4, 4),
            (3, 3, 2, 2),
        ),
        ("AveragePool", {"kernel_shape": [2, 5]}, (1, 8, 9, 9), (1, 8, 8, 5), (2, 5, 1, 1)),
        ("LpPool", {"kernel_shape": [4], "strides": [3]}, (1, 8, 10), (1, 8, 3), (1, 4, 1, 3)),
        ("MaxPool", {"kernel_shape": [2, 2, 2]}, (1, 8, 4, 4, 4), (1, 8, 3, 3, 3), None),
        ("MaxPool", {"kernel_shape": [2, 2], "strides": [1]}, (1, 8, 4, 4), (1, 8, 3, 3), None),
        ("GlobalAveragePool", {}, (2, 8, 7, 5), (2, 8, 1, 1), (7, 5, 1, 1)),
        ("GlobalMaxPool", {}, (2, 8, 7), (2, 8, 1), (1, 7, 1, 1)),
        ("GlobalMaxPool", {}, (2, 8, 1, 1), (2, 8, 1, 1), (1, 1, 1, 1)),
        ("GlobalMaxPool", {}, (None, 8, 4, 4), (None, 8, 1, 1), None),
    ],
)
def test_windows(
    op: str, given: dict[str, Any], shape: Shape, output: Shape, window: tuple[int, ...] | None
) -> None:
    (work,) = works(op, {"x": shape}, {"y": output}, **given)
    assert (work.window and work.window[:4]) == window


def test_a_layer_has_the_window_of_its_pooling() -> None:
    conv, pool, dense = read(conv_net(1)).layers
    assert (conv.window, pool.window, dense.window) == (None, Window(2, 2, 2, 2, 1, 4), None)
