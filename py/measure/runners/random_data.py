"""Random numbers for weights and inputs: normal, never zeros, cheap to have much of."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SCALE = 0.1
"""The standard deviation of what a pool hands out."""
_DRAWN = 1 << 22


class RandomPool:
    """Normal numbers, drawn once and repeated; views of it cost nothing.

    A part that was handed out is not handed out again before all others were, so that tensors in
    use at one time share no memory as long as they fit together.
    """

    def __init__(self, elements: int, seed: int = 0) -> None:
        drawn = np.random.default_rng(seed).standard_normal(_DRAWN, dtype=np.float32)
        self._numbers: Floats = np.resize(drawn * np.float32(SCALE), max(elements, _DRAWN))
        self._next = 0

    def take(self, sizes: Sequence[int]) -> Floats:
        """Return a tensor of so many elements, a view that is not to be written to."""
        count = math.prod(sizes)
        if count > len(self._numbers):
            self._numbers = np.resize(self._numbers[:_DRAWN], count)
        if self._next + count > len(self._numbers):
            self._next = 0
        found = self._numbers[self._next : self._next + count].reshape(sizes)
        self._next += count
        return found
