"""Reductions, searches and sorts: operations per element of the input."""

from math import prod

from py.layers.works.place import Place, times
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work

_PER_INPUT = {
    "ArgMax": 1,
    "ArgMin": 1,
    "CumProd": 1,
    "CumSum": 1,
    "NonZero": 1,
    "ReduceL1": 2,  # magnitude, sum
    "ReduceL2": 2,  # square, sum
    "ReduceLogSum": 1,
    "ReduceLogSumExp": 2,  # exponential, sum
    "ReduceMax": 1,
    "ReduceMean": 1,
    "ReduceMin": 1,
    "ReduceProd": 1,
    "ReduceSum": 1,
    "ReduceSumSquare": 2,
}
_PER_OUTPUT = {"ReduceL2": 1, "ReduceLogSum": 1, "ReduceLogSumExp": 1, "ReduceMean": 1}
"""A root, a logarithm, a quotient of each result."""


@works(" ".join(_PER_INPUT))
def reduction(place: Place) -> tuple[Work, ...]:
    """Count the operations of each element that is read and of each result."""
    op = place.node.op
    return _reduced(place, _PER_INPUT[op], _PER_OUTPUT.get(op, 0))


@works("QLinearReduceMean ReduceSumInteger IsAllFinite", MICROSOFT)
def integer_reduction(place: Place) -> tuple[Work, ...]:
    """Count a sum for each element that is read; a quantised mean is made real and back."""
    quantised = place.node.op == "QLinearReduceMean"
    return _reduced(place, 3 if quantised else 1, 5 if quantised else 0)


@works("TopK")
def largest(place: Place) -> tuple[Work, ...]:
    """Count a heap of the k largest: 1 + log2 k comparisons for each element."""
    kept, given = place.result(), place.sizes(0)
    axis = place.node.integer("axis", -1)
    if kept is None or given is None or not -len(kept) <= axis < len(kept):
        return (place.work("reduce", ops=None),)
    k = kept[axis]
    return (place.work("reduce", ops=prod(given) * (1 + _log2(k))),)


@works("Unique")
@works("Unique", MICROSOFT)
def unique(place: Place) -> tuple[Work, ...]:
    """Count a sort: n log2 n comparisons."""
    n = place.elements(0)
    return (place.work("reduce", ops=None if n is None else n * _log2(n)),)


@works("NonMaxSuppression")
def suppression(place: Place) -> tuple[Work, ...]:
    """Count the comparison of every score, and the overlap of each selected box with all others.

    An overlap (intersection over union) takes thirteen operations. The selected boxes are as many
    as the output has room for, so this is a bound.
    """
    scores, chosen = place.sizes(1), place.result()
    if scores is None or chosen is None or not scores or not chosen:
        return (place.work("reduce", ops=None),)
    return (place.work("reduce", ops=prod(scores) + 13 * chosen[0] * scores[-1]),)


@works("EfficientNMS_TRT")
def fixed_suppression(place: Place) -> tuple[Work, ...]:
    """Count the same of scores [images, boxes, classes], with as many boxes as may be selected."""
    scores, boxes = place.sizes(1), place.result(1)
    if scores is None or boxes is None or len(scores) != 3 or len(boxes) != 3:
        return (place.work("reduce", ops=None),)
    return (place.work("reduce", ops=prod(scores) + 13 * boxes[0] * boxes[1] * scores[1]),)


@works("NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss")
def loss(place: Place) -> tuple[Work, ...]:
    """Count a softmax and logarithm of each score where it is part of it, then two per target."""
    scores, targets = place.elements(0), place.elements(1)
    each = 6 if place.node.op == "SoftmaxCrossEntropyLoss" else 0
    if scores is None or targets is None:
        return (place.work("reduce", ops=None),)
    return (place.work("reduce", ops=each * scores + 2 * targets),)


def _reduced(place: Place, each: int, after: int) -> tuple[Work, ...]:
    read, left = times(place.elements(0), each), times(place.first, after)
    return (place.work("reduce", ops=None if read is None or left is None else read + left),)


def _log2(n: int) -> int:
    """Return the logarithm, rounded up."""
    return max(0, n - 1).bit_length()
