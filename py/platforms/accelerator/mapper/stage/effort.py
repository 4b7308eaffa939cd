"""How much a search may look at, and what is still of use to it."""

import math
from dataclasses import dataclass, field


class EffortSpentError(Exception):
    """The effort that a search may take is spent."""


@dataclass
class Effort:
    """What a search may still look at: the same number everywhere, however fast the machine."""

    left: float = math.inf

    def spend(self, looks: int) -> None:
        """Take so many looks off.

        Raises:
            EffortSpentError: there are none left.
        """
        self.left -= looks
        if self.left < 0:
            raise EffortSpentError


@dataclass
class Ceiling:
    """The cost up to which entries are of use, which may come down meanwhile, and the cycles.

    Entries that cost at least ``same`` are no cheaper than what is known: they are of use only with
    fewer than ``faster`` cycles.
    """

    value: float = math.inf
    cycles: float = math.inf
    same: float = math.inf
    faster: float = math.inf
    effort: Effort = field(default_factory=Effort)

    def admits(self, cost: float, cycles: int) -> bool:
        """Whether an entry is of use."""
        return cycles <= self.cycles and (cost < self.same or cycles < self.faster)
