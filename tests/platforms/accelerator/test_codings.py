"""Bits after coding, expected from zeros alone, against what the coders make of drawn values."""

import random

import pytest

from py.platforms.accelerator.codings import AS_THEY_ARE, Coding

RUN_LENGTH = Coding("run_length", ("ifmap",), run_bits=5, level_bits=16, pairs=3)
MAP = Coding("significance_map", ("ifmap", "weight"))


def test_words_are_as_they_are_where_nothing_codes_them() -> None:
    assert AS_THEY_ARE.bits("ifmap", 16, 0.5) == 16
    assert MAP.bits("ofmap", 16, 0.5) == 16
    assert MAP.bits("psum", 16, 0.5) == 16
    assert MAP.bits("ifmap", 16, None) == 16
    assert RUN_LENGTH.bits("ifmap", 16, None) == 16


def test_a_significance_map() -> None:
    assert MAP.bits("weight", 8, 0.25) == 8 * 0.75 + 1


def test_words_that_coding_would_lengthen_may_move_as_they_are() -> None:
    choosy = Coding("significance_map", ("ifmap",), where_shorter=True)
    assert choosy.bits("ifmap", 16, 0.01) == 16
    assert choosy.bits("ifmap", 16, 0.5) == 9


def test_run_lengths_at_their_ends() -> None:
    """Without zeros each word is a pair; with zeros only, 32 words are one."""
    assert RUN_LENGTH.bits("ifmap", 16, 0.0) == pytest.approx(64 / 3)
    assert RUN_LENGTH.bits("ifmap", 16, 1.0) == pytest.approx(64 / 3 / 32)
    assert RUN_LENGTH.bits("ifmap", 8, 0.5) == RUN_LENGTH.bits("ifmap", 16, 0.5)
    assert RUN_LENGTH.bits("ifmap", 32, 0.0) == pytest.approx((3 * 37 + 1) / 3)


@pytest.mark.parametrize("zeros", [0.0, 0.2, 0.5, 0.8, 0.95, 1.0])
def test_run_lengths_of_drawn_values(zeros: float) -> None:
    numpy = pytest.importorskip("numpy")
    from py.simulate.run_length import RunLength

    drawn = random.Random(7)
    words = numpy.array([[drawn.random() >= zeros for _ in range(60_000)]])
    coded = RunLength().bits(words, 16) / words.size
    assert RUN_LENGTH.bits("ifmap", 16, zeros) == pytest.approx(coded, rel=0.02)
