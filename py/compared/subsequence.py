"""The longest common subsequence of two sequences, bit-parallel, so that thousands take a moment.

One bit for each element of the first sequence, one row for each of the second: an addition of long
whole numbers does a row at once (Hyyrö 2004, Bit-parallel LCS-length computation revisited).
"""

from collections.abc import Hashable, Sequence


def common_subsequence(
    first: Sequence[Hashable], second: Sequence[Hashable]
) -> list[tuple[int, int]]:
    """Return the places of a longest common subsequence in both, rising in both."""
    masks: dict[Hashable, int] = {}
    for place, element in enumerate(first):
        masks[element] = masks.get(element, 0) | 1 << place
    everything = (1 << len(first)) - 1
    row = everything
    rows = []
    for element in second:
        found = row & masks.get(element, 0)
        row = ((row + found) | (row - found)) & everything
        rows.append(row)
    pairs: list[tuple[int, int]] = []
    at, row_at = len(first), len(second)
    while at and row_at:
        bit = 1 << (at - 1)
        if rows[row_at - 1] & bit:  # the first sequence is no longer matched for this element
            at -= 1
            continue
        row_at -= 1
        if row_at == 0 or rows[row_at - 1] & bit:
            at -= 1
            pairs.append((at, row_at))
    return pairs[::-1]
