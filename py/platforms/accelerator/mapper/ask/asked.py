"""What is searched: a problem on a machine, in a space, with who keeps what settled."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from py.platforms.accelerator.mapper.ask.picks import Picks, alone, best_of_same, picks, unrolled
from py.platforms.accelerator.mapper.ask.places import Places
from py.platforms.accelerator.mapper.ask.placing import Placing
from py.platforms.accelerator.mapper.ask.spots import Sizes
from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, TENSORS
from py.platforms.accelerator.nest.fills import windows
from py.platforms.accelerator.nest.machine import Machine, Memory
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Rule, Space
from py.platforms.accelerator.nest.stretch import Window

Bits = tuple[int, int, int]
"""Bits of a weight, an ifmap value and a psum."""

Kept = tuple[tuple[bool, bool, bool], ...]
"""For each memory level but the outermost, whether it keeps weight, ifmap and ofmap."""

Holds = Callable[[int, int, int], bool]
"""Whether a level holds tiles of so many elements of weight, ifmap and ofmap."""


@dataclass(frozen=True)
class Asked:
    """A question to the mapper."""

    problem: Problem
    machine: Machine
    space: Space
    bits: Bits
    kept: Kept

    @cached_property
    def places(self) -> Places:
        return Places.of(self.machine)

    @cached_property
    def long(self) -> str:
        """The loops of more than one turn."""
        return "".join(dim for dim in DIMS if self.problem.extent(dim) > 1)

    @cached_property
    def last(self) -> int:
        """The last stage with a choice: the innermost level's, or the array's."""
        return max(self.places.levels - 1, self.places.array)

    @cached_property
    def placing(self) -> Placing:
        return Placing(self.machine, self.space.spread)

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        return windows(self.problem, self.machine)

    @cached_property
    def holds(self) -> tuple[Holds, ...]:
        """For each level but the outermost, whether it holds tiles."""
        return tuple(
            _holds(memory, (keeps[0] * bits[0], keeps[1] * bits[1], keeps[2] * bits[2]))
            for bits in (self.bits,)
            for memory, keeps in zip(self.machine.memories[1:], self.kept, strict=True)
        )

    def rule(self, stage: int, dim: str) -> Rule:
        """Return what the space says of the tile of a stage's level; MACs are single."""
        if stage == self.places.levels:
            return "one"
        return self.space.tiles[stage - 1].get(dim, "any")

    def most(self, stage: int, dim: str) -> int:
        """Return the most elements along a loop that a stage's level can hold."""
        most = self.problem.extent(dim)
        if stage == self.places.levels:
            return most
        memory, kept = self.machine.memories[stage], self.kept[stage - 1]
        for place, tensor in enumerate(TENSORS):
            if not kept[place] or dim not in DEPENDS[tensor]:
                continue
            for room in (memory.bits, memory.bits_of[place]):
                if room is not None:
                    most = min(most, room // self.bits[place] // (2 if memory.double else 1))
        return most

    def picks(self, stage: int, dim: str) -> Picks:
        """Return what a loop may do at a stage, but for what is never of use."""
        found = self.all_picks(stage, dim)
        plain = dim in "ngmc" and self.places.levels - 1 <= stage == self.places.array
        if not plain or self.space.spread or self.rule(stage, dim) == "whole":
            return found
        return best_of_same(self.problem.extent(dim), found)

    def all_picks(self, stage: int, dim: str) -> Picks:
        """Return all that a loop may do at a stage."""
        extent, rule, most = self.problem.extent(dim), self.rule(stage, dim), self.most(stage, dim)
        free: Rule = "any" if rule == "whole" else rule
        if stage != self.places.array:
            return picks(extent, free, most)
        axes, spread = self._axes(dim)
        found = unrolled(extent, free, most, axes, spread)
        return alone(found) if rule == "whole" else found

    def _axes(self, dim: str) -> tuple[Sizes, tuple[bool, ...]]:
        """Return the PEs that may unroll a loop, and where it takes all it can before others."""
        axes, spread = [], []
        for size, loops in zip(self.machine.axes, self.machine.unrolls, strict=True):
            first = next((other for other in self.space.spread if other in loops), None)
            axes.append(size if dim in loops else 1)
            spread.append(dim in loops and dim == first)
        return tuple(axes), tuple(spread)


def _holds(memory: Memory, bits: Bits) -> Holds:
    a, b, c = bits
    if memory.bank_bits > 1 or any(memory.bits_of) or memory.bits is None:
        memory_holds = memory.holds

        def holds(weight: int, ifmap: int, ofmap: int) -> bool:
            return memory_holds((weight * a, ifmap * b, ofmap * c))

        return holds
    most = memory.bits // 2 if memory.double else memory.bits

    def holds_together(weight: int, ifmap: int, ofmap: int) -> bool:
        return weight * a + ifmap * b + ofmap * c <= most

    return holds_together
