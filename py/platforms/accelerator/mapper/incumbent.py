"""The best mapping known, and what another one must be to take its place."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.picks import Picked
from py.platforms.accelerator.mapper.found import Delay, Found
from py.platforms.accelerator.mapper.plan.bill import Bill
from py.platforms.accelerator.mapper.settle import chains_of, cycles_of, mapping_of
from py.platforms.accelerator.mapper.side import Side
from py.platforms.accelerator.mapper.stage.effort import Ceiling

SAME = 1e-12
"""Costs closer than this, relatively, differ by rounding alone."""


class Limits(NamedTuple):
    """What a mapping must not exceed: its energy, its delay, its cycles of compute."""

    energy: float = math.inf
    delay: float = math.inf
    cycles: float = math.inf


@dataclass(slots=True)
class Incumbent:
    """The best mapping known so far within limits, None if none is.

    ``waits`` has for the words of mappings seen the delay that they take whatever else.
    """

    limits: Limits
    delay_of: Delay | None
    found: Found | None
    waits: dict[tuple[Side, tuple[int, ...]], float] = field(default_factory=dict)

    @property
    def most(self) -> float:
        """The energy above which no mapping is of use."""
        if self.found is None:
            return self.limits.energy
        return self.found.energy + abs(self.found.energy) * SAME

    def good(self, energy: float, delay: float) -> bool:
        """Whether a mapping of such energy and delay would be better than the best known."""
        if energy > self.limits.energy or delay > self.limits.delay:
            return False
        if self.found is None:
            return True
        same = abs(self.found.energy) * SAME
        if energy > self.found.energy + same:
            return False
        return energy < self.found.energy - same or delay < self.found.delay

    def lower(self, ceiling: Ceiling, rest: float) -> None:
        """Bring the ceiling of a last stage down to what the best mapping known leaves of use."""
        ceiling.value = self.limits.energy - rest
        if self.found is not None:
            same = abs(self.found.energy) * SAME
            ceiling.value = self.found.energy + same - rest
            ceiling.same = self.found.energy - same - rest
            ceiling.faster = self.found.delay

    def arrive(self, side: Side, bill: Bill, settled: tuple[Picked, ...]) -> None:
        """Take what all stages picked for the best mapping, if it is."""
        chains = chains_of(side.asked, settled)
        cycles, factors = cycles_of(side.asked, chains), side.factors(bill, chains)
        energy = side.energy(factors)
        if not self.good(energy, max(cycles, self.waits.get((side, factors), 0.0))):
            return
        mapping = mapping_of(side.asked, settled, chains, side.orders(bill))
        if mapping is None:
            return
        delay: float = cycles
        if self.delay_of is not None:
            delay, self.waits[side, factors] = self.delay_of(mapping, cycles)
        if self.good(energy, delay):
            self.found = Found(mapping, energy, cycles, delay, energy, -math.inf, 0)
