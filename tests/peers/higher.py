"""Rows where ours is higher than the peer's, each with the counts that show why."""

from typing import NamedTuple


class Higher(NamedTuple):
    """Words at the array, by tensor: the peer's, our best mapping's, and why they differ."""

    theirs: dict[str, int]
    ours: dict[str, int]
    reason: str


ROWS_WITH_GAPS = (
    "The peer folds 55 ofmap rows into 4 of 14 and keeps the ifmap rows of all four in a PE's "
    "registers: 4 rows of 3 windows of 11 are 132 words, so filters and ifmap are delivered once. "
    "At a stride of 4 there are rows between them. Our tiles of an ifmap are stretches without "
    "gaps: 4 ofmap rows take 13 ifmap rows, 429 words, which do not fit 256 registers."
)

HIGHER: dict[int, Higher] = {
    76: Higher(
        {"filter": 487_872, "ifmap": 419_496, "ofmap": 3_252_480},
        {"filter": 975_744, "ifmap": 1_018_776, "ofmap": 3_194_400},
        ROWS_WITH_GAPS,
    ),
}
