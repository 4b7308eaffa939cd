"""What is asked to be least: energy, delay, or their product, of a mapping with so much of both."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

Objective = Literal["energy", "delay", "energy_delay"]
"""Of what the best mapping has the least: energy, delay, or the product of both."""

OBJECTIVES: tuple[Objective, ...] = get_args(Objective)


@dataclass(frozen=True, slots=True)
class Worth:
    """How an objective follows from the energy of a mapping's accesses and its delay in cycles.

    ``fixed`` is energy that every mapping costs, that of the MACs; ``per_cycle`` what each cycle
    costs whatever is done, from static power. More of either is never of less worth.
    """

    objective: Objective = "energy"
    fixed: float = 0.0
    per_cycle: float = 0.0

    def of(self, energy: float, delay: float) -> float:
        """Return the value of the objective."""
        if self.objective == "delay":
            return delay
        energy += self.fixed + self.per_cycle * delay
        return energy if self.objective == "energy" else energy * delay

    def most_delay(self, value: float, energy: float) -> float:
        """Return the delay with which so much energy has a value of energy, or of the product."""
        energy += self.fixed
        if self.objective == "energy":
            return (value - energy) / self.per_cycle if self.per_cycle else math.inf
        root = math.sqrt(energy * energy + 4 * self.per_cycle * value)
        return 2 * value / (energy + root) if energy + root else math.inf

    def most_energy(self, value: float, delay: float) -> float:
        """Return the energy with which so much delay has a value of energy, or of the product."""
        if self.objective == "energy_delay":
            value /= delay
        return value - self.fixed - self.per_cycle * delay


PLAIN = Worth()
"""The energy of the accesses alone."""
