"""Pooling: one operation for each value in a window."""

from math import prod

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
    return (place.work("pool", ops=times(place.first, window + _after(place))),)


@works("GlobalMaxPool GlobalAveragePool GlobalLpPool")
@works("QLinearGlobalAveragePool", MICROSOFT)
@works("GlobalMaxPool GlobalAveragePool", BLOCKED)
@works("GlobalMaxPool GlobalAveragePool GlobalLpPool", CHANNELS_LAST)
def global_pooling(place: Place) -> tuple[Work, ...]:
    """Count every value once."""
    read, after = place.elements(0), times(place.first, _after(place))
    return (place.work("pool", ops=None if read is None or after is None else read + after),)


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


def _after(place: Place) -> int:
    """Return the operations for each output: quantised ones are made real and back."""
    return 6 if place.node.op.startswith("QLinear") else 0
