"""Which loops are chosen together."""

from py.platforms.accelerator.nest.dims import WINDOWS

TAIL = ("n", "m", "c", "g")
"""Loops that are chosen alone."""

GROUPS = (*TAIL, *("".join(window) for window in WINDOWS))
"""Loops that are chosen together: outputs and taps of a window, the others alone."""

GROUP_OF = {dim: group for group in GROUPS for dim in group}
