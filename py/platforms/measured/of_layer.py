"""The workload of a model's layer."""

import math
from collections.abc import Sequence
from dataclasses import replace

from py.errors import JoulegraphError
from py.layers.layer import Layer
from py.layers.loops import LoopNest
from py.platforms.measured.workload import Workload, convolution, pooling, product

_NATIVE = 32
_BRAIN_BITS = 16


def workload_of(layer: Layer) -> Workload | None:
    """Return what a layer computes in one run; None where one of its sizes is unknown.

    Raises:
        JoulegraphError: ``pool-size-unknown``.
    """
    layer = _as_measured(layer)
    work = _workload(layer)
    brain = layer.activation_dtype == "bfloat16" and layer.bits.activation == _BRAIN_BITS
    return replace(work, precision="bf16") if brain and work is not None else work


def _workload(layer: Layer) -> Workload | None:
    counts = (layer.macs, layer.ops, *_elements(layer))
    if any(count is None for count in counts):
        return None
    bits = layer.bits.weight or _NATIVE, layer.bits.activation or _NATIVE
    loops = layer.loops
    if loops is not None and layer.kind == "conv":
        return _convolution(loops, bits)
    if loops is not None and layer.kind in ("dense", "matmul"):
        return product(
            layer.kind,
            products=loops.g,
            rows=loops.n * loops.p * loops.q,
            inputs=loops.c * loops.r * loops.s,
            outputs=loops.m,
            bits=bits,
        )
    if layer.kind == "pool":
        return _pool(layer, bits[1])
    return _by_counts(layer, bits)


def _as_measured(layer: Layer) -> Layer:
    """Return a gradient's layer as what is measured: its way forward, for kinds with windows.

    Both gradients of a convolution have its MACs and its tensors, and take about as long: of 2,000
    measured on two CPUs, forward and backward, backward took 1.70 and 1.74 times as long in all
    (Cunningham, characterizing-pytorch-power, 2025). As convolutions of their own they have filters
    as large as maps, where no polynomial was fitted.
    """
    forward = layer.inference
    if forward is None or not layer.is_gradient or layer.kind != forward.kind:
        return layer
    if layer.kind not in ("conv", "pool"):
        return layer
    return replace(forward, bits=layer.bits, activation_dtype=layer.activation_dtype)


def _elements(layer: Layer) -> tuple[int | None, int | None, int | None]:
    return layer.ifmap_elements, layer.weight_elements, layer.ofmap_elements


def _convolution(loops: LoopNest, bits: tuple[int, int]) -> Workload:
    top, left, bottom, right = loops.padding
    return convolution(
        batch=loops.n,
        groups=loops.g,
        cin=loops.c,
        cout=loops.m,
        image=(loops.h, loops.w),
        ofmap=(loops.p, loops.q),
        window=(loops.r, loops.s),
        stride=math.sqrt(math.prod(loops.stride)),
        pad=top,
        uneven_pad=bottom > top or right > left,  # zeros that no window reaches are not in loops
        bits=bits,
    )


def _pool(layer: Layer, bits: int) -> Workload:
    window, ofmap, ifmap = layer.window, layer.ofmap_elements or 0, layer.ifmap_elements or 0
    if window is None or window.images is None or window.channels is None:
        raise JoulegraphError(
            "pool-size-unknown",
            "Pooling is timed by its window and channels, and this layer's are not known.",
            "Open the model's file instead of a table.",
        )
    planes = window.images * window.channels
    return pooling(
        batch=window.images,
        channels=window.channels,
        image=_sides(ifmap / planes),
        ofmap=_sides(ofmap / planes),
        window=(window.kh, window.kw),
        stride=math.sqrt(window.stride_h * window.stride_w),
        bits=bits,
    )


def _sides(area: float) -> tuple[int, int]:
    """Return the sides of a map, as nearly square as its area allows.

    A layer knows the elements of its maps, not their sides; a pool's time goes by the area.
    """
    whole = max(1, round(area))
    rows = math.isqrt(whole)
    while whole % rows:
        rows -= 1
    return rows, whole // rows


def _by_counts(layer: Layer, bits: tuple[int, int]) -> Workload:
    """Return a layer that is timed by what it computes and moves alone.

    Constants of a normalisation, or none at all, are as wide as the activations.
    """
    ifmap, weight, ofmap = _elements(layer)
    kind = _kind(layer)
    if layer.bits.weight is None and kind != "recurrent":
        bits = bits[1], bits[1]
    return Workload(
        kind,
        batch=rows_of(kind, layer.op_types[0], layer.ofmap_shape),
        macs=layer.macs or 0,
        ops=layer.ops or 0,
        ifmap_elements=ifmap or 0,
        weight_elements=weight or 0,
        ofmap_elements=ofmap or 0,
        weight_bits=bits[0],
        activation_bits=bits[1],
    )


def _kind(layer: Layer) -> str:
    """Return a layer's kind; softmax and local response have one of their own."""
    if layer.kind == "norm":
        if any(name.lower().endswith("softmax") for name in layer.op_types):
            return "softmax"
        if "LRN" in layer.op_types:
            return "lrn"
    return layer.kind


def rows_of(kind: str, operator: str, shape: Sequence[int | None] | None) -> int:
    """Return how many rows a softmax or a normalisation works off one by one; else one."""
    by_rows = kind == "softmax" or (kind == "norm" and operator.endswith(_BY_ROWS))
    if not by_rows or not shape:
        return 1
    return max(1, math.prod(size or 1 for size in shape[:-1]))


_BY_ROWS = ("LayerNormalization", "RMSNormalization", "LpNormalization")
