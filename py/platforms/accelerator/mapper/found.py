"""What the mapper answers."""

from collections.abc import Callable
from dataclasses import dataclass

from py.platforms.accelerator.nest.mapping import Mapping

Delay = Callable[[Mapping, int], float]
"""The delay of a mapping in cycles, given those of compute, of which it takes at least as many."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best mapping found: its energy, its cycles of compute, its delay in cycles.

    No mapping has less energy than ``bound``; where that is the energy itself, the mapping is the
    best of all. ``looked_at``: how many mappings were weighed one by one.
    """

    mapping: Mapping
    energy: float
    cycles: int
    delay: float
    bound: float
    looked_at: int

    @property
    def gap(self) -> float:
        """How much less energy another mapping might have, relative to this one's; 0 if none."""
        return 0.0 if self.bound >= self.energy else 1 - self.bound / self.energy
