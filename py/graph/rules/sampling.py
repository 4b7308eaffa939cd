"""Feature maps read at places given by a grid, or put together from columns; crops to a size."""

from math import prod

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.constants import length_of, shape_from
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis, show


@rule("GridSample")
def _grid_sample(site: Site) -> list[Fact]:
    data, grid = site.shape(0), site.shape(1)
    if data is None and grid is None:
        return [fact(site.dtype(0), None)]
    if data is not None and grid is not None and len(data) != len(grid):
        raise MismatchError(f"input {show(data)} and grid {show(grid)} differ in rank")
    rank = len(data if data is not None else grid or ())
    if rank < 3:
        raise MismatchError(f"the input should have 3 or more dimensions, got {show(data)}")
    places: Shape = (None,) * (rank - 2) if grid is None else grid[1:-1]
    batch = data[0] if data is not None else None
    if batch is None and grid is not None:
        batch = grid[0]
    return [fact(site.dtype(0), (batch, None if data is None else data[1], *places))]


@rule("AffineGrid")
def _affine_grid(site: Site) -> list[Fact]:
    size = shape_from(site.need(1).integers(), length_of(site.shape(1)))
    theta = site.shape(0)
    if size is None and theta is not None and len(theta) == 3 and theta[1] is not None:
        size = (theta[0], *(None for _ in range(theta[1] + 1))) if theta[1] in (2, 3) else None
    if size is None:
        return [fact(site.dtype(0), None)]
    if len(size) not in (4, 5):
        raise MismatchError(f"the size should be 4 or 5 numbers, got {show(size)}")
    return [fact(site.dtype(0), (size[0], *size[2:], len(size) - 2))]


@rule("Col2Im")
def _col2im(site: Site) -> list[Fact]:
    columns = site.shape(0)
    image = shape_from(site.need(1).integers(), length_of(site.shape(1)))
    block = shape_from(site.need(2).integers(), length_of(site.shape(2)))
    if image is None and block is not None:
        image = (None,) * len(block)
    if image is None:
        return [fact(site.dtype(0), None)]
    if columns is not None and len(columns) != 3:
        raise MismatchError(f"the input should have 3 dimensions, got {show(columns)}")
    channels: Dimension = None
    if columns is not None and columns[1] is not None and block is not None and None not in block:
        elements = prod(size for size in block if size is not None)
        if elements < 1 or columns[1] % elements:
            raise MismatchError(f"columns of {columns[1]} are no blocks of {show(block)}")
        channels = columns[1] // elements
    return [fact(site.dtype(0), (None if columns is None else columns[0], channels, *image))]


@rule("CenterCropPad")
def _center_crop_pad(site: Site) -> list[Fact]:
    data = site.need(0)
    target = site.need(1).integers()
    axes = site.node.integers("axes")
    if data.shape is None:
        length = length_of(site.shape(1))
        if axes is not None or (target is None and length is None):
            return [fact(data.dtype, None)]
        return [fact(data.dtype, shape_from(target, length))]
    rank = len(data.shape)
    axes = tuple(range(rank)) if axes is None else axes
    target = shape_from(target, len(axes)) or ()
    if len(target) != len(axes):
        raise MismatchError(f"{len(target)} sizes for {len(axes)} axes")
    shape = list(data.shape)
    for axis, size in zip(axes, target, strict=True):
        shape[normal_axis(axis, rank)] = size
    return [fact(data.dtype, tuple(shape))]
