"""The search for the best mapping: the cheapest that is still open first, until none is cheaper.

What is open is a plan with its outermost stages settled, and a bound below what it costs however
the other stages are. The lowest bound is looked into first: its next stage is settled in all ways
that are cheap enough, the last one as cheaply as it goes. When the lowest bound is no better than
the best mapping known, that is the best of all. Where the effort is limited and spent before, the
lowest bound says how much better another mapping could be.
"""

import gc
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from py.errors import JoulegraphError
from py.platforms.accelerator.mapper.asked import Asked, Bits
from py.platforms.accelerator.mapper.bill import Bill
from py.platforms.accelerator.mapper.effort import Ceiling, Effort, EffortSpentError
from py.platforms.accelerator.mapper.flows import Costs
from py.platforms.accelerator.mapper.found import Delay, Found
from py.platforms.accelerator.mapper.picks import Picked
from py.platforms.accelerator.mapper.settle import chains_of, cycles_of, mapping_of
from py.platforms.accelerator.mapper.side import Side, keepings
from py.platforms.accelerator.mapper.stage import Entry, Stage, picked
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space

SAME = 1e-12
"""Costs closer than this, relatively, differ by rounding alone."""

STEP = 0.01
"""How much above its bound, relatively, a plan's stage is looked into at a time."""


_WIDTH, _EACH = 8, 4
"""How many partly settled plans the first dive keeps, and how many ways to go on from each."""


