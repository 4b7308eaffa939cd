"""MACs by their operands: a convolution of the masks of what is not zero, in whole numbers."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from py.platforms.accelerator.nest.dims import WINDOWS
from py.platforms.accelerator.nest.problem import Problem
from py.simulate.counted import MacCount

Mask = NDArray[np.bool_]


def mac_count(problem: Problem, weight: Mask, ifmap: Mask) -> MacCount:
    """Count the MACs of a layer, given which elements are not zero.

    ``weight`` is [g, m, c, t, r, s], ``ifmap`` [n, g, c, planes, rows, columns], padded. Each tap
    multiplies, of each ifmap channel, the values that it slides over with the weights of all ofmap
    channels: so the products of two whole numbers a tap and channel add up to all MACs.
    """
    filters = weight.sum(axis=1, dtype=np.int64)  # [g, c, t, r, s]
    ifmap_nonzero = both_nonzero = 0
    taps = [range(problem.extent(dim)) for dim in "trs"]
    for tap in product(*taps):
        under = ifmap[(slice(None), slice(None), slice(None), *_slid(problem, tap))]
        values = under.sum(axis=(0, 3, 4, 5), dtype=np.int64)  # [g, c]
        ifmap_nonzero += int(values.sum()) * problem.extent("m")
        both_nonzero += int((values * filters[(slice(None), slice(None), *tap)]).sum())
    outputs = problem.extent("n") * problem.extent("o") * problem.extent("p") * problem.extent("q")
    return MacCount(
        total=problem.macs,
        in_image=in_image(problem),
        ifmap_nonzero=ifmap_nonzero,
        weight_nonzero=int(np.count_nonzero(weight)) * outputs,
        both_nonzero=both_nonzero,
    )


def in_image(problem: Problem) -> int:
    """Return the MACs whose ifmap operand is no padding."""
    count = 1
    for dim in "ngmc":
        count *= problem.extent(dim)
    for axis, (out, tap) in enumerate(WINDOWS):
        starts = np.arange(problem.extent(out)) * problem.stride[axis] - problem.padding[axis]
        reached = starts[:, None] + np.arange(problem.extent(tap)) * problem.dilation[axis]
        count *= int(((reached >= 0) & (reached < problem.image[axis])).sum())
    return count


def _slid(problem: Problem, tap: tuple[int, ...]) -> tuple[slice, ...]:
    """Return where a tap lies on the padded image, for all outputs."""
    found = []
    for axis, out in enumerate("opq"):
        start = tap[axis] * problem.dilation[axis]
        stop = start + (problem.extent(out) - 1) * problem.stride[axis] + 1
        found.append(slice(start, stop, problem.stride[axis]))
    return tuple(found)
