"""The loop nests of a product's two gradients.

A product of ifmap and weights has one useful multiplication for each pair that it multiplies. The
chain rule uses every such pair twice more: once times the weight, for the gradient of the ifmap
value, and once times the ifmap value, for that of the weight. So each gradient has as many MACs as
the product itself, padding counted as it counts it; the zeros that a strided convolution's gradient
would multiply if it were written as a plain convolution are no work. That is how the literature
counts: a backward pass is two forward passes, and one for the first layer (Hobbhahn and Sevilla,
What's the backward-forward FLOP ratio for neural networks?, 2021), and how PyTorch counts a
convolution's backward (torch/utils/flop_counter.py).

Gradient of the weights: a convolution of the ifmap with the ofmap's gradient as its filter. Images
and channels change places, so do filter and ofmap, stride and dilation; it adds up over N, P and Q.
Every size is exact, of groups and planes too.

Gradient of the ifmap: a convolution of the ofmap's gradient with the filters flipped and M and C
exchanged; a stride becomes a dilation of what it reads (Dumoulin and Visin, A guide to convolution
arithmetic for deep learning, 2016, chapter 4). A nest has no such fraction of a step. So the result
is taken apart into phases that count as channels, as for a transposed convolution; MACs, weights
and the gradient that is read are exact, and of the ways to take it apart the one is taken whose
result is nearest in size. It is exact where the padding keeps the size and either the stride is 1,
or the ofmap channels divide into the phases of the stride, or filters do not overlap.
"""

from dataclasses import replace
from functools import lru_cache
from itertools import product
from math import prod

from py.layers.loops import Edges, LoopNest, Pair, Planes, dense_loops


def map_elements(loops: LoopNest) -> int:
    """Return the ifmap's elements, each once: planes are in the images and in the channels."""
    planes = loops.planes
    if planes is None:
        return loops.ifmap_elements
    return loops.ifmap_elements // (planes.o * planes.t) * planes.d


@lru_cache(2048)
def weight_gradient(loops: LoopNest) -> LoopNest:
    """Return the nest of the gradient of a product's weights."""
    planes = loops.planes
    return replace(
        loops,
        n=loops.c,
        c=loops.n,
        p=loops.r,
        q=loops.s,
        r=loops.p,
        s=loops.q,
        stride=loops.dilation,
        dilation=loops.stride,
        planes=None
        if planes is None
        else replace(
            planes, o=planes.t, t=planes.o, stride=planes.dilation, dilation=planes.stride
        ),
    )


@lru_cache(2048)
def input_gradient(loops: LoopNest) -> LoopNest:
    """Return the nest of the gradient of a product's ifmap."""
    if _is_flat(loops):
        taps = loops.r * loops.s
        return replace(dense_loops(loops.n, loops.m, loops.c * taps), g=loops.g)
    wanted = map_elements(loops)
    shuffled = _shuffled(loops)
    ways = [] if shuffled is None else [shuffled]
    ways += [_phased(loops, phases) for phases in product(*_ways(loops))]
    return min(ways, key=lambda nest: abs(nest.ofmap_elements - wanted))


def _is_flat(loops: LoopNest) -> bool:
    """Say whether a filter is as large as the map: a fully connected layer."""
    whole = (loops.r, loops.s) == (loops.h, loops.w) and loops.p == loops.q == 1
    return whole and not any(loops.padding) and loops.planes is None


def _ways(loops: LoopNest) -> list[list[int]]:
    """Return, for planes, rows and columns, into how many phases the result may be taken apart."""
    planes = loops.planes or Planes(1, 1, 1)
    taps = planes.t, loops.r, loops.s
    ways = []
    for tap, step in zip(taps, (planes.stride, *loops.stride), strict=True):
        one = [1]
        if step > 1 and tap > 1:
            one += [step, tap] if tap % step == 0 and tap != step else [tap]
        ways.append(one)
    return ways


def _phased(loops: LoopNest, phases: tuple[int, ...]) -> LoopNest:
    """Return the nest whose phases are channels of the result, with a share of the taps each."""
    own = loops.planes
    channels = loops.m
    planes = None
    if own is not None:
        taps = own.t // phases[0]
        dilation = own.dilation if phases[0] == 1 else 1
        planes = Planes(own.o, taps, own.o, 1, dilation, _mirrored(taps, dilation, own.padding))
        channels *= taps
    r, s = loops.r // phases[1], loops.s // phases[2]
    dilation_h = loops.dilation[0] if phases[1] == 1 else 1
    dilation_w = loops.dilation[1] if phases[2] == 1 else 1
    top, left, bottom, right = loops.padding
    rows = _mirrored(r, dilation_h, (top, bottom))
    columns = _mirrored(s, dilation_w, (left, right))
    return replace(
        loops,
        m=_own_channels(loops) * prod(phases),
        c=channels,
        r=r,
        s=s,
        h=loops.p,
        w=loops.q,
        stride=(1, 1),
        dilation=(dilation_h, dilation_w),
        padding=(rows[0], columns[0], rows[1], columns[1]),
        planes=planes,
    )


def _mirrored(taps: int, dilation: int, padding: Pair) -> Pair:
    """Return the padding before and after, in all what as many results as values need."""
    whole = (taps - 1) * dilation
    first = min(whole, max(0, whole - padding[0]))
    return first, whole - first


def _shuffled(loops: LoopNest) -> LoopNest | None:
    """Return the nest with the phases of the stride as channels of the result.

    What is read has the channels that it lacks as rows and columns: the forward's own steps over a
    map of its size, so that every value is read by as many windows as it is. None where the
    channels do not divide, or windows leave rows out.
    """
    own = loops.planes
    steps = (1 if own is None else own.stride, *loops.stride)
    phases = prod(steps)
    spans = _spans(loops)
    if phases == 1 or loops.m % phases or any(a < b for a, b in zip(spans, steps, strict=True)):
        return None
    channels = loops.m // phases
    planes = None
    if own is not None:
        needed = spans[0] - own.stride
        first = min(own.padding[0], needed)
        planes = replace(own, d=own.o * own.stride, padding=(first, needed - first))
        channels *= own.t
    return replace(
        loops,
        m=_own_channels(loops) * phases,
        c=channels,
        h=loops.p * loops.stride[0],
        w=loops.q * loops.stride[1],
        padding=_cut(loops.padding, spans[1] - loops.stride[0], spans[2] - loops.stride[1]),
        planes=planes,
    )


def _spans(loops: LoopNest) -> tuple[int, int, int]:
    """Return how many planes, rows and columns a filter reaches over."""
    planes = loops.planes or Planes(1, 1, 1)
    return (
        (planes.t - 1) * planes.dilation + 1,
        (loops.r - 1) * loops.dilation[0] + 1,
        (loops.s - 1) * loops.dilation[1] + 1,
    )


def _cut(padding: Edges, rows: int, columns: int) -> Edges:
    top, left = min(padding[0], rows), min(padding[1], columns)
    return top, left, rows - top, columns - left


def _own_channels(loops: LoopNest) -> int:
    """Return the ifmap channels of a group, without the planes that count as such."""
    return loops.c if loops.planes is None else loops.c // loops.planes.t
