"""What a stage does, once all is chosen."""

from collections.abc import Sequence
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.loops import GROUPS
from py.platforms.accelerator.mapper.ask.picks import Picked
from py.platforms.accelerator.mapper.stage.choices import Choice
from py.platforms.accelerator.nest.dims import DIMS

_PLACES = [[dim for group in GROUPS for dim in group].index(dim) for dim in DIMS]


class Entry(NamedTuple):
    """What a stage does: the choices of n, m, c, g and the windows, and what it pays for them."""

    cost: float
    choices: tuple[Choice, ...]


def picked(choices: Sequence[Choice]) -> Picked:
    """Return what was picked by choices of all groups, in the order of ``DIMS``."""
    picks = [pick for choice in choices for pick in choice.picks]
    return tuple([picks[place] for place in _PLACES])