def best_mapping(
    problem: Problem,
    machine: Machine,
    space: Space,
    bits: Bits,
    costs: Costs,
    *,
    delay_of: Delay | None = None,
    most_delay: float = math.inf,
    looks: int | None = None,
    known: Found | None = None,
) -> Found:
    """Return the mapping of least energy; of several, one of the least delay.

    ``delay_of`` gives the delay (see ``Delay``), without it that of compute. Mappings with more
    than ``most_delay`` are left out. ``looks`` limits the effort, in choices weighed; None is no
    limit. ``known``: a mapping of the space that was found before, to do better than.

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
        most_delay=most_delay,
        looks=looks,
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


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking for cycles of references: a search makes many objects and none of
    these, and looking took half of its time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_uncollected()
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
    looks: int | None = None,
    known: Found | None = None,
    insist: bool = False,
) -> tuple[Found | None, float]:
    """Return the mapping of least energy within limits, and an energy that none falls below.

    The limits are of delay, cycles of compute and energy. The bound is infinite where it is proven
    that there is none. ``insist``: where the effort is
    spent before any was found, go on until one is. The rest as for ``best_mapping``.
    """
    sides = [Side(Asked(problem, machine, space, bits, kept), costs) for kept in keepings(machine)]
    effort = Effort(math.inf if looks is None else looks)
    limits = _Limits(most_energy, most_delay, min(most_cycles, most_delay))
    return _Search(sides, delay_of, limits, effort, known, insist=insist).run()


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


class _Limits(NamedTuple):
    """What a mapping must not exceed."""

    energy: float
    delay: float
    cycles: float


class _Search:
    """The search itself: what is open, and the best mapping known."""

    def __init__(
        self,
        sides: Sequence[Side],
        delay_of: Delay | None,
        limits: _Limits,
        effort: Effort,
        known: Found | None,
        *,
        insist: bool,
    ) -> None:
        self._sides, self._delay_of, self._limits = sides, delay_of, limits
        self._effort, self._insist = effort, insist
        self._best = known
        self._looked_at = 0
        self._open: list[_Open] = []
        self._waits: dict[tuple[Side, tuple[int, ...]], float] = {}
        """For the words of mappings seen, the delay that they take whatever else."""
        self._numbers = count()

    def run(self) -> tuple[Found | None, float]:
        """Return the best mapping, None if none was found, and a bound below all there are."""
        bills = [(side, bill) for side in self._sides for bill in side.bills]
        deep = any(side.asked.last > 2 for side in self._sides)
        if self._best is None and deep:
            with suppress(EffortSpentError):
                self._dive([own for own in bills if not any(m.still for m in own[1].plan.modes)])
        for side, bill in bills:
            self._push(side.fixed + bill.rough, side, bill)
        bound = math.inf
        while self._open:
            item = heappop(self._open)
            if not self._good(item.bound, 0):
                break
            try:
                self._look_into(item)
            except EffortSpentError:
                if self._best is not None or not self._insist:
                    bound = item.bound
                    break
                self._effort.left = math.inf
                heappush(self._open, item)
        best = self._best
        if best is None:
            return None, bound
        bound = min(bound, best.energy)
        best = replace(best, value=best.energy, bound=bound, looked_at=self._looked_at)
        return best, bound

    def _look_into(self, item: _Open) -> None:
        """Settle the next stage of what is open."""
        side, bill, settled = item.side, item.bill, item.settled
        if settled is None:
            bound = side.fixed + bill.bound(self._effort, self._most - side.fixed)
            if self._good(bound, 0) and bound < math.inf:
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
            if self._good(rest + entry.cost, 0):
                self._push(rest + entry.cost, side, bill, (*settled, picked(entry.choices)))
        if ceiling < stage.most and self._good(rest + ceiling, 0):
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

    def _dive(self, bills: Sequence[tuple[Side, Bill]]) -> None:
        """Settle stage after stage of the most promising plans, a few ways each.

        This gives a mapping to hold all others against, not yet the best.
        """
        beam = [
            _Open(side.fixed + bill.rough, next(self._numbers), side, bill, ())
            for side, bill in bills
        ]
        beam = sorted(beam)[: 2 * _WIDTH]
        for item in beam:
            with suppress(EffortSpentError):
                most = self._most - item.side.fixed
                item.bound = item.side.fixed + item.bill.bound(Effort(self._effort.left), most)
        while beam := [item for item in sorted(beam)[:_WIDTH] if item.bound < math.inf]:
            inside = list[_Open]()
            for item in beam:
                side, bill, settled = item.side, item.bill, item.settled or ()
                stage, rest = bill.stage(len(settled) + 1, settled)
                rest += side.fixed
                if len(settled) + 1 == side.asked.last:
                    self._finish(side, bill, stage, rest, settled)
                    continue
                for entry in _cheapest(stage, _EACH):
                    more = (*settled, picked(entry.choices))
                    inside.append(_Open(rest + entry.cost, next(self._numbers), side, bill, more))
            beam = inside

    def _finish(
        self, side: Side, bill: Bill, stage: Stage, rest: float, settled: tuple[Picked, ...]
    ) -> None:
        """Settle the last stage as cheaply as it goes."""
        effort = Effort() if self._best is None and self._insist else self._effort
        ceiling = Ceiling(cycles=self._limits.cycles, effort=effort)
        self._lower(ceiling, rest)
        for entry in stage.entries(ceiling):
            self._looked_at += 1
            self._arrive(side, bill, (*settled, picked(entry.choices)))
            self._lower(ceiling, rest)
            if self._best is not None:
                effort.left = min(effort.left, self._effort.left)

    def _lower(self, ceiling: Ceiling, rest: float) -> None:
        """Bring the ceiling of a last stage down to what the best mapping known leaves of use."""
        ceiling.value = self._limits.energy - rest
        if self._best is not None:
            same = abs(self._best.energy) * SAME
            ceiling.value = self._best.energy + same - rest
            ceiling.same = self._best.energy - same - rest
            ceiling.faster = self._best.delay

    @property
    def _most(self) -> float:
        """The energy above which no mapping is of use."""
        if self._best is None:
            return self._limits.energy
        return self._best.energy + abs(self._best.energy) * SAME

    def _good(self, energy: float, delay: float) -> bool:
        """Whether a mapping of such energy and delay would be better than the best known."""
        if energy > self._limits.energy or delay > self._limits.delay:
            return False
        if self._best is None:
            return True
        same = abs(self._best.energy) * SAME
        if energy > self._best.energy + same:
            return False
        return energy < self._best.energy - same or delay < self._best.delay

    def _arrive(self, side: Side, bill: Bill, settled: tuple[Picked, ...]) -> None:
        """Take what all stages picked for the best mapping, if it is."""
        chains = chains_of(side.asked, settled)
        cycles, factors = cycles_of(side.asked, chains), side.factors(bill, chains)
        energy = side.energy(factors)
        if not self._good(energy, max(cycles, self._waits.get((side, factors), 0.0))):
            return
        mapping = mapping_of(side.asked, settled, chains, side.orders(bill))
        if mapping is None:
            return
        delay: float = cycles
        if self._delay_of is not None:
            delay, self._waits[side, factors] = self._delay_of(mapping, cycles)
        if self._good(energy, delay):
            self._best = Found(mapping, energy, cycles, delay, energy, -math.inf, 0)


def _cheapest(stage: Stage, number: int) -> list[Entry]:
    """Return so many of a stage's cheapest entries."""
    found: list[Entry] = []
    ceiling = Ceiling()
    for entry in stage.entries(ceiling):
        if entry in found:
            continue
        found = sorted([*found, entry], key=_cost)[:number]
        if len(found) == number:
            ceiling.value = math.nextafter(found[-1].cost, -math.inf)
    return found


def _cost(entry: Entry) -> float:
    return entry.cost
