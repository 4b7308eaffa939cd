"""The tensors of a layer, worked out from its shape alone: no torch is needed for this.

What the columns mean is said in ``py.measure.table.row_workload``. Beyond that: an operator over
one axis (softmax, LayerNormalization, ReduceMean) takes the last side that is given, ``Concat``
joins two halves of the channels, and a convolution or fully connected layer has a bias.
"""

import math
from dataclasses import dataclass

from py.measure.plans.shape import Shape
from py.measure.runners.runner import NotRunnableError

Sides = tuple[int, ...]

OVER_LAST = {"LayerNormalization": 2, "RMSNormalization": 1}
"""Normalisations over the last side, with how many weights each has for it."""
TWO_INPUTS = frozenset({"Add", "Sub", "Mul", "Div", "Max", "Min"})
_GROUPS = 32
"""Groups of a GroupNormalization that states none: what Wu and He (2018) settle on."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shapes of what a layer reads, of its weights, and of what it writes.

    ``fan_in`` is how many products each output adds up, 1 where there are none. ``zeros`` are the
    rows above and below and the columns left and right that a window reaches beyond its map.
    """

    inputs: tuple[Sides, ...]
    weights: tuple[Sides, ...]
    output: Sides
    fan_in: int = 1
    zeros: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def elements(self) -> int:
        """Elements of inputs, weights and output together."""
        return sum(math.prod(sides) for sides in (*self.inputs, *self.weights, self.output))


def sizes_of(shape: Shape) -> Sizes:
    """Return the tensors of a layer.

    Raises:
        NotRunnableError: a size is missing, or the sizes make no layer.
    """
    work_out = _BY_OP.get(shape.op)
    if work_out is None:
        raise NotRunnableError(f"no layer of the kind {shape.op[:20]!r} is known to this runner")
    return work_out(shape)


def variant_of(shape: Shape) -> str:
    """Return the operator of a layer whose kind has several, the usual one where none is named."""
    return shape.variant or _USUAL.get(shape.op, "")


_USUAL = {
    "pool": "max",
    "elementwise": "Relu",
    "norm": "LayerNormalization",
    "lrn": "LRN",
    "movement": "Concat",
    "reduce": "ReduceMean",
}


def groups_of_norm(shape: Shape) -> int:
    """Return the groups of a GroupNormalization: the largest usual number that divides."""
    return shape.groups or math.gcd(_GROUPS, _size(shape, "cin"))


def is_global(shape: Shape) -> bool:
    """Say whether a pooling's window is the whole map."""
    image, window = _image(shape), _window(shape)
    return image == window and not any(_zeros(shape, image, window))


