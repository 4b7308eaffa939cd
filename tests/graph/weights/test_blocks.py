"""Counting does not depend on where a block ends, nor on who counts; zero points go by channel."""

import io
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.graph.weights import (
    Absent,
    Block,
    OpenFiles,
    Stored,
    Stretch,
    Tally,
    Zero,
    blocks,
    count_zeros,
    zero_of,
)
from tests.graph.weights.files_in_memory import ARITHMETICS, nowhere
from tests.graph.wire_bytes import number

WIDTHS = {"uint2": 2, "int4": 4, "uint8": 8, "int16": 16, "float32": 32, "float64": 64}


@st.composite
def tensors(draw: st.DrawFn) -> tuple[str, list[int], Zero]:
    """A type, its elements as bit patterns, and what is zero among them."""
    dtype = draw(st.sampled_from(sorted(WIDTHS)))
    bits = WIDTHS[dtype]
    highest = (1 << bits) - 1
    few = [0, 1, 2, highest, 1 << (bits - 1)]
    elements = draw(st.lists(st.sampled_from([value & highest for value in few]), min_size=1))
    patterns: tuple[int, ...] = ()
    inner = 1
    if bits <= 16 and draw(st.booleans()):
        patterns = tuple(draw(st.lists(st.integers(0, min(3, highest)), min_size=1, max_size=5)))
        inner = draw(st.integers(1, 4))
    zero = zero_of(dtype, patterns, inner)
    assert zero is not None
    return dtype, elements, zero


def packed(elements: list[int], bits: int) -> bytes:
    joined = 0
    for index, element in enumerate(elements):
        joined |= element << index * bits
    return joined.to_bytes((len(elements) * bits + 7) // 8, "little")


def varints(elements: list[int], bits: int) -> bytes:
    if bits < 8:
        return b"".join(number(byte) for byte in packed(elements, bits))
    return b"".join(number(element) for element in elements)


def zeros_one_by_one(elements: list[int], zero: Zero) -> int:
    return [
        element & zero.mask == zero.patterns[index // zero.inner % len(zero.patterns)]
        for index, element in enumerate(elements)
    ].count(True)


@given(tensors(), st.integers(1, 5), st.booleans(), st.sampled_from(sorted(ARITHMETICS)))
@settings(max_examples=400, deadline=None)
def test_blocks_of_any_size_give_the_same_count(
    tensor: tuple[str, list[int], Zero], size: int, coded: bool, arithmetic: str
) -> None:
    dtype, elements, zero = tensor
    bits = WIDTHS[dtype]
    before = b"\x00\x80before"
    data = varints(elements, bits) if coded else packed(elements, bits)
    stretch = Stretch("", len(before), len(before) + len(data), coded)
    stored = Stored(dtype, bits, len(elements), (stretch,))
    files = OpenFiles(io.BytesIO(before + data + b"after"), nowhere, ARITHMETICS[arithmetic])
    # A block holds a whole number of elements, or the longest varint.
    block_bytes = 10 * size if coded else 8 * size
    seen: list[int] = []
    with patch.object(blocks, "BLOCK_BYTES", block_bytes):
        found = count_zeros(stored, zero, files, seen.append)
    assert found == zeros_one_by_one(elements, zero)
    assert sum(seen) == len(data)
    assert all(0 < step <= block_bytes for step in seen)


@given(tensors(), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_a_tensor_in_several_pieces_is_one(tensor: tuple[str, list[int], Zero], count: int) -> None:
    dtype, elements, zero = tensor
    bits = WIDTHS[dtype]
    each = -(-len(elements) // count // 8) * 8 or 8
    parts = [packed(elements[at : at + each], bits) for at in range(0, len(elements), each)]
    data, stretches = b"", []
    for part in parts:
        data += b"??"
        stretches.append(Stretch("", len(data), len(data) + len(part)))
        data += part
    stored = Stored(dtype, bits, len(elements), tuple(stretches))
    for arithmetic in ARITHMETICS.values():
        files = OpenFiles(io.BytesIO(data), nowhere, arithmetic)
        assert count_zeros(stored, zero, files) == zeros_one_by_one(elements, zero)


@given(st.binary(min_size=1, max_size=60), st.integers(1, 80), tensors())
@settings(max_examples=400, deadline=None)
def test_any_bytes_as_varints_end_in_the_same_for_all(
    data: bytes, elements: int, tensor: tuple[str, list[int], Zero]
) -> None:
    zero = tensor[2]
    answers = {
        name: arithmetic.varints(data, zero, 3, elements)
        for name, arithmetic in ARITHMETICS.items()
    }
    assert answers["plain"] == answers["numpy"]
    zeros, counted, used = answers["plain"]
    assert 0 <= zeros <= counted <= elements
    assert 0 <= used <= len(data)


def test_a_varint_that_never_ends_is_an_answer() -> None:
    for arithmetic in ARITHMETICS.values():
        files = OpenFiles(io.BytesIO(b"\x80" * 100_000), nowhere, arithmetic)
        stored = Stored("int64", 64, 50, (Stretch("", 0, 100_000, varints=True),))
        zero = zero_of("int64")
        assert zero is not None
        assert count_zeros(stored, zero, files) == Absent("the last element is cut off")


def test_a_file_that_shrinks_while_it_is_read_is_an_answer() -> None:
    class Shrunk(OpenFiles):
        def size_bytes(self, location: str) -> int | None:
            return 4000

    zero = zero_of("float32")
    assert zero is not None
    stored = Stored("float32", 32, 1000, (Stretch("", 0, 4000),))
    found = count_zeros(stored, zero, Shrunk(io.BytesIO(bytes(2000)), nowhere))
    assert found == Absent("the last element is cut off")


def test_a_file_too_short_is_said_before_anything_is_read() -> None:
    zero = zero_of("float32")
    assert zero is not None
    stored = Stored("float32", 32, 1000, (Stretch("", 0, 4000),))
    found = count_zeros(stored, zero, OpenFiles(io.BytesIO(bytes(3999)), nowhere))
    assert found == Absent("the file ends too early, at byte 3,999")


def test_no_block_is_larger_than_four_mebibytes() -> None:
    class Watched(OpenFiles):
        largest = 0

        def count(self, block: Block) -> Tally:
            self.largest = max(self.largest, block.end - block.start)
            return super().count(block)

    values = np.zeros(3_000_000, np.float32)
    values[::2] = 1
    stored = Stored("float32", 32, values.size, (Stretch("", 0, values.nbytes),))
    files = Watched(io.BytesIO(values.tobytes()), nowhere, ARITHMETICS["numpy"])
    zero = zero_of("float32")
    assert zero is not None
    assert count_zeros(stored, zero, files) == 1_500_000
    assert files.largest == 4 * 1024 * 1024


@pytest.mark.parametrize("inner", [1, 7, 64])
def test_a_block_is_given_only_its_own_channels(inner: int) -> None:
    zero = Zero(8, 255, tuple(range(1, 200)), inner)
    for first, count in ((0, 1), (5, 20), (199 * inner - 3, 9), (1000 * inner, 199 * inner)):
        part, offset = zero.within(first, count)
        for index in range(count):
            expected = zero.patterns[(first + index) // inner % len(zero.patterns)]
            assert part.patterns[(offset + index) // inner % len(part.patterns)] == expected
        assert len(part.patterns) <= count // inner + 2
