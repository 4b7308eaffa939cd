"""Loop bounds of convolutions and products from their nodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from py.layers import LoopNest
from tests.models import read, serialised, weights


def loops_of(node: object, shapes: dict[str, tuple[int, ...]], *stored: object) -> LoopNest:
    inputs = dict(shapes)
    model = read(serialised([node], inputs, {"y": None}, stored))  # type: ignore[list-item,arg-type]
    loops = model.layers[0].loops
    assert loops is not None
    assert loops.macs == model.layers[0].macs
    return loops


def test_grouped_strided_dilated_convolution() -> None:
    node = helper.make_node(
        "Conv", ["x", "w"], ["y"], group=2, strides=[2, 1], dilations=[1, 2], pads=[1, 2, 1, 2]
    )
    loops = loops_of(node, {"x": (3, 4, 9, 7)}, weights("w", 6, 2, 3, 3))
    assert (loops.n, loops.g, loops.m, loops.c) == (3, 2, 3, 2)
    assert (loops.p, loops.q, loops.r, loops.s, loops.h, loops.w) == (5, 7, 3, 3, 9, 7)
    assert (loops.stride, loops.dilation, loops.padding) == ((2, 1), (1, 2), (1, 2, 1, 2))


def test_one_spatial_dimension_is_one_row() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"])
    loops = loops_of(node, {"x": (1, 2, 10)}, weights("w", 4, 2, 3))
    assert (loops.p, loops.q, loops.r, loops.s, loops.h, loops.w) == (1, 8, 1, 3, 1, 10)


def test_a_third_dimension_counts_as_images_and_channels() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"])
    loops = loops_of(node, {"x": (1, 2, 5, 6, 7)}, weights("w", 4, 2, 3, 3, 3))
    assert (loops.n, loops.c, loops.p, loops.q, loops.r, loops.s) == (3, 6, 4, 5, 3, 3)
    assert loops.macs == 4 * 2 * 27 * 3 * 4 * 5


@pytest.mark.parametrize(("kernel", "stride"), [(4, 2), (3, 2), (2, 2), (4, 1)])
def test_a_transposed_convolution_keeps_its_macs(kernel: int, stride: int) -> None:
    """MACs are every input times every tap (the corpus's convention)."""
    node = helper.make_node("ConvTranspose", ["x", "w"], ["y"], strides=[stride, stride])
    loops = loops_of(node, {"x": (2, 6, 5, 5)}, weights("w", 6, 4, kernel, kernel))
    assert loops.macs == 2 * 6 * 25 * 4 * kernel * kernel


def test_same_padding_is_worked_out() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], auto_pad="SAME_LOWER", strides=[2, 2])
    loops = loops_of(node, {"x": (1, 1, 6, 6)}, weights("w", 1, 1, 3, 3))
    assert loops.padding == (1, 1, 0, 0)


def test_products() -> None:
    node = helper.make_node("MatMul", ["a", "b"], ["y"])
    loops = loops_of(node, {"a": (2, 3, 5, 7), "b": (2, 1, 7, 4)})
    assert (loops.g, loops.n, loops.c, loops.m) == (6, 5, 7, 4)
    loops = loops_of(node, {"a": (2, 5, 7)}, weights("b", 7, 4))
    assert (loops.g, loops.n, loops.c, loops.m) == (1, 10, 7, 4)
    gemm = helper.make_node("Gemm", ["a", "b"], ["y"], transA=1, transB=1)
    loops = loops_of(gemm, {"a": (7, 5)}, weights("b", 4, 7))
    assert (loops.n, loops.c, loops.m) == (5, 7, 4)


@given(st.integers(-3, 0))
def test_a_nest_refuses_bounds_below_one(size: int) -> None:
    with pytest.raises(ValueError, match=r"LoopNest\.m"):
        LoopNest(n=1, g=1, m=size, c=1, p=1, q=1, r=1, s=1, h=1, w=1)
