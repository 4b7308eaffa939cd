"""What the mapper answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from py.platforms.accelerator.nest.mapping import Mapping

Delay = Callable[[Mapping, int], float]
"""The delay of a mapping in cycles, given those of compute, of which it takes at least as many."""


Objective = Literal["energy", "delay", "energy_delay"]
"""Of what the best mapping has the least: energy, delay, or the product of both."""

OBJECTIVES: tuple[Objective, ...] = get_args(Objective)


@dataclass(frozen=True, slots=True)
class Found:
    """The best mapping found: its energy, its cycles of compute, its delay in cycles.

    No mapping has less of the ``objective`` than ``bound``; where that is its own value, the
    mapping is the best of all. ``looked_at``: how many mappings were weighed one by one.
    """

    mapping: Mapping
    energy: float
    cycles: int
    delay: float
    bound: float
    looked_at: int
    objective: Objective = "energy"

    @property
    def value(self) -> float:
        """How much of the objective it takes."""
        if self.objective == "energy":
            return self.energy
        return self.delay if self.objective == "delay" else self.energy * self.delay

    @property
    def gap(self) -> float:
        """How much less another mapping might take, relative to this one; 0 if none."""
        return 0.0 if self.bound >= self.value else 1 - self.bound / self.value
