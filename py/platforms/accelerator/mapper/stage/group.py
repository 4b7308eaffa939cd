"""A stage's groups of loops: what each may choose, and what it pays for that."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.asked import Holds
from py.platforms.accelerator.mapper.ask.placing import Placing
from py.platforms.accelerator.mapper.ask.spots import Sizes
from py.platforms.accelerator.mapper.stage.choices import Choices
from py.platforms.accelerator.mapper.stage.sizing import Sizing


class Group(NamedTuple):
    """The choices of a loop or window; ``columns`` has for each term of the stage the factors of
    all choices, or None where it has none, ``least`` the least of these; ``sizing`` how large their
    tiles are.
    """

    choices: Choices
    columns: Sequence[list[float] | None]
    least: Sequence[float]
    sizing: Sizing

    @classmethod
    def of(cls, choices: Choices, columns: Sequence[list[float] | None], sizing: Sizing) -> "Group":
        """Return a group with its least factors."""
        least = [1.0 if column is None else min(column, default=1.0) for column in columns]
        return cls(choices, columns, least, sizing)


@dataclass(frozen=True)
class Groups:
    """The groups of a stage: n, m, c and g (``tail``) and the windows, with the ``prices`` of its
    terms, the levels that must hold its tiles (``holds``), and the array's ``axes``.

    A term multiplies its price by the factors of the groups. Of ``tail`` each term has at most one,
    so with the windows settled their costs add up. ``placing`` is there where the space says how
    loops are spread over the PEs of this stage.
    """

    tail: Sequence[Group]
    windows: Sequence[Group]
    prices: tuple[float, ...]
    holds: Sequence[Holds]
    axes: Sizes
    placing: Placing | None

    @cached_property
    def least_after(self) -> list[list[float]]:
        """For each window, and in the end for what is after all, the least factors of each term of
        that group and those after it: first the windows, then the tail.
        """
        running = [1.0] * len(self.prices)
        found = [running]
        for group in reversed((*self.windows, *self.tail)):
            running = [a * b for a, b in zip(running, group.least, strict=True)]
            found.insert(0, running)
        return found
