"""The loops of a layer, by their letters, and which tensor depends on which."""

from typing import Final

DIMS: Final = "ngmcopqtrs"
"""Images, groups, ofmap and ifmap channels of a group, ofmap planes, rows and columns, filter
planes, rows and columns: the order of every tuple of sizes in this room."""

PLACE: Final = {dim: place for place, dim in enumerate(DIMS)}

TENSORS: Final = ("weight", "ifmap", "ofmap")

WINDOWS: Final = (("o", "t"), ("p", "r"), ("q", "s"))
"""Loops over outputs with the loops over filter taps that slide along them."""

DEPENDS: Final = {"weight": "gmctrs", "ifmap": "ngcopqtrs", "ofmap": "ngmopq"}
"""The loops that each tensor depends on."""

REUSED_BY: Final = {"weight": "nopq", "ifmap": "m", "ofmap": "ctrs"}
"""The loops that each tensor does not depend on: over them it is reused."""

Sizes = tuple[int, int, int, int, int, int, int, int, int, int]
"""A size for each loop, in the order of ``DIMS``."""


def sizes(default: int = 1, **given: int) -> Sizes:
    """Return sizes by letter; the others have the default.

    Raises:
        ValueError: a letter that is no loop.
    """
    if set(given) - set(DIMS):
        raise ValueError(f"sizes: loops are {DIMS}, got {sorted(set(given) - set(DIMS))}")
    n, g, m, c, o, p, q, t, r, s = (given.get(dim, default) for dim in DIMS)
    return (n, g, m, c, o, p, q, t, r, s)
