"""What a stage may choose for each loop or window, given what the stages outside it chose."""

from itertools import product
from typing import Any, Literal, NamedTuple

from py.platforms.accelerator.mapper.ask.asked import Asked
from py.platforms.accelerator.mapper.ask.picks import Pick, Picks, nesting
from py.platforms.accelerator.mapper.stage.choices import Choice, Choices, alone
from py.platforms.accelerator.mapper.stage.sizing import Sizing

_NO_PICK = (None,)


class Around(NamedTuple):
    """What the stages outside chose for a loop, outermost first (None: as the next one), and
    whether this stage must not turn it.
    """

    picks: tuple[Pick | None, ...]
    still: bool

    @property
    def tiles(self) -> int:
        """The tiles that the last of them made."""
        return next((pick.tiles for pick in reversed(self.picks) if pick is not None), 1)


How = Literal["left", "single", "free"]
"""A stage leaves a loop to the next one, must cut it into single elements, or may choose."""

Given = tuple[tuple[str, How, Around | None], ...]
"""For each loop of a group: how free the stage is, and what is around it."""


class Offers:
    """The choices of all stages and their sizes; those asked for once are kept."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._choices: dict[tuple[int, Given], Choices] = {}
        self._of_windows: dict[tuple[object, ...], Choices] = {}
        self._sizings: dict[tuple[int, Given, bool], Sizing] = {}
        self.unrestricted: dict[object, Any] = {}
        """Stages that nothing outside restricts; plans that ask the same share them."""

    def choices(self, stage: int, given: Given) -> Choices:
        """Return what a stage may choose for a group."""
        found = self._choices.get((stage, given))
        if found is None:
            found = self._choices[stage, given] = self._new(stage, given)
        return found

    def sizing(self, stage: int, given: Given, *, all_levels: bool) -> Sizing:
        """Return how large tiles are.

        ``all_levels``: at all levels, as this is the last stage and those around it are given; else
        at its own level.
        """
        key = (stage, given, all_levels)
        found = self._sizings.get(key)
        if found is None:
            asked = self.asked
            found = self._sizings[key] = Sizing(
                asked.problem,
                asked.places,
                stage,
                "".join(dim for dim, _, _ in given),
                self.choices(stage, given),
                tuple(around.picks if around is not None else () for _, _, around in given)
                if all_levels
                else None,
            )
        return found

    def _new(self, stage: int, given: Given) -> Choices:
        picks = tuple(self.picks(stage, dim, how, around) for dim, how, around in given)
        if len(picks) == 1:
            return alone(picks[0])
        key = (given[0][0], *picks)
        found = self._of_windows.get(key)
        if found is None:
            every = product(*(_NO_PICK if own is None else own for own in picks))
            found = self._of_windows[key] = Choices([Choice(chosen) for chosen in every])
        return found

    def picks(self, stage: int, dim: str, how: How, around: Around | None) -> Picks | None:
        """Return what a stage may pick for a loop; None where the next one decides."""
        if how == "left" or self.asked.problem.extent(dim) == 1:
            return None
        found = self.asked.picks(stage, dim)
        if how == "free" and around is None:
            return found
        return nesting(found, how == "single", around and (around.tiles, around.still))
