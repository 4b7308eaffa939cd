"""How many copies of a layer stand side by side in one model, and how many sets of data they take.

A run is to be long enough to be timed and short enough to be repeated; weights are to come from
beyond the caches, as a network's do, and feature maps from beyond the caches of cores.
"""

import math
from collections.abc import Mapping, Sequence

from py.measure.plans.shape import Shape
from py.measure.runners.blocked import Core

BYTES = 4
"""Of an element: onnxruntime runs single precision alone here."""
_MOST_COPIES = 16
_LONG_ENOUGH_S, _TOO_LONG_S = 3e-4, 5e-3
_ASSUMED_MACS_PER_S, _ASSUMED_BYTES_PER_S, _ASSUMED_LAUNCH_S = 1e11, 2e10, 4e-6
"""Only for choosing how many copies make a run long enough."""
_COLD_BYTES = 32 << 20
"""What the copies' weights are to take together, where sixteen copies can."""
_MOST_BYTES = 1 << 30
MOST_SETS = 4
_ROTATED_BYTES = 8 << 20
"""Inputs are taken in turn from up to four sets, and outputs written in turn, as far as these sets
are of this size together: beyond the caches of cores. A larger feature map is its own rotation, and
a network's layer finds it where the layer before left it, in the last cache."""


def copies_of(core: Core, shape: Shape) -> int:
    """Return how many copies make a run long enough, with weights that do not fit a cache."""
    weights = BYTES * sum(math.prod(sizes) for sizes in core.weights.values())
    moved = weights + BYTES * sum(math.prod(sizes) for sizes in core.inputs.values())
    macs = math.prod(next(iter(core.weights.values()), (0,))) * shape.batch
    if shape.h and shape.w and shape.op == "conv":
        macs *= shape.h * shape.w // (shape.stride or 1) ** 2
    about_s = macs / _ASSUMED_MACS_PER_S + moved / _ASSUMED_BYTES_PER_S + _ASSUMED_LAUNCH_S
    cold = min(_COLD_BYTES / weights if weights else 1.0, _TOO_LONG_S / about_s)
    room = _MOST_BYTES // max(weights, 1)
    return max(1, min(_MOST_COPIES, math.ceil(max(_LONG_ENOUGH_S / about_s, cold)), room))


def sets_of(tensors: Mapping[str, Sequence[int]]) -> int:
    """Return how many sets of tensors are taken in turn."""
    size = BYTES * sum(math.prod(sizes) for sizes in tensors.values())
    return max(1, min(MOST_SETS, _ROTATED_BYTES // max(size, 1)))
