"""Loop bounds of convolutions, of any number of spatial dimensions."""

from math import prod

from py.graph import Node, TensorType
from py.layers.loops import Edges, LoopNest, Pair


def convolution_loops(
    node: Node, ifmap: TensorType, weights: TensorType, ofmap: TensorType
) -> LoopNest | None:
    """Return the loop bounds of a Conv or ConvTranspose, None where a shape is unknown.

    One spatial dimension is taken as one row; a third and further ones outermost: their outputs
    count as images, their filter taps as channels. Shapes as in the standard: ifmap [N, C, ...],
    weights [M, C/G, ...] or, transposed, [C, M/G, ...].
    """
    if not (ifmap.is_complete and weights.is_complete and ofmap.is_complete):
        return None
    if ifmap.shape is None or weights.shape is None or ofmap.shape is None:
        return None
    x = [size for size in ifmap.shape if size is not None]
    w = [size for size in weights.shape if size is not None]
    y = [size for size in ofmap.shape if size is not None]
    if min(x) < 1 or min(w) < 1 or min(y) < 1 or len(x) < 3 or len(w) != len(x):
        return None
    groups = max(1, node.integer("group", 1))
    rank = len(x) - 2
    strides = node.integers("strides") or (1,) * rank
    dilations = node.integers("dilations") or (1,) * rank
    if node.op == "ConvTranspose":
        return _transposed(x, w, strides, groups)
    h, p, r = _plane(x[2:], 1), _plane(y[2:], 1), _plane(w[2:], 1)
    stride, dilation = _plane(list(strides), 1), _plane(list(dilations), 1)
    return LoopNest(
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
    )


def _plane(sizes: list[int], missing: int) -> Pair:
    """Return the last two sizes; a single one is the columns of one row."""
    return (sizes[-2] if len(sizes) > 1 else missing, sizes[-1])


def _padding(h: Pair, p: Pair, r: Pair, stride: Pair, dilation: Pair, node: Node) -> Edges:
    """Return the padding that the outputs read: what the attributes say, cut at what is used."""
    pads = node.integers("pads")
    rank = len(pads) // 2 if pads else 0
    before, after = [], []
    for axis in (0, 1):
        needed = (p[axis] - 1) * stride[axis] + (r[axis] - 1) * dilation[axis] + 1
        position = rank - 2 + axis
        if pads and 0 <= position < rank:
            first = max(0, pads[position])
        else:
            excess = max(0, needed - h[axis])  # auto_pad: the odd one goes to the end (SAME_UPPER)
            first = (excess + 1) // 2 if node.text("auto_pad", "") == "SAME_LOWER" else excess // 2
        before.append(first)
        after.append(max(0, needed - h[axis] - first))
    return (before[0], before[1], after[0], after[1])


def _transposed(x: list[int], w: list[int], strides: tuple[int, ...], groups: int) -> LoopNest:
    """Return a transposed convolution as the ordinary ones that it consists of.

    A stride U makes U phases of the output along each axis; each is a convolution of the ifmap with
    every U-th tap. So phases count as ofmap channels, with R/U x S/U taps. Where U does not divide
    the filter, every tap is a channel of a product with the ifmap, whose results are then added.
    The MACs are the same: ifmap x M x taps.
    """
    stride = _plane(list(strides), 1)
    taps = _plane(w[2:], 1)
    rows, columns = _plane(x[2:], 1)
    phases = stride if taps[0] % stride[0] == 0 and taps[1] % stride[1] == 0 else taps
    r, s = taps[0] // phases[0], taps[1] // phases[1]
    return LoopNest(
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
        padding=((r - 1) // 2, (s - 1) // 2, r - 1 - (r - 1) // 2, s - 1 - (s - 1) // 2),
    )
