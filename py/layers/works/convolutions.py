"""Convolutions, of any number of spatial dimensions: loop bounds and MACs.

A convolution does images x ofmap channels x outputs x ifmap channels of a group x taps, padding
counted as real work; a transposed one every ifmap value times every tap that leads from it.
"""

from math import prod
from typing import NamedTuple

from py.graph import Node
from py.layers.loops import Edges, LoopNest, Pair, Planes, counted
from py.layers.works.elementwise import ACTIVATIONS, fused_activation
from py.layers.works.place import Place, Sizes, times
from py.layers.works.registry import BLOCKED, CHANNELS_LAST, MICROSOFT, works
from py.layers.works.work import Work


class _Inputs(NamedTuple):
    """Where an operator has its filters, its bias, what is added to its result."""

    filters: int = 1
    bias: int | None = 2
    added: int | None = None


_STANDARD = _Inputs()
_INPUTS = {
    "ConvInteger": _Inputs(bias=None),
    "ConvTransposeWithDynamicPads": _Inputs(bias=3),
    "DeformConv": _Inputs(bias=3),
    "FusedConv": _Inputs(added=3),
    "NhwcFusedConv": _Inputs(added=3),
    "QLinearConv": _Inputs(filters=3, bias=8),
    "QLinearConvTranspose": _Inputs(filters=3, bias=8),
    "VarlenCausalConvWithState": _Inputs(bias=3),
}
_REQUANTISATION = 4
"""Times the scale, rounded, plus the zero point, kept in range."""


@works("Conv ConvTranspose ConvInteger QLinearConv", multiplies=True)
@works(
    "FusedConv NhwcConv NhwcFusedConv QLinearConv ConvTransposeWithDynamicPads",
    MICROSOFT,
    multiplies=True,
)
@works("Conv", BLOCKED, multiplies=True)
@works(
    "Conv ConvTranspose FusedConv NhwcFusedConv QLinearConv QLinearConvTranspose",
    CHANNELS_LAST,
    multiplies=True,
)
def convolution(place: Place) -> tuple[Work, ...]:
    """Count a convolution; a bias is a sum and an activation its operations per output.

    Where channels are in blocks, those that only fill a block are multiplied and counted too.
    """
    node, inputs = place.node, _INPUTS.get(place.node.op, _STANDARD)
    if node.domain == BLOCKED:
        inputs = inputs._replace(added=3)
    x, w, y = place.sizes(0), place.sizes(inputs.filters), place.result()
    last = node.domain == CHANNELS_LAST or node.op.startswith("Nhwc")
    if last or node.integer("channels_last", 0):
        x, y = _channels_first(x), _channels_first(y)
    loops, macs = convolution_loops(node, x, w, y)
    return (_work(place, inputs, loops, macs, 0),)


@works("DeformConv", multiplies=True)
def deformed(place: Place) -> tuple[Work, ...]:
    """Count a convolution whose taps lie between values: nine operations to find each of them.

    A value between four others is three linear ones; a mask is one more product.
    """
    inputs = _INPUTS[place.node.op]
    x, w, y = place.sizes(0), place.sizes(inputs.filters), place.result()
    loops, macs = convolution_loops(place.node, x, w, y)
    sampled = None
    if x and w and y and macs is not None:
        sampled = x[0] * x[1] * prod(w[2:]) * prod(y[2:]) * (10 if place.has(4) else 9)
    return (_work(place, inputs, loops, macs, sampled),)


@works("CausalConvWithState", multiplies=True)
@works("CausalConvWithState VarlenCausalConvWithState", MICROSOFT, multiplies=True)
def causal(place: Place) -> tuple[Work, ...]:
    """Count one product for each value and tap: each channel has a filter of its own."""
    inputs = _INPUTS.get(place.node.op, _STANDARD)
    x, w = place.sizes(0), place.sizes(1)
    loops, macs = None, None
    if x and w and len(w) >= 3:
        channels, taps = w[0], w[2:]
        outputs = prod(x) // channels if channels else 0
        loops, macs = counted(
            n=outputs, g=channels, r=prod(taps[:-1]), s=taps[-1], h=prod(taps[:-1]), w=taps[-1]
        )
        if loops is not None and prod(taps[:-1]) == 1:  # one signal for each image
            length = x[2] if len(x) == 3 and x[1] == channels else x[-2] if len(x) > 1 else 1
            images = outputs // length if length else 0
            loops, macs = counted(
                n=images,
                g=channels,
                q=length,
                s=taps[-1],
                w=length,
                padding=(0, taps[-1] - 1, 0, 0),
            )
    return (_work(place, inputs, loops, macs, 0),)


def _work(
    place: Place, inputs: _Inputs, loops: LoopNest | None, macs: int | None, more: int | None
) -> Work:
    node = place.node
    each = int(inputs.bias is not None and place.has(inputs.bias))
    each += int(inputs.added is not None and place.has(inputs.added))
    each += ACTIVATIONS.get(fused_activation(node), 0)
    each += _REQUANTISATION if node.op.startswith("QLinear") else 0
    own = times(place.words(node.outputs[:1]), each)
    operands = (inputs.filters,) if inputs.bias is None else (inputs.filters, inputs.bias)
    return place.work(
        "conv",
        loops=loops,
        macs=macs,
        ops=None if own is None or more is None else own + more,
        weight_elements=place.elements(inputs.filters),
        weights=place.constants(*operands),
        weight_dtype=place.stored_dtype(place.name(inputs.filters)),
    )


