"""The longest common subsequence against the textbook's table."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from py.compared.subsequence import common_subsequence

WORDS = st.text("abcd", max_size=12)


def length_by_table(first: Sequence[object], second: Sequence[object]) -> int:
    """Wagner and Fischer's table, cell by cell."""
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, a in enumerate(first, 1):
        for j, b in enumerate(second, 1):
            table[i][j] = (
                table[i - 1][j - 1] + 1 if a == b else max(table[i - 1][j], table[i][j - 1])
            )
    return table[-1][-1]


@given(WORDS, WORDS)
def test_it_is_common_rises_and_is_as_long_as_can_be(first: str, second: str) -> None:
    pairs = common_subsequence(first, second)
    assert all(first[a] == second[b] for a, b in pairs)
    assert pairs == sorted(set(pairs))
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    assert len(pairs) == length_by_table(first, second)


@given(WORDS)
def test_a_sequence_is_its_own(word: str) -> None:
    assert common_subsequence(word, word) == [(at, at) for at in range(len(word))]


def test_textbook() -> None:
    """Cormen, Leiserson, Rivest and Stein: ABCBDAB and BDCABA have four in common."""
    assert len(common_subsequence("ABCBDAB", "BDCABA")) == 4


def test_hundreds_that_have_little_in_common() -> None:
    first = [place % 7 for place in range(900)]
    second = [place * place % 11 for place in range(900)]
    pairs = common_subsequence(first, second)
    assert all(first[a] == second[b] for a, b in pairs)
    assert len(pairs) == length_by_rows(first, second)


def length_by_rows(first: Sequence[int], second: Sequence[int]) -> int:
    """The same table, one row kept: each value of ``second`` by where it may stand."""
    lengths = [0] * (len(first) + 1)
    for b in second:
        before = 0
        for i, a in enumerate(first, 1):
            before, lengths[i] = (
                lengths[i],
                before + 1 if a == b else max(lengths[i], lengths[i - 1]),
            )
    return lengths[-1]
