"""What a plot has around its points: a frame with named lines, and what its axes are."""

from collections.abc import Callable
from typing import Protocol

from py.reports import svg

WIDTH, HEIGHT = 480, 400
LEFT, RIGHT, TOP, BOTTOM = 84.0, 466.0, 10.0, 346.0
Named = Callable[[float], str]


class Scale(Protocol):
    """An axis: where a value stands, and which values are named."""

    def place(self, value: float) -> float: ...

    def named(self) -> list[float]: ...


def lines(x: Scale, y: Scale, x_name: Named, y_name: Named) -> list[str]:
    """Return the lines of both axes with the names of their values."""
    parts = []
    for value in x.named():
        at = x.place(value)
        parts.append(svg.line((at, TOP), (at, BOTTOM), "grid"))
        parts.append(svg.text(at, BOTTOM + 20, x_name(value), "tick middle"))
    for value in y.named():
        at = y.place(value)
        parts.append(svg.line((LEFT, at), (RIGHT, at), "grid"))
        parts.append(svg.text(LEFT - 8, at + 4.5, y_name(value), "tick end"))
    return parts


def names(x: str, y: str) -> list[str]:
    """Return what the axes are."""
    return [
        svg.text((LEFT + RIGHT) / 2, HEIGHT - 8, x, "axis middle"),
        svg.text(15, (TOP + BOTTOM) / 2, y, "axis middle", rotate=-90),
    ]
