"""How alike two columns rank the same things: Spearman's rho and Kendall's tau-b, ties handled.

Both are 1 where one column rises whenever the other does, -1 where it falls, and near 0 where
they have nothing to do with each other. Ranks are doubled, so that those of ties (their mean) are
whole numbers and every sum is exact.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Ranked:
    """A column of numbers as ranks: twice the mean rank of each value among all, from 2."""

    doubled: tuple[int, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> "Ranked":
        """Return the ranks of numbers; ties share the mean of the ranks they take up."""
        ordered = sorted(values)
        places = {
            value: bisect_left(ordered, value) + bisect_right(ordered, value) + 1
            for value in set(ordered)
        }
        return cls(tuple(places[value] for value in values))

    @property
    def constant(self) -> bool:
        return len(set(self.doubled)) < 2

    def tied_pairs(self) -> int:
        """Return how many pairs have the same rank."""
        return sum(count * (count - 1) // 2 for count in Counter(self.doubled).values())


def spearman(first: Ranked, second: Ranked) -> float | None:
    """Return Spearman's rho, Pearson's correlation of the ranks; None where a column is constant.

    Raises:
        ValueError: the columns are of different length.
    """
    pairs = list(zip(first.doubled, second.doubled, strict=True))
    if first.constant or second.constant:
        return None
    mean = len(pairs) + 1  # of doubled ranks, ties or not
    both = sum((a - mean) * (b - mean) for a, b in pairs)
    own = sum((a - mean) ** 2 for a, _ in pairs)
    other = sum((b - mean) ** 2 for _, b in pairs)
    return _rounded(both / (sqrt(own) * sqrt(other)))


def kendall(first: Ranked, second: Ranked) -> float | None:
    """Return Kendall's tau-b, (C - D) / sqrt((C + D + T1) (C + D + T2)).

    C pairs are in the same order in both columns, D in the opposite, T1 and T2 tied in one alone.
    None where a column is constant.

    Raises:
        ValueError: the columns are of different length.
    """
    pairs = sorted(zip(first.doubled, second.doubled, strict=True))
    if first.constant or second.constant:
        return None
    count = len(pairs)
    everything = count * (count - 1) // 2
    tied_first, tied_second = first.tied_pairs(), second.tied_pairs()
    tied_both = sum(times * (times - 1) // 2 for times in Counter(pairs).values())
    against = _inversions([rank for _, rank in pairs])
    untied = everything - tied_first - tied_second + tied_both
    scale = sqrt(everything - tied_first) * sqrt(everything - tied_second)
    return _rounded((untied - 2 * against) / scale)


def _inversions(ranks: Sequence[int]) -> int:
    """Return how many pairs stand in falling order; equal ones do not."""
    found = 0
    before: list[int] = []
    for place, rank in enumerate(ranks):
        found += place - bisect_right(before, rank)
        insort(before, rank)
    return found


def _rounded(value: float) -> float:
    """Return 12 significant digits: 1 is 1, and every machine says the same."""
    return float(f"{value:.11e}")
