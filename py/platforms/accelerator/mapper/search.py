"""The search for the best mapping: the cheapest that is still open first, until none is cheaper.

What is open is a plan with its outermost stages settled, and a bound below what it costs however
the other stages are. The lowest bound is looked into first: its next stage is settled in all ways
that are cheap enough, the last one as cheaply as it goes. When the lowest bound is no better than
the best mapping known, that is the best of all.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, product
from math import prod

from py.errors import JoulegraphError
from py.platforms.accelerator.mapper.asked import Asked, Bits
from py.platforms.accelerator.mapper.bill import Bill, Picked
from py.platforms.accelerator.mapper.factors import Factors, counting
from py.platforms.accelerator.mapper.flows import Costs, Kept, flows_of
from py.platforms.accelerator.mapper.modes import Mode
from py.platforms.accelerator.mapper.offers import GROUPS, TAIL, Offers
from py.platforms.accelerator.mapper.picks import Pick
from py.platforms.accelerator.mapper.plans import plans
from py.platforms.accelerator.mapper.settle import Chains, chains_of, cycles_of, mapping_of
from py.platforms.accelerator.mapper.stage import Ceiling, Entry, Stage
from py.platforms.accelerator.nest.dims import DIMS, REUSED_BY, TENSORS, WINDOWS
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space
from py.platforms.accelerator.nest.turns import turns

SAME = 1e-12
"""Costs closer than this, relatively, differ by rounding alone."""

STEP = 0.01
"""How much above its bound, relatively, a plan's stage is looked into at a time."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best mapping, its energy, its cycles of compute, and how many choices were looked at."""

    mapping: Mapping
    energy: float
    cycles: int
    looked_at: int


def best_mapping(
    problem: Problem, machine: Machine, space: Space, bits: Bits, costs: Costs
) -> Found:
    """Return the mapping of least energy; of several, one of the fewest cycles.

    Raises:
        JoulegraphError: ``does-not-fit`` when no mapping of the space fits the machine.
    """
    best: Found | None = None
    looked_at = 0
    for kept in _keepings(machine):
        search = _Search(Asked(problem, machine, space, bits, kept), costs, best)
        best = search.run()
        looked_at += search.looked_at
    if best is None:
        raise JoulegraphError(
            "does-not-fit",
            "No mapping of the dataflow fits the accelerator's memories and array.",
            "Give it more room, or a dataflow that cuts smaller tiles.",
        )
    return Found(best.mapping, best.energy, best.cycles, looked_at)


def _keepings(machine: Machine) -> Iterator[Kept]:
    """Give who may keep what: one entry for each level but the outermost."""
    may = {"kept": (True,), "bypassed": (False,), "either": (True, False)}
    levels = [
        [entry for entry in product(*(may[keeps] for keeps in memory.keeps)) if any(entry)]
        for memory in machine.memories[1:]
    ]
    for kept in product(*levels):
        yield tuple((weight, ifmap, ofmap) for weight, ifmap, ofmap in kept)


