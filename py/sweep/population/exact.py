"""Sums over the layers of many candidates at once, as exact as ``math.fsum``.

Candidates are taken some at a time as a table with one row for each place of a layer and one column
for each candidate; shorter ones are filled up with a layer that costs nothing. Each sum is carried
as two doubles (Knuth's two-sum, then renormalised), about 106 bits, and rounded at the end: of n
terms it is off by less than n 2^-105 of the sum of their magnitudes before that rounding, so it is
fsum's but where the exact sum is nearer than that to the middle of two doubles.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from py.sweep.population.population import Block, Indices

Floats = NDArray[np.float64]
_MOST_CELLS = 1 << 20
"""Places times candidates in one table: it stays in the processor's cache, more or less."""
_MOST_CANDIDATES = 8192


class Sum:
    """Running sums of arrays of one shape, each of two doubles."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.high = np.zeros(shape)
        self.low = np.zeros(shape)

    def add(self, value: Floats) -> None:
        """Add an array; NaN stays."""
        high = self.high
        total = high + value
        other = total - high
        error = (high - (total - other)) + (value - other)
        error += self.low
        self.high = total + error
        self.low = error - (self.high - total)

    def restart(self, where: NDArray[np.bool_], value: Floats) -> None:
        """Add an array, but begin anew with it in the rows that ``where`` marks."""
        high = np.where(where, 0.0, self.high)
        self.low = np.where(where, 0.0, self.low)
        self.high = high
        self.add(value)


def tables(block: Block, empty: int) -> Iterator[Indices]:
    """Yield the candidates of a block in order, some at a time, as tables [place, candidate].

    ``empty`` is the number of the layer that fills up the shorter ones.
    """
    lengths = np.diff(block.offsets)
    first, count = 0, len(lengths)
    while first < count:
        some = lengths[first : first + _MOST_CANDIDATES]
        longest = np.maximum.accumulate(some)
        fitting = longest * np.arange(1, len(some) + 1) <= _MOST_CELLS
        taken = max(1, int(fitting.sum()))
        places = int(longest[taken - 1])
        rows = np.full((taken, places), empty, np.int32)
        begin, end = block.offsets[first], block.offsets[first + taken]
        rows[np.arange(places) < some[:taken, None]] = block.indices[begin:end]
        yield rows.T
        first += taken


def sums(numbers: Indices, columns: Floats) -> Floats:
    """Return, for each candidate of a table, the sums of the columns [layer, quantity]."""
    found = Sum((numbers.shape[1], columns.shape[1]))
    for places in np.ascontiguousarray(numbers):
        found.add(columns[places])
    return found.high
