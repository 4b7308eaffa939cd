"""The flows of a plan with what each stage pays for them."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.asked import Asked
from py.platforms.accelerator.mapper.ask.loops import GROUP_OF
from py.platforms.accelerator.mapper.plan.factors import counting
from py.platforms.accelerator.mapper.plan.flows import Flow
from py.platforms.accelerator.mapper.plan.freedom import Freedom
from py.platforms.accelerator.mapper.plan.modes import Turned
from py.platforms.accelerator.mapper.plan.plans import Plan
from py.platforms.accelerator.mapper.plan.reach import distinct
from py.platforms.accelerator.mapper.plan.shares import Share, shares
from py.platforms.accelerator.nest.dims import WINDOWS
from py.platforms.accelerator.nest.stretch import stretches


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


class Items:
    """The items of a plan, and ``constant``: what flows cost that no choice changes."""

    def __init__(
        self,
        asked: Asked,
        plan: Plan,
        freedom: Freedom,
        flows: Sequence[Flow],
        prices: Sequence[float],
    ) -> None:
        self._asked, self._plan, self._freedom = asked, plan, freedom
        self.constant = 0.0
        self.all: list[Item] = []
        for flow, price in zip(flows, prices, strict=True):
            self._add(flow, price)

    @property
    def used(self) -> set[tuple[int, str]]:
        """The stages and loops whose tiles or PEs cost anything.

        Where a window slides, it does so within the tile around: that one too.
        """
        found = {
            (stage, dim)
            for item in self.all
            for stage, of_stage in item.by_stage.items()
            for share in of_stage
            for dim in (GROUP_OF[share.loop] if share.how == "stretch" else share.loop)
        }
        for item in self.all:
            if item.flow.halo_kept and item.turned.slide is not None:
                loop, boundary = item.turned.slide
                found.add((self._asked.places.stage(boundary) - 1, loop))
        return found

    def _add(self, flow: Flow, price: float) -> None:
        asked = self._asked
        turned = self._plan.turned[min(flow.level, len(self._plan.turned)) - 1]
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
        self.all.append(Item(flow, turned, price, ordered, partial, {}))

    def _moved(self, given: Sequence[Share]) -> list[Share]:
        """Return shares with those of merged tiles at the stage that decides on them."""
        asked = self._asked
        found = []
        for share in given:
            stage, loop, how = share
            while how == "tiles" and stage < asked.last and self._freedom.merged(stage, loop):
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
        problem = self._asked.problem
        if share.how != "stretch":
            return problem.extent(share.loop)
        out, tap = tuple(GROUP_OF[share.loop])
        outs, taps = problem.extent(out), problem.extent(tap)
        window = self._asked.windows[WINDOWS.index((out, tap))]
        if any(turned.slide for turned in self._plan.turned):
            return distinct(window, outs, taps)
        return stretches(window, (outs, 1), (taps, 1))

    def _most(self, share: Share) -> int:
        """Return a factor that no mapping exceeds."""
        problem = self._asked.problem
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
