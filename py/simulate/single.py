"""Words that move one at a time, each a chunk of its own."""

import numpy as np

from py.simulate.coding import Coding


def single_words(coding: Coding, width: int, words: int, nonzero: float) -> float:
    """Return the bits of so many words, of which so many are not zero (expected, or counted)."""
    zero_bits, word_bits = (coding.bits(np.array([[word]]), width) for word in (False, True))
    return nonzero * word_bits + (words - nonzero) * zero_bits