class _Search:
    """The search with what each level keeps settled."""

    def __init__(self, asked: Asked, costs: Costs, best: Found | None) -> None:
        self.asked, self.best, self.looked_at = asked, best, 0
        problem, places = asked.problem, asked.places
        self.flows, constant = flows_of(asked.machine, asked.kept, costs)
        self.fixed = constant.per_mac * problem.macs
        self.fixed += constant.per_output * problem.elements("ofmap")
        plain = prod(problem.extent(dim) for dim in "ngc")
        self.prices = [
            flow.price * (plain if flow.tensor == "ifmap" else problem.elements(flow.tensor))
            for flow in self.flows
        ]
        self.factors = Factors(problem, asked.machine, places)
        stages = places.levels
        if places.array < stages and not any(
            flow.level == stages and not flow.every_turn for flow in self.flows
        ):
            stages -= 1  # whatever is inside, MACs cost the same
        self.plans = plans(asked.space, places, self.flows, stages, asked.long)

    def run(self) -> Found | None:
        """Return the best mapping, which may be the best known before."""
        offers = Offers(self.asked)
        waiting: list[tuple[float, int, Bill, tuple[Picked, ...], float, float]] = []
        order = count()
        for plan in self.plans:
            bill = Bill(offers, self.flows, self.prices, plan)
            bound = self.fixed + bill.bound
            if bound < math.inf:
                heappush(waiting, (bound, next(order), bill, (), -math.inf, STEP))
        while waiting:
            bound, _, bill, settled, floor, step = heappop(waiting)
            if not self.good(bound, 1):
                break
            number = len(settled) + 1
            stage, rest = bill.stage(number, settled)
            rest += self.fixed
            if number == self.asked.last:
                self._finish(bill, stage, rest, settled)
                continue
            ceiling = bound - rest + abs(bound) * step
            entries = [e for e in stage.entries(Ceiling(ceiling)) if e.cost > floor]
            self.looked_at += len(entries)
            for entry in entries:
                if self.good(rest + entry.cost, 1):
                    more = (*settled, picked(entry))
                    heappush(waiting, (rest + entry.cost, next(order), bill, more, -math.inf, STEP))
            if ceiling < stage.most and self.good(rest + ceiling, 1):
                heappush(waiting, (rest + ceiling, next(order), bill, settled, ceiling, step * 2))
        return self.best

    def _finish(self, bill: Bill, stage: Stage, rest: float, settled: tuple[Picked, ...]) -> None:
        """Settle the last stage as cheaply as it goes."""
        ceiling = Ceiling(self._room(rest))
        for entry in stage.entries(ceiling):
            self.looked_at += 1
            self._arrive(bill, (*settled, picked(entry)))
            ceiling.value = self._room(rest)

    def _room(self, rest: float) -> float:
        if self.best is None:
            return math.inf
        return self.best.energy + abs(self.best.energy) * SAME - rest

    def good(self, energy: float, cycles: int) -> bool:
        """Whether a mapping of such energy and cycles would be better than the best known."""
        if self.best is None:
            return True
        same = abs(self.best.energy) * SAME
        if energy > self.best.energy + same:
            return False
        return energy < self.best.energy - same or cycles < self.best.cycles

    def _arrive(self, bill: Bill, settled: tuple[Picked, ...]) -> None:
        """Take what all stages picked for the best mapping, if it is."""
        asked = self.asked
        chains = chains_of(asked, settled)
        cycles, energy = cycles_of(asked, chains), self._energy(bill, chains)
        if not self.good(energy, cycles):
            return
        orders = [mode.order for mode in bill.plan.modes]
        for demanded in asked.space.stationary[len(orders) :]:
            orders.append(Mode(demanded or TENSORS[0]).order)
        mapping = mapping_of(asked, settled, chains, tuple(orders))
        if mapping is not None:
            self.best = Found(mapping, energy, cycles, 0)

    def _energy(self, bill: Bill, chains: Chains) -> float:
        energy, array = self.fixed, self.asked.places.array
        for flow, price in zip(self.flows, self.prices, strict=True):
            turned = bill.plan.turned[min(flow.level, len(bill.plan.turned)) - 1]
            end, counted, inside, together = counting(flow, turned, self.asked.places)
            factor = 1
            for dim in REUSED_BY[flow.tensor]:
                if dim in TAIL:
                    chain = chains[dim][: end + 1]
                    factor *= turns(chain, counted, array=array, inside=inside, together=together)
            for axis, (out, tap) in enumerate(WINDOWS):
                factor *= self.factors.of(flow, axis, chains[out], chains[tap], turned)
            energy += price * factor
        return energy


def picked(entry: Entry) -> Picked:
    """Return the picks of an entry in the order of ``DIMS``."""
    found: dict[str, Pick | None] = {}
    for group, choice in zip(GROUPS, entry.choices, strict=True):
        found.update(zip(group, choice.picks, strict=True))
    return tuple(found[dim] for dim in DIMS)
