"""Which rows of a group cost least and most."""

from dataclasses import dataclass

from py.sweep.summary.collected import Collected, Places
from py.sweep.summary.groups import Group

MOST_RANKED = 10


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The ``least`` costly rows from the least on, the ``most`` costly from the most down.

    Where few are ranked ``least`` has all of them and ``most`` none. ``of`` is how many are ranked.
    """

    least: Places
    most: Places
    of: int


def ranking_of(collected: Collected, group: Group, most: int = MOST_RANKED) -> Ranking:
    """Return the first and the last of a group; rows that cost the same go by model."""
    order = collected.in_order(group.ranked, group.costs.values)
    if len(order) <= 2 * most:
        return Ranking(order, order[:0], len(order))
    return Ranking(order[:most], order[::-1][:most], len(order))
