"""How much is said: a page bears more than a terminal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most ``groups``, rows on a ``front``, ``letters`` of a name, and ``plots`` of a kind.

    ``links`` is how many characters all links to breakdowns may have together.
    """

    groups: int
    front: int
    letters: int
    plots: int
    links: int


TEXT = Limits(groups=4, front=16, letters=28, plots=0, links=0)
PAGE = Limits(groups=12, front=40, letters=48, plots=4, links=400_000)
