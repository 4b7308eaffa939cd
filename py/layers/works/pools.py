"""Pooling: one operation for each value in a window."""

from math import prod

from py.layers.layer import Window
from py.layers.works.place import Place, times
from py.layers.works.registry import BLOCKED, CHANNELS_LAST, MICROSOFT, works
from py.layers.works.work import Work


@works("MaxPool AveragePool LpPool")
@works("NhwcMaxPool MaxpoolWithMask QLinearAveragePool", MICROSOFT)
@works("MaxPool AveragePool", BLOCKED)
@works("MaxPool AveragePool LpPool NhwcMaxPool QLinearAveragePool", CHANNELS_LAST)
def pooling(place: Place) -> tuple[Work, ...]:
    """Count the values of a window for each output; those in the padding too."""
    window = prod(max(1, size) for size in place.node.integers("kernel_shape") or ())
    ops = times(place.first, window + _after(place))
    return (place.work("pool", ops=ops, window=_window(place)),)


@works("GlobalMaxPool GlobalAveragePool GlobalLpPool")
@works("QLinearGlobalAveragePool", MICROSOFT)
@works("GlobalMaxPool GlobalAveragePool", BLOCKED)
@works("GlobalMaxPool GlobalAveragePool GlobalLpPool", CHANNELS_LAST)
def global_pooling(place: Place) -> tuple[Work, ...]:
    """Count every value once."""
    read, after = place.elements(0), times(place.first, _after(place))
    ops = None if read is None or after is None else read + after
    return (place.work("pool", ops=ops, window=_everything(place)),)


@works("MaxRoiPool")
def region_pooling(place: Place) -> tuple[Work, ...]:
    """Count every value of a feature map once for each region: a region may be all of it."""
    maps, regions = place.sizes(0), place.sizes(1)
    if maps is None or regions is None or not maps or not regions:
        return (place.work("pool", ops=None),)
    return (place.work("pool", ops=regions[0] * prod(maps[1:])),)


@works("MaxUnpool")
@works("MaxUnpool", CHANNELS_LAST)
def unpooling(place: Place) -> tuple[Work, ...]:
    """Count nothing: values are written to their places."""
    return (place.work("movement"),)


def _window(place: Place) -> Window | None:
    """Return the window of one or two dimensions; a row of one dimension is one high."""
    node = place.node
    sizes = node.integers("kernel_shape") or ()
    strides = node.integers("strides") or (1,) * len(sizes)
    if not 1 <= len(sizes) <= 2 or len(strides) != len(sizes) or min(*sizes, *strides) < 1:
        return None
    (kh, kw), (down, along) = ((1, *sizes)[-2:], (1, *strides)[-2:])
    return Window(kh, kw, down, along, *_maps(place))


def _maps(place: Place) -> tuple[int | None, int | None]:
    """Return how many images and channels there are, the channels second or last."""
    shape = place.sizes(0)
    if shape is None or len(shape) < 3 or min(shape) < 1:
        return None, None
    last = place.node.domain == CHANNELS_LAST or place.node.op.startswith("Nhwc")
    return shape[0], shape[-1] if last else shape[1]


def _everything(place: Place) -> Window | None:
    """Return a window as large as the feature map, which is looked at once."""
    shape, left = place.sizes(0), place.result()
    if shape is None or left is None or len(shape) != len(left):
        return None
    sizes = [size for size, one in zip(shape[1:], left[1:], strict=True) if size != one]
    if len(sizes) > 2 or not sizes:
        return Window(1, 1, 1, 1, *_maps(place)) if not sizes else None
    kh, kw = (1, *sizes)[-2:]
    return Window(kh, kw, 1, 1, *_maps(place))


def _after(place: Place) -> int:
    """Return the operations for each output: quantised ones are made real and back."""
    return 6 if place.node.op.startswith("QLinear") else 0
