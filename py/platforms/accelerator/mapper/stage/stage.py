"""One stage by itself: all that its level and its PEs may do, as far as it is cheap enough."""

import math
from collections.abc import Iterator
from functools import cached_property

from py.platforms.accelerator.mapper.stage.effort import Ceiling, Effort
from py.platforms.accelerator.mapper.stage.entry import Entry
from py.platforms.accelerator.mapper.stage.group import Groups
from py.platforms.accelerator.mapper.stage.leaves import Leaves
from py.platforms.accelerator.mapper.stage.tails import Tails


class Stage:
    """A stage with its groups; it knows ever better what it costs at least."""

    def __init__(self, groups: Groups) -> None:
        self._of = groups
        self._leaves, self._tails = Leaves(groups), Tails(groups)
        self._bound: float | None = None
        self._settled = False

    @cached_property
    def rough(self) -> float:
        """A cost that no entry falls below, known without looking at any."""
        rough = 0.0
        for price, least in zip(self._of.prices, self._of.least_after[0], strict=True):
            rough += price * least
        return rough

    @property
    def most(self) -> float:
        """A cost that no entry exceeds."""
        most = 0.0
        for at, price in enumerate(self._of.prices):
            for group in (*self._of.windows, *self._of.tail):
                column = group.columns[at]
                price *= 1.0 if column is None else max(column, default=1.0)
            most += price
        return most

    @property
    def known(self) -> float:
        """A cost that no entry falls below, as sharp as it is known by now."""
        return self.rough if self._bound is None else self._bound

    def least(self, effort: Effort, most: float = math.inf) -> float:
        """Return the least that any entry costs; infinity if there is none.

        Where that is more than ``most``, a cost above it that no entry falls below is enough.

        Raises:
            EffortSpentError: it was not found with the effort.
        """
        if not self._settled and self.known <= most:
            ceiling, least = Ceiling(most, effort=effort), math.inf
            for entry in self.entries(ceiling):
                if entry.cost < least:
                    least = entry.cost
                    ceiling.value = math.nextafter(least, -math.inf)
            self._settled = least < math.inf or most == math.inf
            self._bound = least if self._settled else math.nextafter(most, math.inf)
        return self.known

    def entries(self, ceiling: Ceiling) -> Iterator[Entry]:
        """Give the entries that cost no more than the ceiling, the cheap ones early.

        Whoever takes them brings the ceiling down to what is still of use.
        """
        for leaf in self._leaves.up_to(ceiling):
            if leaf.bound > ceiling.value:
                return
            yield from self._tails.entries(leaf, ceiling)
