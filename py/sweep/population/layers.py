"""Layers without a file: constructors of what the reader of ONNX files would have made of them.

Every constructor takes the shapes of the tensors that the layer reads, the batch first, and returns
the ``Layer`` that ``py.layers.read_model`` gives for an operator and those folded into it: equal in
kind, loops, MACs, operations, parameters, elements, window and types. A layer of a file has a name
and a place besides; these have none, so that layers that are alike are equal (see ``alike``).

``then`` are the operators folded into the layer, in order: ``BatchNormalization`` (after conv,
dense and matmul), views (``Flatten``, ``Identity``, ``Dropout``) and elementwise operators of one
operand (``Relu``, ``Sigmoid``, ``HardSwish`` ...; ``Mul`` is the product of a gate, as in
``then=("Sigmoid", "Mul")``). ``py.sweep.population.drawing`` finds out by itself what is folded.
``dtype`` is the tensors' element type by numpy's name.

All raise ValueError for a shape, a window or an operator that can't be.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from py.layers import Layer
from py.sweep.population import apply
from py.sweep.population.applied import NORM, Then
from py.sweep.population.shapes import Edges, Sides, channels_of


def conv(
    ifmap: Sequence[int],
    filters: int,
    kernel: Sides,
    *,
    stride: Sides = 1,
    padding: Edges = 0,
    dilation: Sides = 1,
    groups: int = 1,
    bias: bool = False,
    then: Then = (),
    dtype: str = "float32",
) -> Layer:
    """Return a convolution of maps (images, channels, rows, columns).

    ``padding`` is that of every edge, or (top, left, bottom, right).
    """
    found = apply.conv(
        *(tuple(ifmap), filters, kernel),
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        bias=bias,
    )
    return found.layer(tuple(then), dtype)


def depthwise(
    ifmap: Sequence[int],
    kernel: Sides,
    *,
    stride: Sides = 1,
    padding: Edges = 0,
    bias: bool = False,
    then: Then = (),
    dtype: str = "float32",
) -> Layer:
    """Return a convolution of each channel by itself."""
    shape = tuple(ifmap)
    channels = channels_of(shape)
    found = apply.conv(
        *(shape, channels, kernel), stride=stride, padding=padding, groups=channels, bias=bias
    )
    return found.layer(tuple(then), dtype)


def dense(
    ifmap: Sequence[int],
    outputs: int,
    *,
    bias: bool = True,
    maps: Sequence[int] | None = None,
    operator: Literal["Gemm", "MatMul"] = "Gemm",
    then: Then = (),
    dtype: str = "float32",
) -> Layer:
    """Return a product with constant weights; ``ifmap`` ends with the inputs.

    ``maps`` is the shape of the feature maps that were laid flat just before: the layer is then a
    convolution as wide as they are. A ``MatMul`` has no bias, and may have several leading
    dimensions.
    """
    flat = None if maps is None else tuple(maps)
    found = apply.dense(tuple(ifmap), outputs, bias=bias, maps=flat, operator=operator)
    return found.layer(tuple(then), dtype)


def matmul(
    left: Sequence[int], right: Sequence[int], *, then: Then = (), dtype: str = "float32"
) -> Layer:
    """Return a product of two activations, (…, rows, inputs) by (…, inputs, outputs)."""
    return apply.matmul(tuple(left), tuple(right)).layer(tuple(then), dtype)


def pool(
    ifmap: Sequence[int],
    kernel: Sides,
    *,
    of: Literal["avg", "max"] = "max",
    stride: Sides = 1,
    padding: Edges = 0,
    then: Then = (),
    dtype: str = "float32",
) -> Layer:
    """Return a pooling of windows, by default one at every place as the operator has it."""
    found = apply.pool(tuple(ifmap), kernel, of=of, stride=stride, padding=padding)
    return found.layer(tuple(then), dtype)


def global_pool(
    ifmap: Sequence[int],
    *,
    of: Literal["avg", "max"] = "avg",
    then: Then = (),
    dtype: str = "float32",
) -> Layer:
    """Return a pooling over the whole of each map."""
    return apply.global_pool(tuple(ifmap), of=of).layer(tuple(then), dtype)


def elementwise(
    operator: str, *shapes: Sequence[int], then: Then = (), dtype: str = "float32"
) -> Layer:
    """Return an elementwise operator that leads a layer of its own: ``Relu``, ``Add``, ``Mul`` ...

    ``shapes`` are those of the activations that it reads, each tensor once; they are broadcast.
    """
    return apply.elementwise(operator, *map(tuple, shapes)).layer(tuple(then), dtype)


def add(*shapes: Sequence[int], then: Then = (), dtype: str = "float32") -> Layer:
    """Return a sum: ``Add`` of two tensors (or of one twice), ``Sum`` of more in one go."""
    operator = "Add" if len(shapes) < 3 else "Sum"
    return elementwise(operator, *shapes, then=then, dtype=dtype)


def norm(
    shape: Sequence[int], operator: str = NORM, *, then: Then = (), dtype: str = "float32"
) -> Layer:
    """Return a normalisation that leads a layer of its own.

    ``BatchNormalization`` has four constants a channel, ``LayerNormalization`` a scale and a shift
    for each place along the last axis; others, as ``Softmax``, have none.
    """
    return apply.norm(tuple(shape), operator).layer(tuple(then), dtype)


def concat(*shapes: Sequence[int], axis: int = 1, dtype: str = "float32") -> Layer:
    """Return a concatenation along an axis: nothing need move."""
    return apply.concat(*map(tuple, shapes), axis=axis).layer((), dtype)


def view(shape: Sequence[int], operator: str = "Flatten", dtype: str = "float32") -> Layer:
    """Return a view that leads a layer of its own, as of a tensor that others read too."""
    return apply.view(tuple(shape), operator).layer((), dtype)


def alike(layer: Layer) -> Layer:
    """Return a layer without its name and its place, as the constructors here give it."""
    if not layer.name and not layer.nodes and layer.path is None and not layer.ofmaps:
        return layer
    unnamed = replace(layer, name="", nodes=(), path=None, reader=None)
    return replace(unnamed, ifmaps=(), ofmaps=(), weights=())
