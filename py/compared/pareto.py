"""Which runs no other beats: a Pareto front of two quantities, of both of which less is better."""

from collections.abc import Sequence


def front(points: Sequence[tuple[float | None, float | None]]) -> tuple[int, ...]:
    """Return the places of the points that no other dominates, by the first quantity.

    A point dominates another that is nowhere less and somewhere more; equal points are both on the
    front. A point with an unknown quantity is not on it, and dominates none.
    """
    known = [
        (x, y, place) for place, (x, y) in enumerate(points) if x is not None and y is not None
    ]
    found: list[int] = []
    least: float | None = None
    last: tuple[float, float] | None = None
    for x, y, place in sorted(known):
        if least is None or y < least or (x, y) == last:
            found.append(place)
            least, last = y, (x, y)
    return tuple(found)
