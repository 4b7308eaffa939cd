"""What a plan costs stage by stage: the outer stages settled, the inner ones at their least.

A flow is a product of shares. Its home is the innermost stage with a share; there it is paid. A
share further out, X, makes it dearer; while the home's part Y is open, the flow costs at least
X * least(Y) + least(X) * (Y - least(Y)). Of this the first stage with a share pays X * least(Y),
the home least(X) * Y, and what was counted twice comes off.
"""

import math
from collections.abc import Sequence

from py.platforms.accelerator.mapper.choices import Choice
from py.platforms.accelerator.mapper.columns import Columns
from py.platforms.accelerator.mapper.effort import Effort
from py.platforms.accelerator.mapper.flows import Flow
from py.platforms.accelerator.mapper.freedom import Freedom
from py.platforms.accelerator.mapper.items import Item, Items
from py.platforms.accelerator.mapper.offers import (
    GROUP_OF,
    GROUPS,
    TAIL,
    Given,
    Offers,
)
from py.platforms.accelerator.mapper.picks import Picked
from py.platforms.accelerator.mapper.plans import Plan
from py.platforms.accelerator.mapper.stage import Group, Stage
from py.platforms.accelerator.nest.dims import PLACE, WINDOWS


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
        rest = [self._constant, *(stage.known for stage in self._alone[number:])]
        groups = {group: self._freedom.given(number, group, settled) for group in GROUPS}
        terms = []
        for item in self._items:
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
        for item in self._items:
            if number in (item.first, item.home):
                price = item.price
                for stage, least in item.least.items():
                    price *= least if stage != number else 1
                terms.append((price, item))
        groups = {group: self._freedom.unrestricted(number, group) for group in GROUPS}
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
            choices = self.offers.choices(number, given)
            columns = []
            for _, item in terms:
                own = [share for share in item.by_stage[number] if GROUP_OF[share.loop] == group]
                columns.append(
                    self._columns.column(number, own, item, choices, given) if own else None
                )
            sizing = self.offers.sizing(number, given, all_levels=all_levels)
            found[group] = Group(choices, tuple(columns), sizing)
        return Stage(
            [found[group] for group in TAIL],
            [found["".join(window)] for window in WINDOWS],
            [price for price, _ in terms],
            asked.holds if all_levels else asked.holds[number - 1 : number],
            asked.machine.axes,
        )

    def _settled(self, item: Item, stage: int, number: int, settled: Sequence[Picked]) -> float:
        """Return the factor of a settled stage."""
        factor = 1.0
        array = self.asked.places.array
        for group in dict.fromkeys(GROUP_OF[share.loop] for share in item.by_stage[stage]):
            own = [share for share in item.by_stage[stage] if GROUP_OF[share.loop] == group]
            if stage < array <= number:
                own = [share for share in own if share.loop not in item.partial]
            given = self._freedom.given(stage, group, settled[: stage - 1])
            picks = tuple(settled[stage - 1][PLACE[dim]] for dim in group)
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
