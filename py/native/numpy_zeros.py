"""Counting zeros with numpy: as fast as a disk gives the bytes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from py.graph.weights import Zero

_LONGEST_VARINT = 10


class NumpyArithmetic:
    """``Arithmetic`` on arrays that share the block's memory."""

    def packed(self, data: bytes, zero: Zero, first: int, elements: int) -> int:
        if not zero.patterns:
            return 0
        if zero.bits > 64:
            words = np.frombuffer(data, "<u8").reshape(elements, -1)
            return int(np.count_nonzero(((words & _words(zero)) == 0).all(axis=1)))
        if zero.bits < 8:
            return self._small(np.frombuffer(data, np.uint8), zero, first, elements)
        return _matches(np.frombuffer(data, f"<u{zero.bits // 8}", elements), zero, first)

    def varints(self, data: bytes, zero: Zero, first: int, elements: int) -> tuple[int, int, int]:
        raw = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(raw < 128)
        per_varint = max(1, 8 // zero.bits)
        ends = ends[: -(-elements // per_varint)]
        if not ends.size:
            return 0, 0, 0
        starts = np.concatenate(([0], ends[:-1] + 1))
        lengths = ends - starts + 1
        too_long = np.flatnonzero(lengths > _LONGEST_VARINT)
        if too_long.size:
            starts, lengths = starts[: too_long[0]], lengths[: too_long[0]]
            if not starts.size:
                return 0, 0, 0
        values = np.zeros(starts.size, np.uint64)
        for place in range(int(lengths.max())):
            there = lengths > place
            byte = raw[starts[there] + place].astype(np.uint64) & np.uint64(127)
            values[there] |= byte << np.uint64(7 * place)
        used = int(starts[-1] + lengths[-1])
        if zero.bits < 8:
            packed = (values & np.uint64(255)).astype(np.uint8)
            count = min(elements, packed.size * per_varint)
            return self._small(packed, zero, first, count) if zero.patterns else 0, count, used
        values &= np.uint64((1 << zero.bits) - 1)
        return _matches(values, zero, first) if zero.patterns else 0, values.size, used

    def _small(self, data: NDArray[np.uint8], zero: Zero, first: int, elements: int) -> int:
        """Count elements of less than a byte."""
        per_byte, mask = 8 // zero.bits, (1 << zero.bits) - 1
        shifts = np.arange(0, 8, zero.bits, dtype=np.uint8)
        if not zero.is_uniform:
            spread = np.empty(data.size * per_byte, np.uint8)
            for place, shift in enumerate(shifts):
                np.bitwise_and(data >> shift, np.uint8(mask), out=spread[place::per_byte])
            return _matches(spread[:elements], zero, first)
        found = 0
        for place, shift in enumerate(shifts):
            # The last byte may be filled up with what are no elements.
            those = data[: -(-(elements - place) // per_byte)]
            part = those >> shift & np.uint8(mask & zero.mask)
            found += int(np.count_nonzero(part == zero.patterns[0]))
        return found


def _matches(values: NDArray[Any], zero: Zero, first: int) -> int:
    kind = values.dtype.type
    if zero.mask != (1 << zero.bits) - 1:
        values = values & kind(zero.mask)
    if zero.is_uniform:
        if zero.patterns[0] == 0:
            return values.size - int(np.count_nonzero(values))
        return int(np.count_nonzero(values == kind(zero.patterns[0])))
    patterns = np.array(list(zero.patterns), values.dtype)
    expected = np.repeat(patterns, zero.inner)
    start = first % expected.size
    if start + values.size > expected.size:
        expected = np.resize(np.roll(expected, -start), values.size)
    else:
        expected = expected[start : start + values.size]
    return int(np.count_nonzero(values == expected))


def _words(zero: Zero) -> NDArray[np.uint64]:
    size = zero.bits // 8
    return np.frombuffer(zero.mask.to_bytes(size, "little"), "<u8")
