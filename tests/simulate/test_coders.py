"""Sizes, encoder and decoder against codings written out bit by bit."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from py.simulate import Coding, RunLength, SignificanceMap, Uncoded, Widths
from tests.simulate import bitwise

LEVEL = st.integers(1, (1 << 16) - 1)
#: Stretches of zeros of all lengths that matter to a run of five bits, and words between them.
VALUES = st.lists(
    st.one_of(
        st.lists(st.just(0), max_size=70),
        st.sampled_from((30, 31, 32, 33, 63, 64, 65)).map(lambda zeros: [0] * zeros),
        st.lists(LEVEL, max_size=5),
    ),
    max_size=6,
).map(lambda parts: [value for part in parts for value in part])
CHIP = RunLength()


def sized(coding: Coding, values: list[int], width: int = 16) -> int:
    return coding.bits(np.array([values], bool).reshape(1, -1), width)


@given(VALUES)
@example([0] * 31)
@example([0] * 32)
@example([0] * 32 + [7])
@example([0] * 33)
@example([1, 2, 3])
def test_run_length_words_are_those_written_bit_by_bit(values: list[int]) -> None:
    expected = bitwise.run_length(values)
    assert "".join(format(word, "064b") for word in CHIP.encode(values)) == expected
    assert sized(CHIP, values) == len(expected)


@given(VALUES)
def test_run_length_decodes_what_it_encodes(values: list[int]) -> None:
    words = CHIP.encode(values)
    assert list(CHIP.decode(words, len(values))) == values
    if values:
        bits = "".join(format(word, "064b") for word in words)
        assert bitwise.from_run_length(bits, len(values)) == values


@given(VALUES, st.integers(1, 4), st.integers(1, 4), st.integers(16, 20))
def test_run_length_of_other_sizes_decodes_and_has_its_size(
    values: list[int], run: int, pairs: int, level: int
) -> None:
    coding = RunLength(run_bits=run, level_bits=level, pairs=pairs)
    words = coding.encode(values)
    expected = bitwise.run_length(values, run, level, pairs)
    assert "".join(format(word, f"0{coding.word_bits}b") for word in words) == expected
    assert list(coding.decode(words, len(values))) == values
    assert sized(coding, values) == len(expected)


@given(VALUES, st.integers(16, 32))
def test_significance_map_has_the_size_of_its_bits(values: list[int], width: int) -> None:
    bits = bitwise.significance_map(values, width)
    assert bitwise.from_significance_map(bits, width) == values
    assert sized(SignificanceMap(), values, width) == len(bits)
    assert sized(Uncoded(), values, width) == width * len(values)


@given(st.integers(0, 6), st.integers(0, 90))
def test_chunks_are_coded_each_by_itself(count: int, length: int) -> None:
    drawn = np.random.default_rng(count * 1000 + length)
    chunks = drawn.random((count, length)) < drawn.choice([0.02, 0.5, 0.98])
    for coding in (CHIP, SignificanceMap(), Uncoded()):
        alone = [coding.bits(chunks[at : at + 1], 16) for at in range(count)]
        assert coding.bits(chunks, 16) == sum(alone)


def test_the_example_of_papers_001() -> None:
    """Section III-D: coded, (0, 1, 0) takes twice the bits of (0, 0, 1)."""
    assert CHIP.pairs_of(np.array([[0, 1, 0], [0, 0, 1]], bool)).tolist() == [2, 1]


@pytest.mark.parametrize("values", [[-1], [1 << 16]])
def test_what_is_no_level_is_refused(values: list[int]) -> None:
    with pytest.raises(ValueError, match="levels of 16 bits"):
        CHIP.encode(values)


def test_wider_words_than_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 16 bits, got 32"):
        CHIP.bits(np.ones((1, 3), bool), 32)


@pytest.mark.parametrize(
    ("words", "length"),
    [((), 1), ((0,), 3), ((1, 1), 6), ((1,), 5), ((1,), 0)],
    ids=["none", "not flagged", "flagged early", "too few", "too many"],
)
def test_words_that_are_no_code_are_refused(words: tuple[int, ...], length: int) -> None:
    with pytest.raises(ValueError, match=r"RunLength\.decode"):
        CHIP.decode(words, length)


def test_sizes_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="RunLength"):
        RunLength(pairs=0)
    with pytest.raises(ValueError, match=r"Widths\.psum: 1 to 64 bits, got 65"):
        Widths(psum=65)
