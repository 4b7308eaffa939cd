"""Where on the array the PEs of several loops find their place."""

from collections.abc import Sequence
from functools import lru_cache
from math import prod

Sizes = tuple[int, ...]


class Ways:
    """The ways to place the PEs of one loop: its factor along each axis, in each way."""

    __slots__ = ("pes", "splits")

    def __init__(self, splits: tuple[Sizes, ...]) -> None:
        self.splits = splits
        self.pes = prod(splits[0])


class Spots:
    """The PEs left along each axis: one entry for each way to have placed the loops before.

    Loops of all layers meet the same spots again and again, so what is left after them is kept.
    """

    __slots__ = ("_after", "pes", "sizes")

    def __init__(self, sizes: frozenset[Sizes]) -> None:
        self.sizes = sizes
        self.pes = max(prod(own) for own in sizes)
        self._after: dict[Ways, Spots | None] = {}

    def after_all(self, ways: Sequence[Ways]) -> "Spots | None":
        """Return what is left after several loops; None if one finds no place."""
        free: Spots | None = self
        for own in ways:
            if free is None:
                return None
            free = free.after(own)
        return free

    def after(self, ways: Ways) -> "Spots | None":
        """Return what is left after one more loop; None if it finds no place."""
        if ways in self._after:
            return self._after[ways]
        left = {
            tuple([size // factor for size, factor in zip(sizes, split, strict=True)])
            for sizes in self.sizes
            for split in ways.splits
        }
        kept = [sizes for sizes in left if all(sizes)]
        best = frozenset(
            sizes
            for sizes in kept
            if not any(
                other != sizes and all(a <= b for a, b in zip(sizes, other, strict=True))
                for other in kept
            )
        )
        found = self._after[ways] = spots(best) if best else None
        return found


@lru_cache(maxsize=1024)
def spots(sizes: frozenset[Sizes]) -> Spots:
    """Return the spots for so many PEs left, the same each time."""
    return Spots(sizes)


@lru_cache(maxsize=1 << 13)
def ways(splits: tuple[Sizes, ...]) -> Ways:
    """Return the ways for factors along the axes, the same each time."""
    return Ways(splits)
