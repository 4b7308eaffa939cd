"""What is counted of a layer: accesses with their words and bits, and MACs by their operands."""

from dataclasses import dataclass
from typing import Literal

from py.platforms.accelerator.nest.access import Access

Rule = Literal["none", "ifmap_zero", "either_zero"]


@dataclass(frozen=True, slots=True)
class MacCount:
    """MACs of a layer for the whole batch, by whether their operands are zero.

    Exact whole numbers where values were looked at; expected values where only zero fractions are
    known. ``in_image`` are those whose ifmap operand is no padding.
    """

    total: int
    in_image: int
    ifmap_nonzero: float
    weight_nonzero: float
    both_nonzero: float

    def kept(self, rule: Rule) -> float:
        """Return the MACs that are not skipped: on a zero ifmap, or where either is zero."""
        if rule == "none":
            return self.total
        return self.ifmap_nonzero if rule == "ifmap_zero" else self.both_nonzero


@dataclass(frozen=True, slots=True)
class Count:
    """An access with its words, and the bits that they take as they are coded there."""

    access: Access
    coding: str
    words: int
    bits: float


@dataclass(frozen=True, slots=True)
class LayerCount:
    """What a layer moves and multiplies."""

    name: str
    macs: MacCount
    counts: tuple[Count, ...]

    @property
    def bits(self) -> dict[Access, float]:
        """Bits by access."""
        return {count.access: count.bits for count in self.counts}

    @property
    def words(self) -> dict[Access, int]:
        """Words by access: those that the nest counts."""
        return {count.access: count.words for count in self.counts}
