"""Which rows a plot shows: the worst, and of the others as many as it bears, evenly by size."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MOST_POINTS = 1500
WORST = 20


def shown(
    values: NDArray[np.float64], worst: Sequence[int], most: int = MOST_POINTS
) -> tuple[list[int], list[int]]:
    """Return the worst rows, and of the others at most ``most`` less these, both by value.

    From the least value to the most, the others are taken at even distances in the order of values.
    """
    first = set(worst)
    order = [place for place in np.argsort(values, kind="stable").tolist() if place not in first]
    room = max(0, most - len(first))
    if len(order) > room:
        places = np.unique(np.linspace(0, len(order) - 1, room).round().astype(int))
        order = [order[place] for place in places]
    return sorted(first, key=lambda place: (float(values[place]), place)), order