def _channels_first(shape: Sizes | None) -> Sizes | None:
    return shape if not shape else (shape[0], shape[-1], *shape[1:-1])


def convolution_loops(
    node: Node, x: Sizes | None, w: Sizes | None, y: Sizes | None
) -> tuple[LoopNest | None, int | None]:
    """Return loop bounds and MACs from the shapes of ifmap, filters and ofmap.

    One spatial dimension is taken as one row; a third and further ones outermost: their outputs
    count as images, their filter taps as channels (``planes`` tells them apart where there are
    three). Shapes as in the standard: ifmap [N, C, ...],
    weights [M, C/G, ...] or, transposed, [C, M/G, ...].
    """
    if x is None or w is None or y is None or len(x) < 3 or len(w) != len(x) or len(y) != len(x):
        return None, None
    groups = max(1, node.integer("group", 1))
    rank = len(x) - 2
    strides = node.integers("strides") or (1,) * rank
    dilations = node.integers("dilations") or (1,) * rank
    if min(*strides, *dilations) < 1:
        return None, None
    if "Transpose" in node.op:
        return _transposed(x, w, strides, groups)
    h, p, r = _plane(x[2:]), _plane(y[2:]), _plane(w[2:])
    stride, dilation = _plane(strides), _plane(dilations)
    return counted(
        n=x[0] * prod(y[2:-2]),
        g=groups,
        m=w[0] // groups,
        c=w[1] * prod(w[2:-2]),
        p=p[0],
        q=p[1],
        r=r[0],
        s=r[1],
        h=h[0],
        w=h[1],
        stride=stride,
        dilation=dilation,
        padding=_padding(h, p, r, stride, dilation, node),
        planes=_planes(x, y, w, strides[0], dilations[0], node) if rank == 3 else None,
    )


def _planes(x: Sizes, y: Sizes, w: Sizes, stride: int, dilation: int, node: Node) -> Planes | None:
    """Return the first of three spatial dimensions, None where it is of single planes."""
    d, o, t = x[2], y[2], w[2]
    if min(d, o, t) < 1 or max(d, o, t) == 1:
        return None
    return Planes(o, t, d, stride, dilation, _edges(d, o, t, stride, dilation, node, 0))


def _plane(sizes: Sizes) -> Pair:
    """Return the last two sizes; a single one is the columns of one row."""
    return (sizes[-2] if len(sizes) > 1 else 1, sizes[-1])


def _padding(h: Pair, p: Pair, r: Pair, stride: Pair, dilation: Pair, node: Node) -> Edges:
    """Return the padding that the outputs read: what the attributes say, cut at what is used."""
    rank = len(node.integers("pads") or ()) // 2
    rows, columns = (
        _edges(h[axis], p[axis], r[axis], stride[axis], dilation[axis], node, rank - 2 + axis)
        for axis in (0, 1)
    )
    return (rows[0], columns[0], rows[1], columns[1])


def _edges(
    size: int, outputs: int, taps: int, stride: int, dilation: int, node: Node, position: int
) -> Pair:
    """Return the padding along one dimension; ``position`` is its place among the attribute's."""
    pads = node.integers("pads")
    rank = len(pads) // 2 if pads else 0
    needed = (outputs - 1) * stride + (taps - 1) * dilation + 1
    if pads and 0 <= position < rank:
        first = max(0, pads[position])
    else:
        excess = max(0, needed - size)  # auto_pad: the odd one goes to the end (SAME_UPPER)
        first = (excess + 1) // 2 if node.text("auto_pad", "") == "SAME_LOWER" else excess // 2
    return first, max(0, needed - size - first)


def _transposed(x: Sizes, w: Sizes, strides: Sizes, groups: int) -> tuple[LoopNest | None, int]:
    """Return a transposed convolution as the ordinary ones that it consists of.

    A stride U makes U phases of the output along each axis; each is a convolution of the ifmap with
    every U-th tap. So phases count as ofmap channels, with R/U x S/U taps. Where U does not divide
    the filter, every tap is a channel of a product with the ifmap, whose results are then added.
    The MACs are the same: ifmap x M x taps.
    """
    stride, taps = _plane(strides), _plane(w[2:])
    rows, columns = _plane(x[2:])
    phases = stride if taps[0] % stride[0] == 0 and taps[1] % stride[1] == 0 else taps
    r, s = (tap // phase if phase else 0 for tap, phase in zip(taps, phases, strict=True))
    before = (max(0, r - 1) // 2, max(0, s - 1) // 2)
    return counted(
        n=x[0] * prod(x[2:-2]),
        g=groups,
        m=w[1] * prod(w[2:-2]) * phases[0] * phases[1],
        c=x[1] // groups,
        p=rows,
        q=columns,
        r=r,
        s=s,
        h=rows,
        w=columns,
        padding=(*before, max(0, r - 1 - before[0]), max(0, s - 1 - before[1])),
    )
