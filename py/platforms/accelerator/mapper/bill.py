"""What a plan costs stage by stage: the outer stages settled, the inner ones at their least.

A flow is a product of shares. Its home is the innermost stage with a share; there it is paid. A
share further out, X, makes it dearer; while the home's part Y is open, the flow costs at least
X * least(Y) + least(X) * (Y - least(Y)). Of this the first stage with a share pays X * least(Y),
the home least(X) * Y, and what was counted twice comes off.
"""

import math
from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.mapper.factors import counting
from py.platforms.accelerator.mapper.flows import Flow
from py.platforms.accelerator.mapper.modes import Turned
from py.platforms.accelerator.mapper.offers import (
    GROUP_OF,
    GROUPS,
    TAIL,
    Around,
    Choice,
    Choices,
    Given,
    How,
    Offers,
)
from py.platforms.accelerator.mapper.picks import Pick
from py.platforms.accelerator.mapper.plans import Plan
from py.platforms.accelerator.mapper.reach import distinct, least_reach
from py.platforms.accelerator.mapper.shares import Share, shares
from py.platforms.accelerator.mapper.stage import Effort, Group, Stage
from py.platforms.accelerator.nest.dims import DIMS, PLACE, WINDOWS
from py.platforms.accelerator.nest.stretch import stretches

Picked = tuple[Pick | None, ...]
"""A pick for each loop, in the order of ``DIMS``; None where the next stage decides."""


_ALL = Around((), still=True)
"""All of a loop in one tile."""


class Item(NamedTuple):
    """A flow, its price in all, its shares by stage, outermost first, and, of several, their
    least factors.

    ``partial``: loops whose tiles outside the array and PEs inside it are not a plain product, as
    the last tile may go over fewer PEs.
    """

    flow: Flow
    turned: Turned
    price: float
    by_stage: dict[int, tuple[Share, ...]]
    partial: str
    least: dict[int, float]

    @property
    def first(self) -> int:
        return next(iter(self.by_stage))

    @property
    def home(self) -> int:
        return next(reversed(self.by_stage))

    @property
    def twice(self) -> float:
        """What first stage and home pay both."""
        return self.price * prod(self.least.values()) if len(self.by_stage) > 1 else 0.0


