"""A tensor's zeros, block by block: one block in memory at a time, whatever the tensor's size."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from py.graph.weights.plain import spread_small
from py.graph.weights.stored import Absent, Stored, Stretch
from py.graph.weights.zero import Patterns, Zero

BLOCK_BYTES = 4 * 1024 * 1024

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a stretch. ``first`` is the place of its first element among the channels.

    No more than ``elements`` are counted: what fills up the last byte is no element.
    """

    location: str
    start: int
    end: int
    varints: bool
    zero: Zero
    first: int
    elements: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found in a block, and where it ended: a varint cut in two is left to the next."""

    zeros: int
    elements: int
    end: int


class Files(Protocol):
    """The model's file (its location is the empty text) and those beside it."""

    def size_bytes(self, location: str) -> int | None:
        """Return a file's size, None where it was not given."""

    def read(self, location: str, start: int, end: int) -> bytes:
        """Return the bytes of a part, for what is small."""

    def count(self, block: Block) -> Tally:
        """Count the zeros of a block."""


def count_zeros(stored: Stored, zero: Zero, files: Files, told: Told | None = None) -> int | Absent:
    """Return how many elements are zero, or why that can't be said.

    ``told`` is called with the bytes that each block took.
    """
    if stored.listed is not None:
        return stored.elements - stored.listed
    if not zero.patterns:
        return 0
    if stored.literal:
        return _literal_zeros(stored.literal, zero)
    missing = missing_file(stored, files)
    if missing is not None:
        return missing
    zeros = elements = 0
    for stretch in stored.stretches:
        position = stretch.start
        while position < stretch.end:
            if elements == stored.elements:
                return Absent("more elements than the shape needs")
            block = _block(stretch, position, zero, elements, stored.elements - elements)
            tally = files.count(block)
            if tally.end <= position:
                return Absent("the last element is cut off")
            if told is not None:
                told(tally.end - position)
            zeros += tally.zeros
            elements += tally.elements
            position = tally.end
    if elements != stored.elements:
        return Absent(f"{elements:,} elements, where the shape needs {stored.elements:,}")
    return zeros


def missing_file(stored: Stored, files: Files) -> Absent | None:
    """Return why a tensor's bytes can't be read: a file not given, or shorter than it should be."""
    for stretch in stored.stretches:
        size = files.size_bytes(stretch.location)
        if size is None:
            return Absent(f"the file {stretch.location[:120]!r} is not there")
        if stretch.end > size:
            where = f"the file {stretch.location[:120]!r}" if stretch.location else "the file"
            return Absent(f"{where} ends too early, at byte {size:,}")
    return None


def bit_patterns(stored: Stored, files: Files, most_bytes: int) -> Patterns | None:
    """Return the elements of a small tensor as bit patterns, None where they can't be had."""
    if stored.literal:
        return stored.literal
    if (
        stored.listed is not None
        or stored.size_bytes > most_bytes
        or missing_file(stored, files) is not None
    ):
        return None
    found: list[int] = []
    for stretch in stored.stretches:
        data = files.read(stretch.location, stretch.start, stretch.end)
        if len(data) != stretch.end - stretch.start:
            return None
        if stored.bits <= 8 and not stretch.varints and len(stored.stretches) == 1:
            spread = data if stored.bits == 8 else spread_small(data, stored.bits)
            return spread[: stored.elements]
        found.extend(_unpacked(data, stored.bits, varints=stretch.varints))
    return tuple(found[: stored.elements]) if len(found) >= stored.elements else None


def _unpacked(data: bytes, bits: int, *, varints: bool) -> list[int]:
    width = max(1, bits // 8)
    if varints:
        numbers, value, shift = [], 0, 0
        for byte in data:
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                numbers.append(value & ((1 << 8 * width) - 1))
                value = shift = 0
    else:
        numbers = [
            int.from_bytes(data[at : at + width], "little") for at in range(0, len(data), width)
        ]
    if bits >= 8:
        return numbers
    mask = (1 << bits) - 1
    return [number >> shift & mask for number in numbers for shift in range(0, 8, bits)]


def _block(stretch: Stretch, position: int, zero: Zero, elements: int, left: int) -> Block:
    end = min(stretch.end, position + BLOCK_BYTES)
    if not stretch.varints:
        left = min(left, (end - position) * 8 // zero.bits)
    per_byte = max(1, 8 // zero.bits)
    shown = left if not stretch.varints else min(left, (end - position) * per_byte)
    part, first = zero.within(elements, shown)
    return Block(stretch.location, position, end, stretch.varints, part, first, shown)


def _literal_zeros(literal: tuple[int, ...], zero: Zero) -> int:
    zeros = 0
    for index, element in enumerate(literal):
        pattern = zero.patterns[index // zero.inner % len(zero.patterns)]
        zeros += element & zero.mask == pattern
    return zeros
