"""Counting with the standard library: bytes of the same place in all elements at once.

Every byte of an element is compared with that of the pattern (a table turns equal into 0), the
bytes of an element are joined with OR as one large number, and what is 0 then is a zero.
"""

from typing import Protocol

from py.graph.weights.zero import Zero

_LONGEST_VARINT = 10


class Arithmetic(Protocol):
    """Counts zeros in bytes that are in memory."""

    def packed(self, data: bytes, zero: Zero, first: int, elements: int) -> int:
        """Count in elements as they are in memory, little-endian, small ones lowest bits first."""

    def varints(self, data: bytes, zero: Zero, first: int, elements: int) -> tuple[int, int, int]:
        """Count in varints; return zeros, elements, and the bytes of the complete ones."""


class PlainArithmetic:
    """Some hundred million bytes a second."""

    def packed(self, data: bytes, zero: Zero, first: int, elements: int) -> int:
        if not zero.patterns:
            return 0
        if zero.bits < 8 and zero.is_uniform:
            per_byte = 8 // zero.bits
            whole = elements // per_byte
            rest = spread_small(data[whole:], zero.bits)[: elements - whole * per_byte]
            return _in_bytes(data[:whole], zero) + _equal(rest, 1, zero.mask, zero.patterns[0])
        if zero.bits < 8:
            data = spread_small(data, zero.bits)
        width = max(1, zero.bits // 8)
        data = data[: elements * width]
        if zero.is_uniform:
            return _equal(data, width, zero.mask, zero.patterns[0])
        count, channels = len(data) // width, len(zero.patterns)
        found = 0
        if zero.inner == 1:
            for channel in range(min(channels, count)):
                pattern = zero.patterns[(first + channel) % channels]
                found += _equal(data, width, zero.mask, pattern, channel, channels)
            return found
        position = 0
        while position < count:
            channel, within = divmod(first + position, zero.inner)
            end = min(position + zero.inner - within, count)
            pattern = zero.patterns[channel % channels]
            if width == 1:
                found += data.count(pattern, position, end)
            else:
                found += _equal(data[position * width : end * width], width, zero.mask, pattern)
            position = end
        return found

    def varints(self, data: bytes, zero: Zero, first: int, elements: int) -> tuple[int, int, int]:
        found = counted = used = value = shift = 0
        step = min(8, zero.bits)
        only = (1 << zero.bits) - 1 & zero.mask
        for position, byte in enumerate(data):
            value |= (byte & 127) << shift
            shift += 7
            if byte > 127:
                if shift >= 7 * _LONGEST_VARINT:
                    break
                continue
            for part in range(0, 8, step):
                if counted == elements:
                    break
                if zero.patterns:
                    channel = (first + counted) // zero.inner % len(zero.patterns)
                    found += value >> part & only == zero.patterns[channel]
                counted += 1
            used, value, shift = position + 1, 0, 0
            if counted == elements:
                break
        return found, counted, used


def _equal(data: bytes, width: int, mask: int, pattern: int, offset: int = 0, step: int = 1) -> int:
    """Return how many elements, every ``step``-th from ``offset`` on, are the pattern."""
    joined = size = 0
    for place in range(width):
        plane = data[offset * width + place :: step * width]
        only, wanted = mask >> 8 * place & 255, pattern >> 8 * place & 255
        size = len(plane)
        if width == 1 and only == 255:
            return plane.count(wanted)
        if only != 255 or wanted:
            plane = plane.translate(bytes((byte & only) ^ wanted for byte in range(256)))
        if width == 1:
            return plane.count(0)
        joined |= int.from_bytes(plane, "little")
    return joined.to_bytes(size, "little").count(0)


def _in_bytes(data: bytes, zero: Zero) -> int:
    """Return how many elements of less than a byte are the one pattern."""
    table = bytes(
        [(byte >> at & zero.mask) == zero.patterns[0] for at in range(0, 8, zero.bits)].count(True)
        for byte in range(256)
    )
    zeros_of_each = data.translate(table)
    found = 0
    for zeros in range(1, 8 // zero.bits + 1):
        found += zeros * zeros_of_each.count(zeros)
    return found


def spread_small(data: bytes, bits: int) -> bytes:
    """Return elements of less than a byte as one byte each."""
    per_byte, mask = 8 // bits, (1 << bits) - 1
    spread = bytearray(per_byte * len(data))  # in the order of memory: lowest bits first
    for place in range(per_byte):
        table = bytes(byte >> bits * place & mask for byte in range(256))
        spread[place::per_byte] = data.translate(table)
    return bytes(spread)
