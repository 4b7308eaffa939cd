"""Shapes spread evenly over what layers may be: a low-discrepancy sample for every kind of layer.

Sizes are spread by their logarithm. Channels are multiples of sixteen, which fill the blocks that
libraries lay them out in and which networks mostly have; in a family of their own they are any
number, so that a fit sees what whole blocks are worth.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from py.measure.plans.halton import halton
from py.measure.plans.shape import Shape
from py.measure.plans.work import elements_of, macs_of

_BLOCK = 16
_ALONE = 0.5
_MOST_TRIES = 60
"""Points tried for each shape that is wanted: some are too large, or were drawn before."""

Point = Sequence[float]


def sampled(family: str, count: int, *, most_macs: int, most_elements: int) -> tuple[Shape, ...]:
    """Return so many different shapes of a family, or as many as the bounds leave room for."""
    found: dict[Shape, None] = {}
    make = FAMILIES[family]
    for index in range(1, count * _MOST_TRIES):
        if len(found) == count:
            break
        shape = make(index)
        if (macs_of(shape) or 0) <= most_macs and elements_of(shape) <= most_elements:
            found[shape] = None
    return tuple(found)


def _log(point: float, low: float, high: float) -> int:
    return round(math.exp(math.log(low) + point * (math.log(high) - math.log(low))))


def _channels(point: float, low: int, high: int) -> int:
    """Return channels in whole blocks."""
    value = _log(point, low, high)
    return value if value < _BLOCK else round(value / _BLOCK) * _BLOCK


def _batch(point: float) -> int:
    """Return a batch: one in half of the shapes, up to 256 in the others."""
    return 1 if point < _ALONE else 2 ** round(8 * (point - _ALONE) / (1 - _ALONE))


T = TypeVar("T")


def _one_of(point: float, values: Sequence[T]) -> T:
    return values[min(int(point * len(values)), len(values) - 1)]


def _conv(
    batch: int, cin: int, side: int, cout: int, window: int, stride: int, pad: int, groups: int = 1
) -> Shape:
    return Shape(
        "conv",
        batch,
        cin=cin,
        h=side,
        w=side,
        cout=cout,
        kh=window,
        kw=window,
        stride=stride,
        pad=pad,
        groups=groups,
        variant="Relu",
    )


def _convolution(index: int) -> Shape:
    """Return a convolution of square windows, larger ones rarer."""
    cin, cout, side, kernel, stride, batch = halton(index, 6)
    window = _one_of(kernel, (1, 1, 1, 3, 3, 3, 3, 5))
    return _conv(
        *(_batch(batch), _channels(cin, 16, 1024), _log(side, 7, 112), _channels(cout, 16, 1024)),
        *(window, 1 if stride < 0.75 else 2, window // 2),
    )


def _uneven(index: int) -> Shape:
    """Return a convolution whose channels fill no whole blocks."""
    cin, cout, side, kernel, depthwise, batch = halton(index, 6)
    window, inputs = _one_of(kernel, (1, 3, 3, 5)), _log(cin, 8, 512)
    alone = depthwise < 0.3
    return _conv(
        *(_batch(batch), inputs, _log(side, 7, 112), inputs if alone else _log(cout, 8, 512)),
        *(window, 1, window // 2, inputs if alone else 1),
    )


def _first(index: int) -> Shape:
    """Return a convolution such as networks begin with: few channels, large map and window."""
    side, cout, kernel, cin, stride, batch, pad = halton(index, 7)
    window = _one_of(kernel, (3, 5, 7, 9, 11))
    return _conv(
        *(_batch(batch), _one_of(cin, (3, 3, 1, 4)), _log(side, 64, 256), _channels(cout, 16, 128)),
        *(window, _one_of(stride, (1, 2, 2, 4)), window // 2 if pad < 0.7 else 0),
    )


def _depthwise(index: int) -> Shape:
    channels, side, kernel, stride, batch = halton(index, 5)
    count = _channels(channels, 16, 1024)
    window = _one_of(kernel, (3, 3, 5, 7))
    return _conv(
        *(_batch(batch), count, _log(side, 7, 112), count, window),
        *(1 if stride < 0.65 else 2, window // 2, count),
    )


def _grouped(index: int) -> Shape:
    each, side, groups, kernel, wider, batch = halton(index, 6)
    number = _one_of(groups, (2, 2, 2, 4, 8, 32))
    cin = max(_BLOCK, _log(each, 16, 512) // number // _BLOCK * _BLOCK) * number
    window = _one_of(kernel, (3, 3, 5, 1))
    return _conv(
        *(_batch(batch), cin, _log(side, 7, 56), cin if wider < 0.5 else 2 * cin),
        *(window, 1, window // 2, number),
    )


def _fully_connected(index: int) -> Shape:
    cin, cout, batch = halton(index, 3)
    return Shape(
        "fc",
        _batch(batch),
        cin=_channels(cin, 64, 25_000),
        cout=_channels(cout, 10, 8_192),
        variant="Relu",
    )


def _classifier(index: int) -> Shape:
    """Return a fully connected layer such as classifiers have, with weights beyond caches."""
    cin, cout, batch = halton(index, 3)
    return Shape(
        "fc",
        1 if batch < 0.7 else _batch(batch),
        cin=_channels(cin, 1024, 25_000),
        cout=_channels(cout, 1000, 8_192),
        variant="Relu",
    )


def _product(index: int) -> Shape:
    """Return a product of activations, as attention has them: heads times images side by side."""
    rows, cin, cout, groups = halton(index, 4)
    return Shape(
        "matmul",
        _log(rows, 16, 1024),
        cin=_channels(cin, 16, 1024),
        cout=_channels(cout, 16, 1024),
        groups=_log(groups, 1, 128),
    )


def _pool(index: int) -> Shape:
    channels, side, window, stride, batch, average = halton(index, 6)
    edge, kernel = _log(side, 6, 128), _one_of(window, (3, 3, 2, 3, 2, 5, 0))
    if kernel == 0:  # the average of the whole map
        edge = kernel = _log(side, 5, 14)
        stride, average = 0.0, 1.0
    whole = kernel == edge
    return Shape(
        "pool",
        _batch(batch),
        cin=_channels(channels, 16, 1024),
        h=edge,
        w=edge,
        kh=kernel,
        kw=kernel,
        stride=1 if stride < 0.3 else 2,
        pad=0 if whole or kernel % 2 == 0 else kernel // 2,
        variant="average" if average > 0.65 else "max",
    )


def _tensor(op: str, *variants: str | None) -> Callable[[int], Shape]:
    """Return tensors as convolutions have them: batch x channels x rows x columns."""

    def make(index: int) -> Shape:
        channels, side, variant, batch = halton(index, 4)
        edge = _log(side, 4, 112)
        return Shape(
            op,
            _batch(batch),
            cin=_channels(channels, 16, 1024),
            h=edge,
            w=edge,
            variant=_one_of(variant, variants),
        )

    return make


def _tokens(op: str, least: int, *variants: str | None) -> Callable[[int], Shape]:
    """Return tensors as transformers have them: batch x tokens x features."""

    def make(index: int) -> Shape:
        tokens, features, variant, batch = halton(index, 4)
        return Shape(
            op,
            _batch(batch),
            cin=_log(tokens, 16, 1024),
            h=_channels(features, least, 2048),
            variant=_one_of(variant, variants),
        )

    return make


def _attention(index: int) -> Shape:
    tokens, width, heads, batch = halton(index, 4)
    length = _log(tokens, 16, 1024)
    return Shape(
        "attention",
        _batch(batch),
        cin=_one_of(width, (32, 64, 64, 128)),
        h=length,
        w=length,
        groups=_one_of(heads, (4, 8, 12, 16)),
    )


def _recurrent(index: int) -> Shape:
    inputs, states, steps, gates, batch = halton(index, 5)
    return Shape(
        "recurrent",
        _batch(batch),
        cin=_channels(inputs, 32, 1024),
        h=_log(steps, 4, 128),
        cout=_channels(states, 32, 1024),
        groups=_one_of(gates, (4, 3)),
    )


FAMILIES: Mapping[str, Callable[[int], Shape]] = {
    "convolution": _convolution,
    "first convolution": _first,
    "uneven": _uneven,
    "depthwise": _depthwise,
    "grouped": _grouped,
    "fully connected": _fully_connected,
    "classifier": _classifier,
    "product": _product,
    "pool": _pool,
    "elementwise": _tensor("elementwise", "Add", "Relu", "Mul", "Sigmoid"),
    "of transformers": _tokens("elementwise", 64, "Gelu", "Add"),
    "normalisation": _tokens("norm", 64, "LayerNormalization"),
    "batch normalisation": _tensor("norm", "BatchNormalization"),
    "local response": _tensor("lrn", None),
    "softmax": _tokens("softmax", 16, None),
    "movement": _tensor("movement", "Transpose"),
    "reduction": _tokens("reduce", 64, "ReduceMean"),
    "attention": _attention,
    "recurrent": _recurrent,
}
