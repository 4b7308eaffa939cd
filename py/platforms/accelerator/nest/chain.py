"""The sizes of a mapping's tiles at every boundary, from the whole problem to a single MAC."""

from dataclasses import dataclass

from py.platforms.accelerator.nest.dims import PLACE, Sizes
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem

ONES: Sizes = (1, 1, 1, 1, 1, 1, 1, 1, 1, 1)

Step = int | None
"""Whose loops lead from one boundary to the next: a memory level's, or None for the PEs."""


@dataclass(frozen=True, slots=True)
class Chain:
    """``boundaries`` from the problem's bounds down to single MACs, ``steps`` between them.

    ``array`` is the place of the array's tile among the boundaries, ``of_memory`` that of each
    memory's tile.
    """

    boundaries: tuple[Sizes, ...]
    steps: tuple[Step, ...]
    array: int
    of_memory: tuple[int, ...]

    @classmethod
    def of(cls, problem: Problem, machine: Machine, mapping: Mapping) -> "Chain":
        """Return the chain of a mapping.

        Raises:
            ValueError: a mapping for another number of levels or axes, or tiles larger than what
                is around them.
        """
        levels = len(machine.memories)
        if len(mapping.orders) != levels or len(mapping.unrolled) != len(machine.axes):
            raise ValueError("Chain: a mapping for another machine")
        boundaries, steps, of_memory = [problem.extents], list[Step](), [0]
        tiles = (*mapping.tiles, ONES)
        for level in range(1, levels + 1):
            inner = tiles[level - 1]
            if level == machine.array_at:
                boundaries.append(_array_tile(boundaries[-1], inner, mapping.unrolled))
                steps += [level - 1, None]
            else:
                steps.append(level - 1)
            if any(a < b for a, b in zip(boundaries[-1], inner, strict=True)):
                raise ValueError(f"Chain: tile {inner} is larger than {boundaries[-1]} around it")
            boundaries.append(inner)
            of_memory.append(len(boundaries) - 1)
        array = steps.index(None)
        return cls(tuple(boundaries), tuple(steps), array, tuple(of_memory[:-1]))

    def of_loop(self, dim: str) -> tuple[int, ...]:
        """Return the sizes of one loop's tiles, from its bound in."""
        place = PLACE[dim]
        return tuple(sizes[place] for sizes in self.boundaries)

    def exists(self, step: int, dim: str) -> bool:
        """Whether a step has a loop: whether the tiles differ at full size."""
        place = PLACE[dim]
        return self.boundaries[step][place] > self.boundaries[step + 1][place]


def _array_tile(around: Sizes, inner: Sizes, unrolled: tuple[Sizes, ...]) -> Sizes:
    tile = list(inner)
    for factors in unrolled:
        tile = [size * factor for size, factor in zip(tile, factors, strict=True)]
    n, g, m, c, o, p, q, t, r, s = (min(a, b) for a, b in zip(around, tile, strict=True))
    return (n, g, m, c, o, p, q, t, r, s)
