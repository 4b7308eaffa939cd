"""How many bits chunks of words take: what a coding is, and the two that look at no order."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Chunks = NDArray[np.bool_]
"""Chunks of one length: [chunks, words], True where a word is not zero."""


class Coding(Protocol):
    """A way to write down chunks of words."""

    @property
    def name(self) -> str:
        """What a reader of a report calls it."""
        ...

    def __hash__(self) -> int:
        """Return the same for codings that code alike."""
        ...

    def bits(self, chunks: Chunks, width: int) -> int:
        """Return the bits that chunks of words of ``width`` bits take, each coded by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Uncoded:
    """Every word as it is."""

    name: str = "uncoded"

    def bits(self, chunks: Chunks, width: int) -> int:
        """Return words times width."""
        return chunks.size * width


@dataclass(frozen=True, slots=True)
class SignificanceMap:
    """One bit for each word, and the words that are not zero (papers/001, section IV-A)."""

    name: str = "significance map"

    def bits(self, chunks: Chunks, width: int) -> int:
        """Return words plus non-zero words times width."""
        return chunks.size + int(np.count_nonzero(chunks)) * width
