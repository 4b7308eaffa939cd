"""Shapes of tensors and of windows over feature maps (images, channels, rows, columns)."""

from collections.abc import Sequence

Shape = tuple[int, ...]
Sides = int | tuple[int, int]
Edges = int | tuple[int, int, int, int]
_MOST_RANK = 8
_RANK_OF_MAPS = 4


def shape_of(given: Sequence[int]) -> Shape:
    """Return a shape.

    Raises:
        ValueError: a size is no whole number from 1, or there are too many.
    """
    shape = tuple(given)
    whole = all(isinstance(size, int) and not isinstance(size, bool) for size in shape)
    if not whole or not 1 <= len(shape) <= _MOST_RANK or min(shape) < 1:
        raise ValueError(f"shape: 1 to {_MOST_RANK} whole numbers from 1, got {given!r}")
    return shape


def maps_of(given: Sequence[int]) -> Shape:
    """Return the shape of feature maps."""
    shape = shape_of(given)
    if len(shape) != _RANK_OF_MAPS:
        raise ValueError(f"ifmap: (images, channels, rows, columns), got {given!r}")
    return shape


def channels_of(ifmap: Sequence[int]) -> int:
    """Return the channels of maps."""
    return maps_of(ifmap)[1]


def broadcast(*shapes: Shape) -> Shape:
    """Return the shape that operands have together, as numpy broadcasts them."""
    rank = max(len(shape) for shape in shapes)
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    result = []
    for sizes in zip(*padded, strict=True):
        others = {size for size in sizes if size != 1}
        if len(others) > 1:
            raise ValueError(f"shapes: such as can be broadcast, got {shapes}")
        result.append(others.pop() if others else 1)
    return tuple(result)


def pair_of(given: Sides) -> tuple[int, int]:
    """Return rows and columns of one number for both, or of two."""
    rows, columns = (given, given) if isinstance(given, int) else given
    if min(rows, columns) < 1:
        raise ValueError(f"sides: from 1, got {given!r}")
    return rows, columns


def edges_of(padding: Edges) -> tuple[int, int, int, int]:
    """Return padding as (top, left, bottom, right)."""
    edges = (padding,) * 4 if isinstance(padding, int) else padding
    if len(edges) != 4 or min(edges) < 0:
        raise ValueError(f"padding: a number from 0 or four of them, got {padding!r}")
    return edges


def outputs_of(
    sizes: Shape,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int, int, int],
    dilation: tuple[int, int],
) -> tuple[int, int]:
    """Return the rows and columns of what a window leaves."""
    found = []
    for axis in (0, 1):
        taps = (kernel[axis] - 1) * dilation[axis] + 1
        room = sizes[axis] + padding[axis] + padding[axis + 2] - taps
        if room < 0:
            raise ValueError(f"window: within the padded maps, got {kernel} on {sizes}")
        found.append(room // stride[axis] + 1)
    return found[0], found[1]
