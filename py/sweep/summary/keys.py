"""Several columns of codes as one: rows that are alike in all of them have the same key."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Sized = tuple[NDArray[Any], int]
"""Codes from 0 with how many different ones there may be."""
_MOST = 1 << 62


def combined(columns: Sequence[Sized], count: int) -> Keys:
    """Return the keys of ``count`` rows, in the order of the first column, then of the next."""
    keys = np.zeros(count, np.int64)
    reached = 1
    for codes, number in columns:
        size = max(1, number)
        if reached * size > _MOST:  # as few numbers as there are keys
            _, keys = np.unique(keys, return_inverse=True)
            reached = int(keys.max(initial=0)) + 1
        keys = keys * size + codes
        reached *= size
    return keys
