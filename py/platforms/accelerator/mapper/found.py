"""What the mapper answers."""

from collections.abc import Callable
from dataclasses import dataclass

from py.platforms.accelerator.nest.mapping import Mapping

Delay = Callable[[Mapping, int], tuple[float, float]]
"""The delay of a mapping in cycles, given those of compute, of which it takes at least as many; and
what no mapping takes less than whose words that cost energy are the same.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The best mapping found: the energy of its accesses, its cycles of compute, its delay.

    ``value`` is what was to be least, the energy or what ``Worth`` makes of energy and delay. No
    mapping has less of it than ``bound``; where the two are the same, the mapping is the best of
    all. ``looked_at``: how many mappings were weighed one by one.
    """

    mapping: Mapping
    energy: float
    cycles: int
    delay: float
    value: float
    bound: float
    looked_at: int

    @property
    def gap(self) -> float:
        """How much less another mapping might take, relative to this one; 0 if none."""
        return 0.0 if self.bound >= self.value else 1 - self.bound / self.value
