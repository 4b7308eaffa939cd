"""How many bits a word takes on its way, expected from the share of zeros alone."""

import math
from dataclasses import dataclass
from typing import Final, Literal

Method = Literal["none", "significance_map", "run_length"]


@dataclass(frozen=True, slots=True)
class Coding:
    """A way to write down the words of some tensors.

    ``significance_map``: a bit for each word, and the words that are not zero (Yang et al. 2017,
    section IV-A). ``run_length``: pairs of a run of zeros in ``run_bits`` and the value after it in
    ``level_bits``, ``pairs`` of them and a flag to a word (Chen et al., JSSC 2017, section IV-B).
    ``where_shorter``: tensors that coding would lengthen move as they are.
    """

    method: Method = "none"
    tensors: tuple[str, ...] = ()
    run_bits: int = 5
    level_bits: int = 16
    pairs: int = 3
    where_shorter: bool = False

    def applies(self, tensor: str) -> bool:
        """Whether words of a tensor are coded; psums never are."""
        return self.method != "none" and tensor in self.tensors

    def bits(self, tensor: str, width: int, zeros: float | None) -> float:
        """Return the bits of one word of ``width`` bits; of unknown zeros it moves as it is.

        Zeros are taken to lie anywhere, each word by itself: a pair of a run-length code then
        stands for 1 + z + z² + … words, up to the longest run and the value after it.
        """
        if zeros is None or not self.applies(tensor):
            return float(width)
        coded = self._coded(width, zeros)
        return min(coded, float(width)) if self.where_shorter else coded

    def _coded(self, width: int, zeros: float) -> float:
        if self.method == "significance_map":
            return width * (1.0 - zeros) + 1.0
        covered = math.fsum(zeros**run for run in range(1 << self.run_bits))
        level = max(self.level_bits, width)
        packed = self.pairs * (self.run_bits + level) + 1
        return packed / (self.pairs * covered)


AS_THEY_ARE: Final = Coding()
"""No coding."""
