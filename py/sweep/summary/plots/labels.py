"""Names beside points, where they cover neither each other nor leave the picture."""

from collections.abc import Iterable, Sequence

from py.reports import svg
from py.reports.frame import BOTTOM, LEFT, RIGHT, TOP

MOST_NAMES = 16
_LETTER, _LINE = 8.6, 16.0
"""The room of a letter, and of a line, where a screen is narrow and letters are large."""
Offset = tuple[float, float]
ASIDE: tuple[Offset, ...] = ((9.0, 0.0), (-9.0, 0.0))
"""Where a name may begin, or end where this is to the left, from its point."""
OFF_STEPS: tuple[Offset, ...] = ((-6.0, 13.0), (6.0, -12.0), *ASIDE)
"""The same for points joined by falling steps: off these first."""
_Box = tuple[float, float, float, float]


def labels(
    named: Iterable[tuple[svg.Point, str]],
    points: Iterable[svg.Point],
    offsets: Sequence[Offset] = ASIDE,
) -> list[str]:
    """Return the names of points, those that matter most first, as far as there is room.

    ``points`` are all that are drawn: a name covers none of them.
    """
    taken: list[_Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    parts: list[str] = []
    for (x, y), name in named:
        long = len(name) * _LETTER
        for aside, down in offsets:
            at, middle = x + aside, y + down
            left = at if aside > 0 else at - long
            box = (left, middle - _LINE / 2, left + long, middle + _LINE / 2)
            inside = left >= LEFT and left + long <= RIGHT and box[1] >= TOP and box[3] <= BOTTOM
            if inside and not any(_meet(box, other) for other in taken):
                parts.append(svg.text(at, middle + 4.5, name, "name" if aside > 0 else "name end"))
                taken.append(box)
                break
        if len(parts) == MOST_NAMES:
            break
    return parts


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