class Bill:
    """The costs of a plan, of which ``rough`` and ``bound`` tell the least."""

    def __init__(
        self, offers: Offers, flows: Sequence[Flow], prices: Sequence[float], plan: Plan
    ) -> None:
        self.offers, self.asked, self.plan = offers, offers.asked, plan
        self.constant = 0.0
        self._still = {dim: self._stays(dim) for dim in DIMS}
        self._decided: dict[tuple[int, str], bool] = {}
        self.items: list[Item] = []
        for flow, price in zip(flows, prices, strict=True):
            self._add(flow, price)
        self._used = {
            (stage, dim)
            for item in self.items
            for stage, of_stage in item.by_stage.items()
            for share in of_stage
            for dim in (GROUP_OF[share.loop] if share.how == "stretch" else share.loop)
        }
        for item in self.items:
            if len(item.by_stage) > 1:
                item.least.update({stage: self._least(item, stage) for stage in item.by_stage})
        self._alone = [self._unrestricted(stage) for stage in range(1, self.asked.last + 1)]

    @property
    def rough(self) -> float:
        """A bound below the plan's costs, known without looking at any stage's choices."""
        return self._in_all([stage.rough for stage in self._alone])

    def bound(self, effort: Effort) -> float:
        """Return a bound below the plan's costs, from the least that each stage pays by itself.

        Raises:
            EffortSpentError: it was not found with the effort.
        """
        return self._in_all([stage.least(effort) for stage in self._alone])

    def _in_all(self, stages: Sequence[float]) -> float:
        return self.constant + math.fsum(stages) - math.fsum(item.twice for item in self.items)

    def stage(self, number: int, settled: Sequence[Picked]) -> tuple[Stage, float]:
        """Return a stage, those outside it settled, and what everything else costs at least."""
        rest = [self.constant, *(stage.least(Effort()) for stage in self._alone[number:])]
        groups = {group: self._given(number, group, settled) for group in GROUPS}
        terms = []
        for item in self.items:
            price = item.price
            for stage in item.by_stage:
                if stage < number:
                    price *= self._settled(item, stage, number, settled)
                elif number < stage:
                    price *= item.least.get(stage, 1)
            if number in item.by_stage:
                terms.append((price, item))
            elif item.home < number or item.first < number:
                rest.append(price)
            if item.home > number:
                rest.append(-item.twice)
        return self._stage(number, terms, groups, settled=True), math.fsum(rest)

    def _unrestricted(self, number: int) -> Stage:
        """Return a stage that nothing outside restricts, with what it pays for certain."""
        terms = []
        for item in self.items:
            if number in (item.first, item.home):
                price = item.price
                for stage, least in item.least.items():
                    price *= least if stage != number else 1
                terms.append((price, item))
        groups: dict[str, Given] = {}
        for group in GROUPS:
            groups[group] = tuple(
                (dim, self._how(number, dim), self._from_bound(number, dim)) for dim in group
            )
        key = (
            tuple(groups.values()),
            *(
                (price, item.flow, item.turned.slide, item.partial, item.by_stage[number])
                for price, item in terms
            ),
        )
        known = self.offers.unrestricted
        if key not in known:
            known[key] = self._stage(number, terms, groups, settled=False)
        found: Stage = known[key]
        return found

    def _stage(
        self,
        number: int,
        terms: Sequence[tuple[float, Item]],
        groups: dict[str, Given],
        *,
        settled: bool,
    ) -> Stage:
        asked = self.asked
        all_levels = settled and number == asked.last
        found = {}
        for group, given in groups.items():
            choices = self.offers.choices(number, given, all_levels=all_levels)
            columns = []
            for _, item in terms:
                own = [share for share in item.by_stage[number] if GROUP_OF[share.loop] == group]
                columns.append(self._column(number, own, item, choices, given) if own else None)
            found[group] = Group(choices, tuple(columns))
        return Stage(
            [found[group] for group in TAIL],
            [found["".join(window)] for window in WINDOWS],
            [price for price, _ in terms],
            asked.holds if all_levels else asked.holds[number - 1 : number],
            asked.machine.axes,
        )

    def _given(self, number: int, group: str, settled: Sequence[Picked]) -> Given:
        found = []
        for dim in group:
            outside = tuple(picked[PLACE[dim]] for picked in settled)
            found.append((dim, self._how(number, dim), Around(outside, self._asks(dim, outside))))
        return tuple(found)

    def _asks(self, dim: str, outside: Picked) -> bool:
        """Whether the tiles of the next stage that decides must be those outside."""
        decided = [stage for stage, pick in enumerate(outside, 1) if pick is not None]
        return self._still[dim][decided[-1] + 1 if decided else 1]

    def _from_bound(self, number: int, dim: str) -> Around | None:
        """Return what is around where nothing else can be: the loop's bound."""
        if not self._still[dim][1]:
            return None
        if any(not self._left(before, dim) for before in range(1, number)):
            return None
        return _ALL

    def _column(
        self, number: int, own: Sequence[Share], item: Item, choices: Choices, given: Given
    ) -> list[float]:
        """Return the factors of all choices of a group."""
        keys = tuple(self._key(share, item, given) for share in own)
        found = choices.columns.get(keys)
        if found is None:
            found = [1.0] * len(choices.all)
            for share, key in zip(own, keys, strict=True):
                values = self._values(number, share, key, item, choices, given)
                found = [a * b for a, b in zip(found, values, strict=True)]
            choices.columns[keys] = found
        return found

    def _key(self, share: Share, item: Item, given: Given) -> tuple[object, ...]:
        """Return what a share's factors depend on beside the choices."""
        if share.how == "stretch":
            return (item.flow, item.turned.slide)
        place = [dim for dim, _, _ in given].index(share.loop)
        around = given[place][2]
        tiles = around.tiles if around is not None and share.loop in item.partial else None
        return (place, share.how, tiles)

    def _values(
        self,
        number: int,
        share: Share,
        key: tuple[object, ...],
        item: Item,
        choices: Choices,
        given: Given,
    ) -> Sequence[float]:
        """Return what a share counts in all choices of a group."""
        if share.how == "stretch":
            return [self._stretch(number, choice, item, given) for choice in choices.all]
        place = [dim for dim, _, _ in given].index(share.loop)
        tiles = key[2]
        assert tiles is None or isinstance(tiles, int)
        return [_counted(choice.picks[place], share.how, tiles) for choice in choices.all]

    def _stretch(self, number: int, choice: Choice, item: Item, given: Given) -> int:
        asked = self.asked
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

    def _settled(self, item: Item, stage: int, number: int, settled: Sequence[Picked]) -> float:
        """Return the factor of a settled stage."""
        factor = 1.0
        array = self.asked.places.array
        for group in dict.fromkeys(GROUP_OF[share.loop] for share in item.by_stage[stage]):
            own = [share for share in item.by_stage[stage] if GROUP_OF[share.loop] == group]
            if stage < array <= number:
                own = [share for share in own if share.loop not in item.partial]
            given = self._given(stage, group, settled[: stage - 1])
            picks = tuple(settled[stage - 1][PLACE[dim]] for dim in group)
            (value,) = self._column(stage, own, item, Choices([Choice(picks, (), ())]), given)
            factor *= value
        return factor

    def _least(self, item: Item, stage: int) -> float:
        """Return the least factor of a stage; loops that are no plain product count as one."""
        least = 1.0
        for group in dict.fromkeys(GROUP_OF[share.loop] for share in item.by_stage[stage]):
            own = [
                share
                for share in item.by_stage[stage]
                if GROUP_OF[share.loop] == group and share.loop not in item.partial
            ]
            given: Given = tuple((dim, self._how(stage, dim), None) for dim in group)
            choices = self.offers.choices(stage, given, all_levels=False)
            least *= min(self._column(stage, own, item, choices, given), default=1.0)
        return least

    def _stays(self, dim: str) -> tuple[bool, ...]:
        """Whether each stage must not have a loop; the first entry stands for no stage."""
        asked, modes = self.asked, self.plan.modes
        return (
            False,
            *(
                asked.rule(stage, dim) == "whole"
                or (stage <= len(modes) and dim in modes[stage - 1].still)
                for stage in range(1, asked.places.levels + 1)
            ),
        )

    def _merged(self, stage: int, dim: str) -> bool:
        """Whether the next stage decides a level's tile, as it must not turn the loop."""
        asked = self.asked
        return (
            dim in TAIL
            and stage not in (asked.places.array, asked.last)
            and asked.rule(stage, dim) != "one"
            and self._still[dim][stage + 1]
        )

    def _left(self, stage: int, dim: str) -> bool:
        """Whether a stage leaves a loop to the next: it must, or its tile costs nothing there."""
        found = self._decided.get((stage, dim))
        if found is None:
            found = self._decided[stage, dim] = self._leaves(stage, dim)
        return found

    def _leaves(self, stage: int, dim: str) -> bool:
        if self._merged(stage, dim):
            return True
        asked = self.asked
        if stage == asked.places.array or (stage, dim) in self._used:
            return False
        if asked.rule(stage, dim) == "one" or (stage == asked.last and self._ends_still(dim)):
            return False
        return not self._still[dim][stage]

    def _how(self, stage: int, dim: str) -> How:
        """Return how free a stage is with a loop."""
        if dim not in self.asked.long:
            return "free"
        if self._left(stage, dim):
            return "left"
        return "single" if stage == self.asked.last and self._ends_still(dim) else "free"

    def _ends_still(self, dim: str) -> bool:
        asked = self.asked
        return asked.last < asked.places.levels and self._still[dim][asked.places.levels]

    def _add(self, flow: Flow, price: float) -> None:
        asked = self.asked
        turned = self.plan.turned[min(flow.level, len(self.plan.turned)) - 1]
        by_stage: dict[int, list[Share]] = {}
        found = shares(flow.tensor, counting(flow, turned, asked.places), asked.places, asked.long)
        if flow.tensor == "ifmap":
            for window, (out, tap) in zip(asked.windows, WINDOWS, strict=True):
                if out not in asked.long and tap not in asked.long:
                    price *= stretches(window, (1,), (1,))
        moved = self._moved(found)
        if price < 0:
            self.constant += price * prod(self._most(share) for share in moved)
            return
        for share in moved:
            if share.stage > asked.last:
                price *= self._at_macs(share)
            else:
                by_stage.setdefault(share.stage, []).append(share)
        if not by_stage:
            self.constant += price
            return
        over = {share.loop for share in moved if share.how == "pes"}
        partial = "".join(sorted({share.loop for share in moved if share.how == "tiles"} & over))
        ordered = {stage: tuple(by_stage[stage]) for stage in sorted(by_stage)}
        self.items.append(Item(flow, turned, price, ordered, partial, {}))

    def _moved(self, given: Sequence[Share]) -> list[Share]:
        """Return shares with those of merged tiles at the stage that decides on them."""
        asked = self.asked
        found = []
        for share in given:
            stage, loop, how = share
            while how == "tiles" and stage < asked.last and self._merged(stage, loop):
                stage += 1
                how = "outer" if stage == asked.places.array else "tiles"
            found.append(Share(stage, loop, how))
        whole = {share.loop for share in found if share.how == "outer"}
        whole &= {share.loop for share in found if share.how == "pes"}
        return [
            share._replace(how="tiles") if share.loop in whole and share.how == "outer" else share
            for share in found
            if share.how != "pes" or share.loop not in whole
        ]

    def _at_macs(self, share: Share) -> int:
        """Return the factor of a share where tiles are single MACs."""
        problem = self.asked.problem
        if share.how != "stretch":
            return problem.extent(share.loop)
        out, tap = tuple(GROUP_OF[share.loop])
        outs, taps = problem.extent(out), problem.extent(tap)
        window = self.asked.windows[WINDOWS.index((out, tap))]
        if any(turned.slide for turned in self.plan.turned):
            return distinct(window, outs, taps)
        return stretches(window, (outs, 1), (taps, 1))

    def _most(self, share: Share) -> int:
        """Return a factor that no mapping exceeds."""
        problem = self.asked.problem
        if share.how != "stretch":
            return problem.extent(share.loop) if share.how != "per_pe" else 1
        out, tap = tuple(GROUP_OF[share.loop])
        outs, taps = problem.extent(out), problem.extent(tap)
        axis = WINDOWS.index((out, tap))
        stride, dilation = problem.stride[axis], problem.dilation[axis]
        return max(
            b * stride * (outs - a) + a * dilation * (taps - b) + a * b
            for a in (1, outs)
            for b in (1, taps)
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
