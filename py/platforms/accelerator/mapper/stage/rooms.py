"""The room that tiles take at the levels that a stage answers for."""

from collections.abc import Sequence

from py.platforms.accelerator.mapper.ask.asked import Holds

Room = tuple[int, int, int]
"""What tiles of weight, ifmap and ofmap are multiplied by at a level."""


def larger(rooms: Sequence[Room], by: Sequence[Room]) -> tuple[Room, ...]:
    """Return rooms multiplied, level by level."""
    return tuple([(a * d, b * e, c * f) for (a, b, c), (d, e, f) in zip(rooms, by, strict=True)])


def fit(holds: Sequence[Holds], rooms: Sequence[Room]) -> bool:
    """Whether each level holds its tiles."""
    for held, (w, i, o) in zip(holds, rooms, strict=True):  # noqa: SIM110 - innermost
        if not held(w, i, o):
            return False
    return True


def largest(holds: Holds, room: Room, most: int) -> int:
    """Return the largest of the ofmap channels' tiles that a level holds beside the others."""
    w, i, o = room
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if holds(w * middle, i, o * middle):
            least = middle
        else:
            most = middle - 1
    return least
