"""The factors of a group's choices: what an item's shares count in each."""

from collections.abc import Sequence

from py.platforms.accelerator.mapper.ask.asked import Asked
from py.platforms.accelerator.mapper.ask.picks import Pick
from py.platforms.accelerator.mapper.plan.items import Item
from py.platforms.accelerator.mapper.plan.offers import Given
from py.platforms.accelerator.mapper.plan.reach import distinct, least_reach
from py.platforms.accelerator.mapper.plan.shares import Share
from py.platforms.accelerator.mapper.stage.choices import Choice, Choices
from py.platforms.accelerator.nest.dims import WINDOWS


class Columns:
    """Works out columns; choices keep those that were worked out."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def column(
        self, number: int, own: Sequence[Share], item: Item, choices: Choices, given: Given
    ) -> list[float]:
        """Return the factors of all choices of a group."""
        keys = tuple(self._key(number, share, item, given) for share in own)
        found = choices.columns.get(keys)
        if found is None:
            found = [1.0] * len(choices.all)
            for share in own:
                values = self._values(number, share, item, choices, given)
                found = [a * b for a, b in zip(found, values, strict=True)]
            choices.columns[keys] = found
        return found

    def factor(
        self, number: int, own: Sequence[Share], item: Item, choice: Choice, given: Given
    ) -> float:
        """Return the factor of one choice of a group."""
        factor = 1.0
        for share in own:
            if share.how == "stretch":
                factor *= self._stretch(number, choice, item, given)
            else:
                place, how, tiles = self._counting(share, item, given)
                factor *= _counted(choice.picks[place], how, tiles)
        return factor

    def _key(self, number: int, share: Share, item: Item, given: Given) -> tuple[object, ...]:
        """Return what a share's factors depend on beside the choices."""
        if share.how == "stretch":
            return (number, item.flow, item.turned.slide)
        return self._counting(share, item, given)

    def _counting(self, share: Share, item: Item, given: Given) -> tuple[int, str, int | None]:
        """Return the place of a share's loop in its group, how it counts, and in what around."""
        place = [dim for dim, _, _ in given].index(share.loop)
        around = given[place][2]
        tiles = around.tiles if around is not None and share.loop in item.partial else None
        return (place, share.how, tiles)

    def _values(
        self, number: int, share: Share, item: Item, choices: Choices, given: Given
    ) -> Sequence[float]:
        """Return what a share counts in all choices of a group."""
        if share.how == "stretch":
            return [self._stretch(number, choice, item, given) for choice in choices.all]
        place, how, tiles = self._counting(share, item, given)
        return [_counted(choice.picks[place], how, tiles) for choice in choices.all]

    def _stretch(self, number: int, choice: Choice, item: Item, given: Given) -> int:
        asked = self._asked
        letters = (given[0][0], given[1][0])
        axis = WINDOWS.index(letters)
        outs, taps = asked.problem.extent(letters[0]), asked.problem.extent(letters[1])
        out, tap = choice.picks
        slide, own_turns = None, True
        if item.flow.halo_kept and item.turned.slide is not None:
            loop, boundary = item.turned.slide
            if loop in letters:
                slide = letters.index(loop)
                own_turns = asked.places.stage(boundary) == number
        end = asked.places.levels if item.flow.every_turn else item.flow.level
        if end != number and item.flow.together:
            own_turns = own_turns and slide is None
        if not own_turns:
            return distinct(asked.windows[axis], outs, taps)
        return least_reach(
            asked.windows[axis],
            (outs, taps),
            (out, tap),
            real=number == asked.last,
            own=end == number,
            over_pes=number == asked.places.array,
            together=item.flow.together,
            slide=slide,
        )


def _counted(pick: Pick | None, how: str, around: int | None) -> float:
    """Return what a share counts; ``around``: tiles outside, where the last goes over fewer PEs."""
    if pick is None:
        return 1
    if how == "pes":
        if around is None:
            return pick.pes
        per_tile = -(-pick.outer // around) * pick.pes
        return (around - 1) * pick.pes + min(pick.pes, pick.tiles - (around - 1) * per_tile)
    if how == "tiles":
        return pick.tiles
    return pick.outer if how == "outer" else 1 / pick.pes
