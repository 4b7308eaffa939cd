"""How often tiles are filled: the turns of the loops outside, to the innermost that matters."""

from dataclasses import dataclass
from math import prod

from py.platforms.accelerator.nest.chain import Chain
from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, PLACE, REUSED_BY, WINDOWS
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.stretch import Sizes, Slide, Window, lockstep, stretches


@dataclass(frozen=True, slots=True)
class Innermost:
    """The innermost existing loop that a tensor depends on: the step whose it is, and its letter.

    ``outside`` are the loops of that step that run outside it.
    """

    step: int
    dim: str
    outside: str


class Fills:
    """Counts the fills of one mapping; see the package's text for what a fill is."""

    def __init__(self, problem: Problem, machine: Machine, mapping: Mapping) -> None:
        self.problem, self.machine = problem, machine
        self.chain = Chain.of(problem, machine, mapping)
        self._orders = mapping.orders
        self._windows = tuple(
            Window(
                problem.stride[axis],
                problem.dilation[axis],
                None
                if machine.padding == "fetched"
                else (problem.padding[axis], problem.image[axis]),
            )
            for axis in range(len(WINDOWS))
        )

    def words(
        self, tensor: str, boundary: int, *, halo_kept: bool = False, together: bool = False
    ) -> int:
        """Return the words that fill a tensor's tiles at a boundary, those of all PEs added up.

        ``together``: at the array's tile, what its PEs take with one read for all.
        ``halo_kept``: what an ifmap tile shares with that of the turn before stays.
        """
        inner = self.innermost(tensor, boundary)
        return self._turns(tensor, boundary, inner) * self._elements(
            tensor, boundary, inner if halo_kept else None, together
        )

    def words_every_turn(self, tensor: str) -> int:
        """Return the words that the array takes where every turn takes its own anew."""
        turns = prod(self._array_turns(dim) for dim in REUSED_BY[tensor])
        if tensor != "ifmap":
            return turns * self.problem.elements(tensor)
        covered = prod(self.problem.extent(dim) for dim in "ngc")
        for window, (out, tap) in zip(self._windows, WINDOWS, strict=True):
            covered *= lockstep(
                window, self._sizes(out, together=True), self._sizes(tap, together=True)
            )
        return turns * covered

    def compute_cycles(self) -> int:
        """Return the cycles of the MACs: those of the busiest PE in every turn of the array."""
        return prod(self._array_turns(dim) for dim in DIMS)

    def innermost(self, tensor: str, boundary: int) -> Innermost | None:
        """Return the innermost loop outside a boundary that a tensor depends on, if one exists."""
        for step in reversed(range(boundary)):
            level = self.chain.steps[step]
            if level is None:
                continue
            order = self._orders[level]
            for dim in reversed(order):
                if dim in DEPENDS[tensor] and self.chain.exists(step, dim):
                    return Innermost(step, dim, order[: order.index(dim)])
        return None

    def _turns(self, tensor: str, boundary: int, inner: Innermost | None) -> int:
        chain = self.chain
        turns = 1
        for dim in REUSED_BY[tensor]:
            counted = 0 if inner is None else inner.step + (dim in inner.outside)
            tiles = chain.counts[counted][PLACE[dim]]
            if counted <= chain.array < boundary:
                turns *= sum(times * self._pes(dim, size) for size, times in tiles.items())
            else:
                turns *= sum(tiles.values())
        return turns

    def _pes(self, dim: str, size: int) -> int:
        """Return the PEs along a loop that work within a tile of so many."""
        place, array = PLACE[dim], self.chain.array
        whole, piece = self.chain.boundaries[array][place], self.chain.boundaries[array + 1][place]
        return -(-min(size, whole) // piece)

    def _array_turns(self, dim: str) -> int:
        place, array = PLACE[dim], self.chain.array
        piece = self.chain.boundaries[array + 1][place]
        tiles = self.chain.counts[array][place]
        return sum(times * min(piece, size) for size, times in tiles.items())

    def _elements(
        self, tensor: str, boundary: int, slides: Innermost | None, together: bool
    ) -> int:
        if tensor != "ifmap":
            return self.problem.elements(tensor)
        covered = prod(self.problem.extent(dim) for dim in "ngc")
        for window, loops in zip(self._windows, WINDOWS, strict=True):
            slide = None
            if slides is not None and slides.dim in loops:
                slide = Slide(loops.index(slides.dim), slides.step + 1)
            outs, taps = (self._sizes(dim, boundary, together=together) for dim in loops)
            covered *= stretches(window, outs, taps, together=together, slide=slide)
        return covered

    def _sizes(self, dim: str, boundary: int | None = None, *, together: bool = False) -> Sizes:
        """Return the sizes of a loop's tiles down to a boundary, or to the PEs' of the array."""
        last = self.chain.array + 1 if together or boundary is None else boundary
        place = PLACE[dim]
        return tuple(sizes[place] for sizes in self.chain.boundaries[: last + 1])
