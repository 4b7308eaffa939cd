"""Resizing and sampling: values between those that are there.

A linear value between two others takes three operations (difference, product, sum), so over d axes
3 (2^d - 1); a cubic one a product and a sum for each of 4^d neighbours.
"""

from math import prod

from py.layers.works.place import Place, times
from py.layers.works.registry import BLOCKED, CHANNELS_LAST, MICROSOFT, works
from py.layers.works.work import Work


@works("Resize Upsample")
@works("Upsample", BLOCKED)
@works("Resize", CHANNELS_LAST)
def resizing(place: Place) -> tuple[Work, ...]:
    """Count each output's interpolation over the axes that change their size."""
    mode = place.node.text("mode", "nearest")
    before, after = place.sizes(0), place.result()
    if mode == "nearest" or before is None or after is None:
        return (place.work("movement", ops=0 if mode == "nearest" else None),)
    axes = sum(a != b for a, b in zip(before, after, strict=False))
    return (place.work("movement", ops=times(place.first, _interpolation(mode, axes))),)


@works("GridSample")
@works("GridSample", MICROSOFT)
@works("GridSample", CHANNELS_LAST)
def grid_sampling(place: Place) -> tuple[Work, ...]:
    """Count each output's interpolation, and two operations for each coordinate of the grid."""
    shape = place.sizes(0)
    grid = place.elements(1)
    named = place.node.text("mode", "linear")
    mode = {"bilinear": "linear", "bicubic": "cubic"}.get(named, named)
    axes = max(0, len(shape or ()) - 2)
    values = None if shape is None else times(place.first, _interpolation(mode, axes))
    ops = None if values is None or grid is None else values + 2 * grid
    return (place.work("movement", ops=ops),)


@works("RoiAlign")
def region_sampling(place: Place) -> tuple[Work, ...]:
    """Count the samples of each output: linear between four values, then averaged or compared.

    Where ``sampling_ratio`` is 0 the number of samples follows from the size of a region; four are
    counted, as of a region twice as large as its output.
    """
    ratio = place.node.integer("sampling_ratio", 0)
    samples = ratio * ratio if ratio > 0 else 4
    each = samples * (_interpolation("linear", 2) + 1)
    return (place.work("pool", ops=times(place.first, each)),)


@works("MultilevelCropAndResize_TRT PyramidROIAlign_TRT")
def pyramid_sampling(place: Place) -> tuple[Work, ...]:
    """Count each output's interpolation between four values of one of the feature maps."""
    return (place.work("pool", ops=times(place.first, _interpolation("linear", 2))),)


@works("CropAndResize", MICROSOFT)
def cropping(place: Place) -> tuple[Work, ...]:
    """Count each output's interpolation between four values."""
    mode = "nearest" if place.node.text("mode", "bilinear") == "nearest" else "linear"
    return (place.work("movement", ops=times(place.first, _interpolation(mode, 2))),)


@works("AffineGrid")
def affine_grid(place: Place) -> tuple[Work, ...]:
    """Count a product and a sum for each coordinate that goes into each coordinate of the grid."""
    shape = place.result()
    dimensions = 0 if not shape else shape[-1]
    ops = None if shape is None else 2 * prod(shape) * dimensions
    return (place.work("other", ops=ops),)


def _interpolation(mode: str, axes: int) -> int:
    axes = min(axes, 8)  # no file resizes more
    if mode == "nearest" or not axes:
        return 0
    cubic = mode == "cubic"
    return 2 * int(4**axes) if cubic else 3 * (int(2**axes) - 1)