def _conv(shape: Shape) -> Sizes:
    cin, cout, groups = _size(shape, "cin"), _size(shape, "cout"), shape.groups or 1
    if cin % groups or cout % groups:
        raise NotRunnableError(f"{cin} and {cout} channels do not divide into {groups} groups")
    if shape.pad is None:
        raise NotRunnableError("a conv without its padding is no layer yet")
    zeros, ofmap = _reach(shape)
    window = _window(shape)
    return Sizes(
        ((shape.batch, cin, *_image(shape)),),
        ((cout, cin // groups, *window), (cout,)),
        (shape.batch, cout, *ofmap),
        cin // groups * math.prod(window),
        zeros,
    )


def _fc(shape: Shape) -> Sizes:
    cin, cout = _size(shape, "cin"), _size(shape, "cout")
    return Sizes(((shape.batch, cin),), ((cout, cin), (cout,)), (shape.batch, cout), cin)


def _matmul(shape: Shape) -> Sizes:
    cin, cout, groups = _size(shape, "cin"), _size(shape, "cout"), shape.groups or 1
    left, right = (groups, shape.batch, cin), (groups, cin, cout)
    return Sizes((left, right), (), (groups, shape.batch, cout), cin)


def _pool(shape: Shape) -> Sizes:
    zeros, ofmap = _reach(shape)
    planes = shape.batch, _size(shape, "cin")
    return Sizes(((*planes, *_image(shape)),), (), (*planes, *ofmap), zeros=zeros)


def _tensor(shape: Shape) -> Sides:
    """Return batch x cin x h x w, without the sides that are not given at the end."""
    sides = [shape.cin, shape.h, shape.w]
    while sides and sides[-1] is None:
        sides.pop()
    return (shape.batch, *(side or 1 for side in sides))


def _elementwise(shape: Shape) -> Sizes:
    sides = _tensor(shape)
    return Sizes((sides,) * (2 if variant_of(shape) in TWO_INPUTS else 1), (), sides)


def _norm(shape: Shape) -> Sizes:
    variant, sides = variant_of(shape), _tensor(shape)
    if variant in OVER_LAST:
        return Sizes((sides,), ((sides[-1],),) * OVER_LAST[variant], sides)
    if variant == "LRN":
        return Sizes((sides,), (), sides)
    weights = 4 if variant == "BatchNormalization" else 2
    return Sizes((sides,), ((_size(shape, "cin"),),) * weights, sides)


def _softmax(shape: Shape) -> Sizes:
    sides = _tensor(shape)
    return Sizes((sides,), (), sides)


def _attention(shape: Shape) -> Sizes:
    heads, inside = shape.groups or 1, _size(shape, "cin")
    queries, keys, outside = _size(shape, "h"), _size(shape, "w"), shape.cout or inside
    maps = shape.batch, heads
    return Sizes(
        ((*maps, queries, inside), (*maps, keys, inside), (*maps, keys, outside)),
        (),
        (*maps, queries, outside),
    )


def _recurrent(shape: Shape) -> Sizes:
    steps, cin, cout = _size(shape, "h"), _size(shape, "cin"), _size(shape, "cout")
    gates = (shape.groups or 4) * cout
    weights = (gates, cin), (gates, cout)
    return Sizes(((steps, shape.batch, cin),), weights, (steps, shape.batch, cout), cout)


def _movement(shape: Shape) -> Sizes:
    variant, sides = variant_of(shape), _tensor(shape)
    if variant == "Concat":
        if len(sides) < 2 or sides[1] < 2:
            raise NotRunnableError("Concat joins two halves of at least two channels")
        half = sides[1] // 2
        parts = (sides[0], half, *sides[2:]), (sides[0], sides[1] - half, *sides[2:])
        return Sizes(parts, (), sides)
    return Sizes((sides,), (), (sides[0], *sides[2:], *sides[1:2]))


def _reduce(shape: Shape) -> Sizes:
    sides = _tensor(shape)
    return Sizes((sides,), (), sides[:-1])


def _image(shape: Shape) -> tuple[int, int]:
    h = _size(shape, "h")
    return h, shape.w or h


def _window(shape: Shape) -> tuple[int, int]:
    kh = _size(shape, "kh")
    return kh, shape.kw or kh


def _reach(shape: Shape) -> tuple[tuple[int, int, int, int], tuple[int, int]]:
    """Return the zeros around a map and the sides of the output."""
    image, window, stride = _image(shape), _window(shape), shape.stride or 1
    top, bottom, left, right = zeros = _zeros(shape, image, window)
    rows = (image[0] + top + bottom - window[0]) // stride + 1
    columns = (image[1] + left + right - window[1]) // stride + 1
    if rows < 1 or columns < 1:
        raise NotRunnableError(f"a window of {window} does not fit a map of {image}")
    return zeros, (rows, columns)


def _zeros(
    shape: Shape, image: tuple[int, int], window: tuple[int, int]
) -> tuple[int, int, int, int]:
    if shape.pad == "same":
        stride = shape.stride or 1
        both = [
            max((-(-side // stride) - 1) * stride + reach - side, 0)
            for side, reach in zip(image, window, strict=True)
        ]
        return both[0] // 2, both[0] - both[0] // 2, both[1] // 2, both[1] - both[1] // 2
    pad = 0 if shape.pad in (None, "valid") else int(shape.pad)
    return pad, pad, pad, pad


def _size(shape: Shape, name: str) -> int:
    value: int | None = getattr(shape, name)
    if value is None or value < 1:
        raise NotRunnableError(f"a {shape.op} needs its {name}, got {value}")
    return value


_BY_OP = {
    "conv": _conv,
    "fc": _fc,
    "matmul": _matmul,
    "pool": _pool,
    "elementwise": _elementwise,
    "norm": _norm,
    "lrn": _norm,
    "softmax": _softmax,
    "attention": _attention,
    "recurrent": _recurrent,
    "movement": _movement,
    "reduce": _reduce,
}
