"""Run-length coding as on the Eyeriss chip (Chen et al., JSSC 2017, section IV-B).

A pair is a run of up to 31 zeros (5 bits) and the value after it as it is (a level of 16 bits);
three pairs and a flag for the last word make a word of 64 bits. What the paper leaves open: the
value after a run may itself be a zero, which ends a run of 31 and a chunk that ends in zeros; the
first pair is in the highest bits; pairs that the last word has no use for are zeros.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py.simulate.coding import Chunks


@dataclass(frozen=True, slots=True)
class RunLength:
    """Pairs of a run of zeros and the value after it, several to a word with a flag.

    ``whole_words``: a chunk's last word is as long as the others, however many pairs are in it.

    Raises:
        ValueError: a size below 1.
    """

    run_bits: int = 5
    level_bits: int = 16
    pairs: int = 3
    name: str = "run length"
    whole_words: bool = True

    def __post_init__(self) -> None:
        if min(self.run_bits, self.level_bits, self.pairs) < 1:
            raise ValueError("RunLength: run, level and pairs of a word from 1")

    @property
    def word_bits(self) -> int:
        """Bits of a packed word: 64 on the chip."""
        return self.pairs * (self.run_bits + self.level_bits) + 1

    @property
    def _covered(self) -> int:
        """Words that a pair can stand for at most: the longest run and the level after it."""
        return 1 << self.run_bits

    def bits(self, chunks: Chunks, width: int) -> int:
        """Return the bits of the packed words.

        Raises:
            ValueError: words that are wider than a level.
        """
        if width > self.level_bits:
            raise ValueError(f"RunLength: words of at most {self.level_bits} bits, got {width}")
        pairs = self.pairs_of(chunks)
        words = int((-(-pairs // self.pairs)).sum(dtype=np.int64))
        if self.whole_words:
            return words * self.word_bits
        return int(pairs.sum(dtype=np.int64)) * (self.run_bits + self.level_bits) + words

    def pairs_of(self, chunks: Chunks) -> NDArray[np.int64]:
        """Return how many pairs of run and level each chunk takes."""
        count, length = chunks.shape
        found = np.flatnonzero(chunks)
        row = found // length if length else found
        first = np.ones(len(found), bool)
        first[1:] = row[1:] != row[:-1]
        before = np.empty_like(found)
        before[1:] = found[:-1]
        before[first] = row[first] * length - 1
        upto = np.concatenate(([0], np.cumsum(1 + (found - before - 1) // self._covered)))
        each = np.bincount(row, minlength=count)
        ends = np.cumsum(each)
        last = np.full(count, -1)
        filled = each > 0
        last[filled] = found[ends[filled] - 1] - np.flatnonzero(filled) * length
        left = length - 1 - last
        pairs: NDArray[np.int64] = upto[ends] - upto[ends - each] + -(-left // self._covered)
        return pairs

    def encode(self, values: Sequence[int]) -> tuple[int, ...]:
        """Return the packed words of a chunk of values, each its bits as a whole number.

        Raises:
            ValueError: a value that is no level.
        """
        pairs = list(self._pairs(values))
        words = []
        for start in range(0, len(pairs), self.pairs):
            word = 0
            for place in range(start, start + self.pairs):
                run, level = pairs[place] if place < len(pairs) else (0, 0)
                word = (word << self.run_bits | run) << self.level_bits | level
            words.append(word << 1 | (start + self.pairs >= len(pairs)))
        return tuple(words)

    def decode(self, words: Sequence[int], length: int) -> tuple[int, ...]:
        """Return the ``length`` values of a chunk.

        Raises:
            ValueError: words that are no code of a chunk of this length.
        """
        values: list[int] = []
        for place, word in enumerate(words):
            if len(values) >= length or (word & 1) != (place == len(words) - 1):
                raise ValueError(f"RunLength.decode: the last word is flagged, got word {place}")
            for pair in reversed(range(self.pairs)):
                if len(values) == length:
                    break
                bits = word >> 1 + pair * (self.run_bits + self.level_bits)
                run = bits >> self.level_bits & self._covered - 1
                values += [0] * run + [bits & (1 << self.level_bits) - 1]
        if len(values) != length:
            raise ValueError(f"RunLength.decode: {length} values, got {len(values)}")
        return tuple(values)

    def _pairs(self, values: Sequence[int]) -> Iterator[tuple[int, int]]:
        run = 0
        for place, value in enumerate(values):
            if not 0 <= value < 1 << self.level_bits:
                raise ValueError(f"RunLength.encode: levels of {self.level_bits} bits, got {value}")
            if value == 0 and run < self._covered - 1 and place < len(values) - 1:
                run += 1
            else:
                yield run, value
                run = 0
