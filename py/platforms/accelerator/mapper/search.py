"""The search for the best mapping: the cheapest that is still open first, until none is cheaper.

What is open is a plan with its outermost stages settled, and a bound below what it costs however
the other stages are. The lowest bound is looked into first: its next stage is settled in all ways
that are cheap enough, the last one as cheaply as it goes. When the lowest bound is no better than
the best mapping known, that is the best of all. Where the effort is limited and spent before, the
lowest bound says how much better another mapping could be.
"""

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count

from py.errors import JoulegraphError
from py.platforms.accelerator.mapper.ask.asked import Asked, Bits
from py.platforms.accelerator.mapper.ask.picks import Picked
from py.platforms.accelerator.mapper.dive import dive
from py.platforms.accelerator.mapper.found import Delay, Found
from py.platforms.accelerator.mapper.incumbent import Incumbent, Limits
from py.platforms.accelerator.mapper.plan.bill import Bill
from py.platforms.accelerator.mapper.plan.flows import Costs
from py.platforms.accelerator.mapper.side import Side, keepings
from py.platforms.accelerator.mapper.stage.effort import Ceiling, Effort, EffortSpentError
from py.platforms.accelerator.mapper.stage.entry import picked
from py.platforms.accelerator.mapper.stage.stage import Stage
from py.platforms.accelerator.mapper.uncollected import uncollected
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space

STEP = 0.01
"""How much above its bound, relatively, a plan's stage is looked into at a time."""


def best_mapping(
    problem: Problem,
    machine: Machine,
    space: Space,
    bits: Bits,
    costs: Costs,
    *,
    delay_of: Delay | None = None,
    looks: int | None = None,
    known: Found | None = None,
) -> Found:
    """Return the mapping of least energy; of several, one of the least delay.

    ``delay_of`` gives the delay (see ``Delay``), without it that of compute. ``looks`` limits the
    effort, in choices weighed; None is no limit. ``known``: a mapping of the space that was found
    before, to do better than.

    Raises:
        JoulegraphError: ``does-not-fit`` when no mapping of the space fits the machine.
    """
    found, _ = cheapest_within(
        problem,
        machine,
        space,
        bits,
        costs,
        delay_of=delay_of,
        effort=None if looks is None else Effort(looks),
        known=known,
        insist=True,
    )
    if found is None:
        raise JoulegraphError(
            "does-not-fit",
            "No mapping of the dataflow fits the accelerator's memories and array.",
            "Give it more room, or a dataflow that cuts smaller tiles.",
        )
    return found


@uncollected()
def cheapest_within(
    problem: Problem,
    machine: Machine,
    space: Space,
    bits: Bits,
    costs: Costs,
    *,
    delay_of: Delay | None = None,
    most_delay: float = math.inf,
    most_cycles: float = math.inf,
    most_energy: float = math.inf,
    effort: Effort | None = None,
    known: Found | None = None,
    insist: bool = False,
) -> tuple[Found | None, float]:
    """Return the mapping of least energy within limits, and an energy that none falls below.

    The limits are of delay, cycles of compute and energy. The bound is infinite where it is proven
    that there is none. ``insist``: where the effort is spent before any was found, go on until one
    is. The rest as for ``best_mapping``.
    """
    sides = [Side(Asked(problem, machine, space, bits, kept), costs) for kept in keepings(machine)]
    limits = Limits(most_energy, most_delay, min(most_cycles, most_delay))
    return _Search(
        sides, Incumbent(limits, delay_of, known), effort or Effort(), insist=insist
    ).run()


@dataclass(order=True, slots=True)
class _Open:
    """A plan with its outermost stages settled (None: its bound is still the rough one).

    The next stage was looked into up to cost ``floor``; ``step`` is how far it is looked into next.
    """

    bound: float
    number: int
    side: Side = field(compare=False)
    bill: Bill = field(compare=False)
    settled: tuple[Picked, ...] | None = field(compare=False, default=None)
    floor: float = field(compare=False, default=-math.inf)
    step: float = field(compare=False, default=STEP)


class _Search:
    """The search itself: what is open, and the best mapping known."""

    def __init__(
        self,
        sides: Sequence[Side],
        best: Incumbent,
        effort: Effort,
        *,
        insist: bool,
    ) -> None:
        self._sides, self._best = sides, best
        self._effort, self._insist = effort, insist
        self._looked_at = 0
        self._open: list[_Open] = []
        self._numbers = count()

    def run(self) -> tuple[Found | None, float]:
        """Return the best mapping, None if none was found, and a bound below all there are."""
        bills = [(side, bill) for side in self._sides for bill in side.bills]
        deep = any(side.asked.last > 2 for side in self._sides)
        if self._best.found is None and deep:
            free = [own for own in bills if not any(mode.still for mode in own[1].plan.modes)]
            with suppress(EffortSpentError):
                dive(free, self._best.most, self._effort, self._finish)
        for side, bill in bills:
            self._push(side.fixed + bill.rough, side, bill)
        bound = math.inf
        while self._open:
            item = heappop(self._open)
            if not self._best.good(item.bound, 0):
                break
            try:
                self._look_into(item)
            except EffortSpentError:
                if self._best.found is not None or not self._insist:
                    bound = item.bound
                    break
                self._effort.left = math.inf
                heappush(self._open, item)
        best = self._best.found
        if best is None:
            return None, bound
        bound = min(bound, best.energy)
        best = replace(best, value=best.energy, bound=bound, looked_at=self._looked_at)
        return best, bound

    def _look_into(self, item: _Open) -> None:
        """Settle the next stage of what is open."""
        side, bill, settled = item.side, item.bill, item.settled
        if settled is None:
            bound = side.fixed + bill.bound(self._effort, self._best.most - side.fixed)
            if self._best.good(bound, 0) and bound < math.inf:
                self._push(bound, side, bill, ())
            return
        stage, rest = bill.stage(len(settled) + 1, settled)
        rest += side.fixed
        if len(settled) + 1 == side.asked.last:
            self._finish(side, bill, stage, rest, settled)
            return
        ceiling = item.bound - rest + abs(item.bound) * item.step
        found = [
            entry
            for entry in stage.entries(Ceiling(ceiling, effort=self._effort))
            if entry.cost > item.floor
        ]
        for entry in found:
            if self._best.good(rest + entry.cost, 0):
                self._push(rest + entry.cost, side, bill, (*settled, picked(entry.choices)))
        if ceiling < stage.most and self._best.good(rest + ceiling, 0):
            self._push(rest + ceiling, side, bill, settled, ceiling, item.step * 2)

    def _push(
        self,
        bound: float,
        side: Side,
        bill: Bill,
        settled: tuple[Picked, ...] | None = None,
        floor: float = -math.inf,
        step: float = STEP,
    ) -> None:
        heappush(self._open, _Open(bound, next(self._numbers), side, bill, settled, floor, step))

    def _finish(
        self, side: Side, bill: Bill, stage: Stage, rest: float, settled: tuple[Picked, ...]
    ) -> None:
        """Settle the last stage as cheaply as it goes."""
        best = self._best
        effort = Effort() if best.found is None and self._insist else self._effort
        ceiling = Ceiling(cycles=best.limits.cycles, effort=effort)
        best.lower(ceiling, rest)
        for entry in stage.entries(ceiling):
            self._looked_at += 1
            best.arrive(side, bill, (*settled, picked(entry.choices)))
            best.lower(ceiling, rest)
            if best.found is not None:
                effort.left = min(effort.left, self._effort.left)
