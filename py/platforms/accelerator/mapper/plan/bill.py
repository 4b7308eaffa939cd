"""What a plan costs stage by stage: the outer stages settled, the inner ones at their least.

A flow is a product of shares. Its home is the innermost stage with a share; there it is paid. A
share further out, X, makes it dearer; while the home's part Y is open, the flow costs at least
X * least(Y) + least(X) * (Y - least(Y)). Of this the first stage with a share pays X * least(Y),
the home least(X) * Y, and what was counted twice comes off.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.loops import GROUP_OF, GROUPS, TAIL
from py.platforms.accelerator.mapper.ask.picks import Picked
from py.platforms.accelerator.mapper.plan.columns import Columns
from py.platforms.accelerator.mapper.plan.flows import Flow
from py.platforms.accelerator.mapper.plan.freedom import Freedom
from py.platforms.accelerator.mapper.plan.items import Item, Items
from py.platforms.accelerator.mapper.plan.offers import Given, Offers
from py.platforms.accelerator.mapper.plan.plans import Plan
from py.platforms.accelerator.mapper.stage.choices import Choice
from py.platforms.accelerator.mapper.stage.effort import Effort
from py.platforms.accelerator.mapper.stage.group import Group, Groups
from py.platforms.accelerator.mapper.stage.stage import Stage
from py.platforms.accelerator.nest.dims import PLACE

_PLACES = {group: tuple(PLACE[dim] for dim in group) for group in GROUPS}


class _Owed(NamedTuple):
    """What a stage is about: the prices of all items, those of the stages inside at their least;
    which items are its ``own``, and which ``others`` are paid for outside; what else is certain.
    """

    prices: Sequence[float]
    own: Sequence[int]
    others: Sequence[int]
    constant: float


class _Part(NamedTuple):
    """A stage's choices for a group, and the factors of all items that the stages outside settled;
    None where all are 1.
    """

    group: Group
    factors: Sequence[float] | None


class Bill:
    """The costs of a plan, of which ``rough`` and ``bound`` tell the least."""

    def __init__(
        self, offers: Offers, flows: Sequence[Flow], prices: Sequence[float], plan: Plan
    ) -> None:
        self.offers, self.asked, self.plan = offers, offers.asked, plan
        self._freedom = Freedom(self.asked, plan)
        items = Items(self.asked, plan, self._freedom, flows, prices)
        self._freedom.used = items.used
        self._columns = Columns(self.asked)
        self._constant, self._items = items.constant, items.all
        for item in self._items:
            if len(item.by_stage) > 1:
                item.least.update({stage: self._least(item, stage) for stage in item.by_stage})
        self._owed: dict[int, _Owed] = {}
        self._parts: dict[tuple[int, str, Picked], _Part] = {}
        self._alone = [self._unrestricted(stage) for stage in range(1, self.asked.last + 1)]

    @property
    def rough(self) -> float:
        """A bound below the plan's costs, known without looking at any stage's choices."""
        return self._in_all([stage.rough for stage in self._alone])

    def bound(self, effort: Effort, most: float) -> float:
        """Return a bound below the plan's costs, from the least that each stage pays by itself.

        Where that is more than ``most``, any bound above it is enough.

        Raises:
            EffortSpentError: it was not found with the effort.
        """
        for stage in self._alone:
            bound = self._in_all([own.known for own in self._alone])
            if bound > most:
                return bound
            stage.least(effort, stage.known + (most - bound))
        return self._in_all([stage.known for stage in self._alone])

    def _in_all(self, stages: Sequence[float]) -> float:
        return self._constant + math.fsum(stages) - math.fsum(item.twice for item in self._items)

    def stage(self, number: int, settled: Sequence[Picked]) -> tuple[Stage, float]:
        """Return a stage, those outside it settled, and what everything else costs at least."""
        of = self._owed.get(number)
        if of is None:
            of = self._owed[number] = self._new_owed(number)
        prices, groups = of.prices, list[Group]()
        for group in GROUPS:
            outside = tuple([picked[place] for picked in settled for place in _PLACES[group]])
            part = self._parts.get((number, group, outside))
            if part is None:
                part = self._parts[number, group, outside] = self._new_part(number, group, settled)
            groups.append(part.group)
            if part.factors is not None:
                prices = [a * b for a, b in zip(prices, part.factors, strict=True)]
        rest = [of.constant, *(stage.known for stage in self._alone[number:])]
        rest += [prices[place] for place in of.others]
        return self._stage(number, groups, [prices[place] for place in of.own], settled=True), (
            math.fsum(rest)
        )

    def _new_owed(self, number: int) -> _Owed:
        own, others, prices, constant = [], [], [], [self._constant]
        for place, item in enumerate(self._items):
            price = item.price
            for stage in item.by_stage:
                if number < stage:
                    price *= item.least.get(stage, 1)
            prices.append(price)
            if number in item.by_stage:
                own.append(place)
            elif item.home < number or item.first < number:
                others.append(place)
            if item.home > number:
                constant.append(-item.twice)
        return _Owed(prices, own, others, math.fsum(constant))

    def _new_part(self, number: int, group: str, settled: Sequence[Picked]) -> _Part:
        given = self._freedom.given(number, group, settled)
        own = [item for item in self._items if number in item.by_stage]
        factors = [self._settled(item, group, number, settled) for item in self._items]
        moved = any(factor != 1 for factor in factors)
        return _Part(
            self._group(number, group, own, given, settled=True), factors if moved else None
        )

    def _unrestricted(self, number: int) -> Stage:
        """Return a stage that nothing outside restricts, with what it pays for certain."""
        terms = []
        for item in self._items:
            if number in (item.first, item.home):
                price = item.price
                for stage, least in item.least.items():
                    price *= least if stage != number else 1
                terms.append((price, item))
        groups = [self._freedom.unrestricted(number, group) for group in GROUPS]
        key = (
            *groups,
            *(
                (price, item.flow, item.turned.slide, item.partial, item.by_stage[number])
                for price, item in terms
            ),
        )
        known = self.offers.unrestricted
        if key not in known:
            own = [item for _, item in terms]
            found = [
                self._group(number, group, own, given, settled=False)
                for group, given in zip(GROUPS, groups, strict=True)
            ]
            known[key] = self._stage(number, found, [price for price, _ in terms], settled=False)
        bare: Stage = known[key]
        return bare

    def _group(
        self, number: int, group: str, items: Sequence[Item], given: Given, *, settled: bool
    ) -> Group:
        """Return what a stage may choose for a group, with its factors of the items."""
        choices = self.offers.choices(number, given)
        columns = []
        for item in items:
            own = [share for share in item.by_stage[number] if GROUP_OF[share.loop] == group]
            columns.append(self._columns.column(number, own, item, choices, given) if own else None)
        all_levels = settled and number == self.asked.last
        sizing = self.offers.sizing(number, given, all_levels=all_levels)
        return Group.of(choices, columns, sizing)

    def _stage(
        self, number: int, groups: Sequence[Group], prices: Sequence[float], *, settled: bool
    ) -> Stage:
        asked = self.asked
        all_levels = settled and number == asked.last
        spread = asked.space.spread and number == asked.places.array
        return Stage(
            Groups(
                groups[: len(TAIL)],
                groups[len(TAIL) :],
                tuple(prices),
                asked.holds if all_levels else asked.holds[number - 1 : number],
                asked.machine.axes,
                asked.placing if spread else None,
            )
        )

    def _settled(self, item: Item, group: str, number: int, settled: Sequence[Picked]) -> float:
        """Return the factor of a group in the stages outside, which are settled."""
        factor = 1.0
        array = self.asked.places.array
        for stage, shares in item.by_stage.items():
            if stage >= number:
                break
            own = [share for share in shares if GROUP_OF[share.loop] == group]
            if stage < array <= number:
                own = [share for share in own if share.loop not in item.partial]
            if own:
                given = self._freedom.given(stage, group, settled[: stage - 1])
                picks = tuple(settled[stage - 1][place] for place in _PLACES[group])
                factor *= self._columns.factor(stage, own, item, Choice(picks), given)
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
            given = self._freedom.alone(stage, group)
            choices = self.offers.choices(stage, given)
            least *= min(self._columns.column(stage, own, item, choices, given), default=1.0)
        return least
