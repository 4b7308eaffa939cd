"""What a shape computes and moves, counted by the engine, before it is measured."""

import math
from collections.abc import Callable, Mapping

from py.errors import JoulegraphError
from py.layers.works.elementwise import ACTIVATIONS
from py.measure.plans.shape import Shape
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.workload import Workload

_BINARY = frozenset({"Add", "Mul", "Sub", "Div"})
_NORMALISATIONS = {
    "BatchNormalization": 2,
    "LayerNormalization": 7,
    "InstanceNormalization": 7,
    "GroupNormalization": 7,
    "RMSNormalization": 4,
}
_OF_FEATURES = {"LayerNormalization": 2, "RMSNormalization": 1}
_OF_CHANNELS = {"BatchNormalization": 4, "InstanceNormalization": 2, "GroupNormalization": 2}
_MEANS = frozenset({"ReduceMean"})
"""Reductions that divide each result."""
_LOCAL_RESPONSE, _SOFTMAX = 14, 5
"""As ``py.layers.works.norms`` counts them; a test holds them to it."""


def workload_of_shape(shape: Shape) -> Workload:
    """Return what a layer's shape computes, all operations counted.

    Raises:
        JoulegraphError: ``row-incomplete``: the shape lacks one of its sizes.
    """
    return workload_of_row(row_of(shape))


def row_of(shape: Shape) -> Row:
    """Return the row that a shape will be, without results."""
    sizes = {name: getattr(shape, name) for name in _SIZES}
    return Row(shape.op, **sizes, others={"variant": shape.variant or "", **counted_cells(shape)})


_SIZES = (*("batch", "cin", "h", "w", "cout", "kh", "kw", "stride", "pad", "groups", "dtype"),)


def counted_cells(shape: Shape) -> dict[str, str]:
    """Return the columns that a row of a kind timed by its counts has besides its sizes."""
    each = _OPS.get(shape.op)
    if each is None:
        return {}
    elements = _elements(shape)
    read, written = elements, elements
    if shape.op == "elementwise" and shape.variant in _BINARY:
        read = 2 * elements
    ops = each(shape) * elements
    if shape.op == "reduce":
        written = elements // _last(shape)
        ops += written if (shape.variant or "ReduceMean") in _MEANS else 0
    return {
        "ops": str(ops),
        "ifmap_elements": str(read),
        "weight_elements": str(_constants(shape) if shape.op == "norm" else 0),
        "ofmap_elements": str(written),
    }


def _last(shape: Shape) -> int:
    """Return the last size of a tensor, over which it is reduced or normalised."""
    return shape.w or shape.h or shape.cin or 1


def _constants(shape: Shape) -> int:
    """Return the constants of a normalisation: some for each feature, or for each channel."""
    name = shape.variant or "LayerNormalization"
    if name in _OF_FEATURES:
        return _OF_FEATURES[name] * _last(shape)
    return _OF_CHANNELS.get(name, 0) * (shape.cin or 1)


def _elements(shape: Shape) -> int:
    return math.prod(size or 1 for size in (shape.batch, shape.cin, shape.h, shape.w))


_OPS: Mapping[str, Callable[[Shape], int]] = {
    "elementwise": lambda shape: ACTIVATIONS.get(shape.variant or "Relu", 1),
    "norm": lambda shape: _NORMALISATIONS.get(shape.variant or "LayerNormalization", 7),
    "lrn": lambda _: _LOCAL_RESPONSE,
    "softmax": lambda _: _SOFTMAX,
    "movement": lambda _: 0,
    "reduce": lambda _: 1,
}


def macs_of(shape: Shape) -> int | None:
    """Return the MACs of a layer's shape; None where it makes no layer."""
    try:
        return workload_of_shape(shape).macs
    except JoulegraphError:
        return None


def elements_of(shape: Shape) -> int:
    """Return the elements of all tensors of a layer's shape; without bound where it makes none."""
    try:
        work = workload_of_shape(shape)
    except JoulegraphError:
        return 1 << 62
    return work.ifmap_elements + work.weight_elements + work.ofmap_elements
