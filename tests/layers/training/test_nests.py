"""The gradients' loop nests against enumerated gradients, and against what a nest means."""

from dataclasses import replace
from itertools import product
from math import prod

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from py.layers import LoopNest, dense_loops
from py.layers.loops import Planes
from py.layers.training.nests import input_gradient, map_elements, weight_gradient
from tests.layers.training.gradients import Array, Convolution


def nest_of(own: Convolution) -> LoopNest:
    """The nest of a convolution, with the padding that its outputs read."""
    used = []
    for (first, _), size, out, tap, stride, dilation in zip(
        own.pads, own.image, own.outputs, own.taps, own.stride, own.dilation, strict=True
    ):
        needed = (out - 1) * stride + (tap - 1) * dilation + 1
        used.append((first, max(0, needed - size - first)))
    (d, h, w), (o, p, q), (t, r, s) = own.image, own.outputs, own.taps
    deep = max(d, o, t) > 1
    return LoopNest(
        n=own.n * o,
        g=own.g,
        m=own.m,
        c=own.c * t,
        p=p,
        q=q,
        r=r,
        s=s,
        h=h,
        w=w,
        stride=own.stride[1:],
        dilation=own.dilation[1:],
        padding=(used[1][0], used[2][0], used[1][1], used[2][1]),
        planes=Planes(o, t, d, own.stride[0], own.dilation[0], used[0]) if deep else None,
    )


def evaluated(nest: LoopNest, ifmap: Array, weights: Array) -> tuple[Array, int]:
    """What a nest computes as it stands, and its products; planes taken out of n and c."""
    planes = nest.planes or Planes(1, 1, 1)
    n, c = nest.n // planes.o, nest.c // planes.t
    result = np.zeros((n, nest.g, nest.m, planes.o, nest.p, nest.q), np.int64)
    steps = (planes.stride, *nest.stride)
    dilations = (planes.dilation, *nest.dilation)
    before = (planes.padding[0], nest.padding[0], nest.padding[1])
    image = (planes.d, nest.h, nest.w)
    count = 0
    bounds = (n, nest.g, nest.m, c, planes.o, nest.p, nest.q, planes.t, nest.r, nest.s)
    for image_at, g, m, channel, *rest in product(*(range(bound) for bound in bounds)):
        count += 1
        out, tap = rest[:3], rest[3:]
        at = [
            a * step + t * dilation - pad
            for a, t, step, dilation, pad in zip(out, tap, steps, dilations, before, strict=True)
        ]
        if all(0 <= a < size for a, size in zip(at, image, strict=True)):
            value = ifmap[(image_at, g, channel, *at)]
            result[(image_at, g, m, *out)] += value * weights[(g, m, channel, *tap)]
    return result, count


_Axis = tuple[int, int, int, int, tuple[int, int]]
"""Size, taps, stride, dilation and padding along one dimension."""


@st.composite
def convolutions(draw: st.DrawFn, *, strides: bool = True, deep: bool = True) -> Convolution:
    axes: list[_Axis] = []
    for axis in range(3):
        if axis == 0 and not (deep and draw(st.booleans())):
            axes.append((1, 1, 1, 1, (0, 0)))
            continue
        tap, dilation = draw(st.integers(1, 3)), draw(st.integers(1, 2))
        stride = draw(st.integers(1, 3)) if strides else 1
        reach = (tap - 1) * dilation
        pads = draw(st.integers(0, reach)), draw(st.integers(0, reach))
        size = draw(st.integers(max(1, reach + 1 - sum(pads)), 5))
        axes.append((size, tap, stride, dilation, pads))
    one, two, three = axes
    n, g, m, c = (draw(st.integers(1, most)) for most in (2, 2, 4, 2))
    return Convolution(
        n,
        g,
        m,
        c,
        (one[0], two[0], three[0]),
        (one[1], two[1], three[1]),
        (one[2], two[2], three[2]),
        (one[3], two[3], three[3]),
        (one[4], two[4], three[4]),
    )


def values(seed: int, shape: tuple[int, ...]) -> Array:
    return np.random.default_rng(seed).integers(-9, 10, shape)


@settings(max_examples=60, deadline=None)
@given(convolutions(), st.integers(0, 99))
def test_each_gradient_takes_as_many_products_as_its_nest_has_macs(
    own: Convolution, seed: int
) -> None:
    ifmap, weights = values(seed, own.of_ifmap), values(seed + 1, own.of_weights)
    back = values(seed + 2, own.of_ofmap)
    to_ifmap, to_weights, for_ifmap, for_weights = own.gradients(ifmap, weights, back)
    nest = nest_of(own)
    assert input_gradient(nest).macs == for_ifmap
    assert weight_gradient(nest).macs == for_weights == nest.macs
    assert weight_gradient(nest).ofmap_elements == to_weights.size
    assert map_elements(nest) == to_ifmap.size == ifmap.size
    assert weight_gradient(nest).weight_elements == back.size
    assert map_elements(weight_gradient(nest)) == ifmap.size
    assert input_gradient(nest).weight_elements == weights.size
    assert map_elements(input_gradient(nest)) == back.size


