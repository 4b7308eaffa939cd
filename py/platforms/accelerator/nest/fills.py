"""How often tiles are filled: the turns of the loops outside, to the innermost that matters."""

from dataclasses import dataclass
from math import prod

from py.platforms.accelerator.nest.chain import Chain
from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, REUSED_BY, WINDOWS
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.stretch import Slide, Window, stretches
from py.platforms.accelerator.nest.turns import turns


@dataclass(frozen=True, slots=True)
class Innermost:
    """The innermost existing loop that a tensor depends on: the step whose it is, and its letter.

    ``outside`` are the loops of that step that run outside it.
    """

    step: int
    dim: str
    outside: str


def windows(problem: Problem, machine: Machine) -> tuple[Window, ...]:
    """Return how outputs and taps reach over the ifmap, by planes, rows and columns."""
    fetched = machine.padding == "fetched"
    images = zip(problem.padding, problem.image, strict=True)
    return tuple(
        Window(stride, dilation, None if fetched else image)
        for stride, dilation, image in zip(problem.stride, problem.dilation, images, strict=True)
    )


class Fills:
    """Counts the fills of one mapping; see the package's text for what a fill is."""

    def __init__(self, problem: Problem, machine: Machine, mapping: Mapping) -> None:
        self.problem, self.machine = problem, machine
        self.chain = Chain.of(problem, machine, mapping)
        self._orders = mapping.orders
        self._of = {dim: self.chain.of_loop(dim) for dim in DIMS}
        self._windows = windows(problem, machine)

    def words(
        self, tensor: str, boundary: int, *, halo_kept: bool = False, together: bool = False
    ) -> int:
        """Return the words that fill a tensor's tiles at a boundary, those of all PEs added up.

        ``together``: at a boundary inside the array, what PEs take in the same turn counts once.
        ``halo_kept``: what an ifmap tile shares with that of the turn before stays.
        """
        inner = self.innermost(tensor, boundary)
        counted = {
            dim: 0 if inner is None else inner.step + (dim in inner.outside)
            for dim in REUSED_BY[tensor]
        }
        return self._turns(counted, boundary, together) * self._elements(
            tensor, boundary, inner if halo_kept else None, together
        )

    def words_every_turn(self, tensor: str, *, together: bool) -> int:
        """Return the words that the MACs take where every turn takes its own anew."""
        single = len(self.chain.boundaries) - 1
        counted = dict.fromkeys(REUSED_BY[tensor], single)
        return self._turns(counted, single, together) * self._elements(
            tensor, single, None, together
        )

    def compute_cycles(self) -> int:
        """Return the cycles of the MACs: those of the busiest PE in every turn of the array."""
        return self._turns(dict.fromkeys(DIMS, len(self.chain.boundaries) - 1), 0, True)

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

    def _turns(self, counted: dict[str, int], boundary: int, together: bool) -> int:
        array = self.chain.array
        return prod(
            turns(self._of[dim], reached, array=array, inside=boundary > array, together=together)
            for dim, reached in counted.items()
        )

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
            outs, taps = (self._of[dim][: boundary + 1] for dim in loops)
            array = self.chain.array if together else None
            covered *= stretches(window, outs, taps, array=array, slide=slide)
        return covered
