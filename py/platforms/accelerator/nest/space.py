"""The mappings to choose from: a dataflow as constraints on the nest.

Tiles nest whole: each gathers whole tiles of the level inside it, or is all that there is of a
loop. So of a loop over a elements the innermost level's tile is ceil(a / k), for any whole k; a
level around tiles of z elements, b = ceil(a / z) of them, takes z * ceil(b / k), at most a. Of b
tiles of a PE a loop is unrolled by u = ceil(b / k) along the first axis that may unroll it, by
ceil(ceil(b / u) / k) along the next, and so on; the factors along an axis multiply to at most its
PEs, and the levels outside gather what all of them take. Tiles need not divide the bound: the last
of each level is what is left. Of loops over more than 2^16 elements not every k is offered, but
steps of a 64th. Orders and the choice of what a level keeps are free where the machine leaves it.
"""

from dataclasses import dataclass, field
from typing import Literal

from py.platforms.accelerator.nest.dims import DIMS, TENSORS

Rule = Literal["any", "whole", "one"]


@dataclass(frozen=True, slots=True)
class Space:
    """Constraints on the mappings of a machine.

    ``tiles`` has for each memory level but the outermost a rule for loops by letter: ``whole`` is
    the tile around it, ``one`` is 1, a loop left out is free. ``stationary`` has for each memory
    level a tensor or None: the loops of that level that the tensor does not depend on run inside
    all that it depends on. ``spread`` are loops unrolled as far as the axes allow: for each axis in
    turn, the largest of the factors that the space would offer.

    Raises:
        ValueError: letters that are no loops, or names that are no tensors.
    """

    tiles: tuple[dict[str, Rule], ...]
    stationary: tuple[str | None, ...]
    spread: str = ""
    name: str = field(default="any", compare=False)

    def __post_init__(self) -> None:
        if any(set(rules) - set(DIMS) for rules in self.tiles) or set(self.spread) - set(DIMS):
            raise ValueError(f"Space: loops are {DIMS}, got {self.tiles}, {self.spread!r}")
        if set(self.stationary) - {None, *TENSORS}:
            raise ValueError(f"Space.stationary: {TENSORS} or None, got {self.stationary}")
