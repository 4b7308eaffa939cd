"""Products that are part of rarer operators of onnxruntime."""

from math import prod

from py.layers.loops import counted, counted_dense
from py.layers.works.place import Place, times
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work


@works("CDist", MICROSOFT, multiplies=True)
def distances(place: Place) -> tuple[Work, ...]:
    """Count a product of all pairs of rows, a difference beside each MAC, a root per distance."""
    a, b = place.sizes(0), place.sizes(1)
    rows, inputs = (a[0], a[1]) if a and len(a) == 2 else (None, None)
    loops, macs = counted_dense(rows, inputs, b[0] if b else None)
    root = 0 if place.node.text("metric", "sqeuclidean") == "sqeuclidean" else 1
    ops = None if macs is None or place.first is None else macs + root * place.first
    return (place.work("matmul", loops=loops, macs=macs, ops=ops),)


@works("GatedRelativePositionBias", MICROSOFT, multiplies=True)
def gated_positions(place: Place) -> tuple[Work, ...]:
    """Count the product of each head's query with the gate's weights, and each result's own."""
    q, w = place.sizes(0), place.sizes(3)
    elements = place.elements(0)
    rows = None if not w or elements is None else elements // w[0] if w[0] else 0
    inputs, outputs = (w[0], w[1]) if w and len(w) == 2 and q else (None, None)
    loops, macs = counted_dense(rows, inputs, outputs)
    gates = times(times(rows, outputs), 6)
    ops = None if gates is None or place.first is None else gates + place.first
    return (
        place.work(
            "dense",
            loops=loops,
            macs=macs,
            ops=ops,
            weight_elements=place.elements(3),
            weights=place.constants(3, 1, 4),
            weight_dtype=place.stored_dtype(place.name(3)),
        ),
    )


@works("WordConvEmbedding", MICROSOFT, multiplies=True)
def word_convolution(place: Place) -> tuple[Work, ...]:
    """Count a convolution over the characters of each word; the maximum of each filter is left."""
    words, w = place.sizes(0), place.sizes(1)
    loops, macs, positions = None, None, 0
    if words and len(words) > 1 and w and len(w) == 4:
        positions = max(0, words[-1] - w[2] + 1)
        loops, macs = counted(
            n=prod(words[:-1]),
            m=w[0],
            c=w[1],
            p=positions,
            r=w[2],
            s=w[3],
            h=words[-1],
            w=w[3],
        )
    return (
        place.work(
            "conv",
            loops=loops,
            macs=macs,
            ops=times(place.first, 3 * positions) if macs is not None else None,
            weight_elements=place.elements(1),
            weights=place.constants(1, 2, 3),
            weight_dtype=place.stored_dtype(place.name(1)),
        ),
    )