@settings(max_examples=40, deadline=None)
@given(convolutions(), st.integers(0, 99))
def test_the_enumerated_gradients_are_those_of_the_sum_of_products(
    own: Convolution, seed: int
) -> None:
    """The oracle itself: a convolution is linear in each factor, so differences are exact."""
    ifmap, weights = values(seed, own.of_ifmap), values(seed + 1, own.of_weights)
    back = values(seed + 2, own.of_ofmap)
    to_ifmap, to_weights, _, _ = own.gradients(ifmap, weights, back)
    before = (own.forward(ifmap, weights) * back).sum()
    random = np.random.default_rng(seed)
    for factor, gradient in ((ifmap, to_ifmap), (weights, to_weights)):
        at = tuple(int(random.integers(size)) for size in factor.shape)
        factor[at] += 1
        assert (own.forward(ifmap, weights) * back).sum() - before == gradient[at]
        factor[at] -= 1


@settings(max_examples=60, deadline=None)
@given(convolutions(), st.integers(0, 99))
def test_the_nest_of_the_weight_gradient_computes_it(own: Convolution, seed: int) -> None:
    """The ifmap with images and channels exchanged, the ofmap's gradient as the filter."""
    ifmap, weights = values(seed, own.of_ifmap), values(seed + 1, own.of_weights)
    back = values(seed + 2, own.of_ofmap)
    _, wanted, _, _ = own.gradients(ifmap, weights, back)
    nest = weight_gradient(nest_of(own))
    found, products = evaluated(nest, np.swapaxes(ifmap, 0, 2), back.transpose(1, 2, 0, 3, 4, 5))
    assert products == nest.macs
    assert (found == wanted.transpose(2, 0, 1, 3, 4, 5)).all()


@settings(max_examples=60, deadline=None)
@given(convolutions(strides=False), st.integers(0, 99))
def test_the_nest_of_the_input_gradient_computes_it_at_stride_one(
    own: Convolution, seed: int
) -> None:
    """Filters flipped, M and C exchanged; exact where the padding keeps the size."""
    assume(own.outputs == own.image)
    ifmap, weights = values(seed, own.of_ifmap), values(seed + 1, own.of_weights)
    back = values(seed + 2, own.of_ofmap)
    wanted, _, _, _ = own.gradients(ifmap, weights, back)
    nest = input_gradient(nest_of(own))
    flipped = np.flip(np.swapaxes(weights, 1, 2), (3, 4, 5))
    if nest.r == own.taps[1] and nest.s == own.taps[2]:
        found, _ = evaluated(nest, back, flipped)
        assert (found == wanted).all()
    else:  # a filter as large as the map: a product
        assert nest.ofmap_elements == wanted.size


@given(
    channels=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    rows=st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 9)),
    columns=st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 9)),
)
def test_a_stride_that_divides_filter_and_map_leaves_every_size_exact(
    channels: tuple[int, int], rows: tuple[int, int, int], columns: tuple[int, int, int]
) -> None:
    """A U x U phase of the result for each of the filter's (R / U) x (S / U) shares."""
    (up, times, p), (across, often, q) = rows, columns
    r, s = up * times, across * often
    nest = LoopNest(
        n=2,
        g=1,
        m=channels[0],
        c=channels[1],
        p=p,
        q=q,
        r=r,
        s=s,
        h=p * up,
        w=q * across,
        stride=(up, across),
        padding=(0, 0, r - up, s - across),
    )
    back = input_gradient(nest)
    assert back.macs == nest.macs
    sizes = back.ifmap_elements, back.weight_elements, back.ofmap_elements
    assert sizes == (nest.ofmap_elements, nest.weight_elements, nest.ifmap_elements)


def test_strided_nests_are_exact_where_channels_divide() -> None:
    """ResNet's 3x3 convolution with stride 2, 64 to 128 channels on 56 x 56."""
    nest = LoopNest(
        n=2, g=1, m=128, c=64, p=28, q=28, r=3, s=3, h=56, w=56, stride=(2, 2), padding=(1, 1, 0, 0)
    )
    back = input_gradient(nest)
    assert back.macs == nest.macs
    assert back.ofmap_elements == nest.ifmap_elements
    assert back.ifmap_elements == nest.ofmap_elements
    assert back.weight_elements == nest.weight_elements


def test_depthwise_with_a_stride_takes_the_nearest_size() -> None:
    nest = LoopNest(
        n=1, g=96, m=1, c=1, p=56, q=56, r=3, s=3, h=112, w=112, stride=(2, 2), padding=(1, 1, 0, 0)
    )
    back = input_gradient(nest)
    assert back.macs == nest.macs
    assert back.ofmap_elements == 96 * 3 * 56 * 56  # 4 would be all of it, 9 or 1 the other ways
    assert back.g == 96


def test_a_strided_window_of_one_leaves_what_it_reaches() -> None:
    nest = LoopNest(n=1, g=1, m=32, c=16, p=7, q=7, r=1, s=1, h=14, w=14, stride=(2, 2))
    back = input_gradient(nest)
    assert (back.m, back.c, back.p, back.q, back.h, back.stride) == (16, 32, 7, 7, 7, (1, 1))


def test_a_dense_layer_on_maps_is_a_product() -> None:
    nest = LoopNest(n=4, g=1, m=10, c=8, p=1, q=1, r=5, s=5, h=5, w=5)
    assert input_gradient(nest) == dense_loops(4, 10, 200)
    assert weight_gradient(nest).macs == 4 * 10 * 200


@given(*(st.integers(1, 64) for _ in range(4)))
def test_products_of_matrices_are_transposed(rows: int, groups: int, inner: int, out: int) -> None:
    nest = replace(dense_loops(rows, inner, out), g=groups)
    first, second = input_gradient(nest), weight_gradient(nest)
    assert (first.n, first.c, first.m) == (rows, out, inner)
    assert (second.n, second.c, second.m) == (inner, rows, out)
    assert prod((first.g, first.macs)) == groups * nest.macs == prod((second.g, second.macs))
