"""The search for the best mapping: orders, then windows, then the other loops."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from py.errors import JoulegraphError
from py.platforms.accelerator.mapper.chains import Chain, Tiling, chains, counts
from py.platforms.accelerator.mapper.factors import Factors, counting
from py.platforms.accelerator.mapper.flows import Costs, Flow, Kept, flows_of
from py.platforms.accelerator.mapper.modes import Mode, Turned
from py.platforms.accelerator.mapper.places import Places
from py.platforms.accelerator.mapper.plans import Plan, plans
from py.platforms.accelerator.mapper.tail import (
    SAME,
    TAIL,
    TENSOR_OF,
    Judge,
    Loop,
    Room,
    Settled,
    completions,
)
from py.platforms.accelerator.mapper.windows import Pane, together
from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, TENSORS, WINDOWS, sizes
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space

Bits = tuple[int, int, int]
"""Bits of a weight, an ifmap value and a psum."""


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
        search = _Search(problem, machine, space, bits, costs, kept, best)
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

    def __init__(
        self,
        problem: Problem,
        machine: Machine,
        space: Space,
        bits: Bits,
        costs: Costs,
        kept: Kept,
        best: Found | None,
    ) -> None:
        self.problem, self.machine, self.space = problem, machine, space
        self.bits, self.kept, self.best = bits, kept, best
        self.places = Places.of(machine)
        self.factors = Factors(problem, machine, self.places)
        self.flows, constant = flows_of(machine, kept, costs)
        self.fixed = constant.per_mac * problem.macs
        self.fixed += constant.per_output * problem.elements("ofmap")
        self.stages = self.places.levels
        if self.places.array < self.stages and not any(
            flow.level == self.stages and not flow.every_turn for flow in self.flows
        ):
            self.stages -= 1  # whatever is inside, MACs cost the same
        self.tilings = {dim: Tiling.of(machine, space, dim, self._room_of(dim)) for dim in DIMS}
        self._checks = [
            (memory, (keeps[0] * bits[0], keeps[1] * bits[1], keeps[2] * bits[2]))
            for memory, keeps in zip(machine.memories[1:], kept, strict=True)
        ]
        self.looked_at = 0

    def run(self) -> Found | None:
        """Return the best mapping, which may be the best known before."""
        long = "".join(dim for dim in DIMS if self.problem.extent(dim) > 1)
        found = plans(self.space, self.places, self.flows, self.stages, long)
        ordered = []
        for plan in found:
            search = _OfPlan(self, plan)
            bound = search.bound()
            if bound is not None:
                ordered.append((bound, search))
        for bound, search in sorted(ordered, key=lambda entry: entry[0]):
            if self.good(bound, 1):
                search.run()
        return self.best

    def good(self, energy: float, cycles: int) -> bool:
        """Whether a mapping of such energy and cycles would be better than the best known."""
        if self.best is None:
            return True
        if energy > self.best.energy * (1 + SAME):
            return False
        return energy < self.best.energy * (1 - SAME) or cycles < self.best.cycles

    def _room_of(self, dim: str) -> tuple[int, ...]:
        """Return for each level but the outermost the most elements along a loop that fit."""
        rooms = []
        for memory, kept in zip(self.machine.memories[1:], self.kept, strict=True):
            most = self.problem.extent(dim)
            for place, tensor in enumerate(TENSORS):
                if not kept[place] or dim not in DEPENDS[tensor]:
                    continue
                for room in (memory.bits, memory.bits_of[place]):
                    if room is not None:
                        most = min(most, room // self.bits[place] // (2 if memory.double else 1))
            rooms.append(most)
        return tuple(rooms)

    def arrive(self, plan: Plan, cost: float, cycles: int, chains: dict[str, Chain]) -> None:
        """Take chains for the best mapping."""
        tiles = tuple(
            sizes(**{dim: chains[dim].sizes[self.places.tile(level)] for dim in DIMS})
            for level in range(1, self.places.levels)
        )
        along = tuple(
            sizes(**{dim: chains[dim].factors[axis] for dim in DIMS})
            for axis in range(len(self.machine.axes))
        )
        orders = [mode.order for mode in plan.modes]
        for demanded in self.space.stationary[len(orders) :]:
            orders.append(Mode(demanded or TENSORS[0]).order)
        self.best = Found(
            Mapping(tiles, along, tuple(orders), self.kept), self.fixed + cost, cycles, 0
        )

    def holds(self, level: int, weight: int, ifmap: int, ofmap: int) -> bool:
        """Return whether a memory level, by its place inside the outermost, holds such tiles."""
        memory, (w, i, o) = self._checks[level]
        return memory.holds((weight * w, ifmap * i, ofmap * o))

    def fits(self, room: Room) -> bool:
        """Return whether all levels hold tiles of so many elements."""
        return all(self.holds(level, *tiles) for level, tiles in enumerate(room))

    def ceiling(self) -> float:
        """Return the energy up to which a mapping is of use, but for what is fixed."""
        return math.inf if self.best is None else self.best.energy * (1 + SAME) - self.fixed


class _OfPlan:
    """The search with the orders settled too."""

    def __init__(self, search: _Search, plan: Plan) -> None:
        self.search, self.plan = search, plan
        self.tilings = {
            dim: replace(tiling, still=plan.still(dim)) for dim, tiling in search.tilings.items()
        }
        problem = search.problem
        plain = prod(problem.extent(dim) for dim in "ngc")
        self.prices = [
            flow.price * (plain if flow.tensor == "ifmap" else problem.elements(flow.tensor))
            for flow in search.flows
        ]
        self.loops = [self._loop(dim) for dim in TAIL]
        self.windows = [self._panes(axis) for axis in range(len(WINDOWS))]
        self.least = self._least()

    def bound(self) -> float | None:
        """Return a bound below the energy of all mappings of this plan; None if there is none."""
        if not all(loop.chains for loop in self.loops) or not all(self.windows):
            return None
        cost = self.search.fixed
        for at, (price, factor) in enumerate(zip(self.prices, self.least, strict=True)):
            choose = min if price >= 0 else max
            for panes in self.windows:
                factor *= choose(pane.factors[at] for pane in panes)
            cost += price * factor
        return cost

    def run(self) -> None:
        """Go through all that may be better than the best mapping known."""
        search = self.search

        def good(cost: float, cycles: int) -> bool:
            return search.good(search.fixed + cost, cycles)

        leaves = together(
            self.windows, self.prices, self.least, search.fits, search.machine.axes, good
        )
        judge = Judge(search.ceiling, good, search.holds)
        for leaf in leaves:
            if not good(leaf.bound, leaf.cycles):
                continue
            search.looked_at += 1
            settled = Settled(self._by_loop(leaf.weights), leaf.room, leaf.pes, leaf.cycles)
            for cost, cycles, found in completions(settled, self.loops, search.machine.axes, judge):
                chosen = dict(zip(TAIL, found, strict=True))
                for letters, pane in zip(WINDOWS, leaf.panes, strict=True):
                    chosen.update(zip(letters, pane.chains, strict=True))
                search.arrive(self.plan, cost, cycles, chosen)

    def _by_loop(self, weights: Sequence[float]) -> tuple[tuple[float, ...], ...]:
        """Return the weights of the flows that n, m and c multiply."""
        return tuple(
            tuple(
                weight
                for weight, flow in zip(weights, self.search.flows, strict=True)
                if flow.tensor == TENSOR_OF[dim]
            )
            for dim in TAIL[:3]
        )

    def _loop(self, dim: str) -> Loop:
        extent, tiling = self.search.problem.extent(dim), self.tilings[dim]
        return Loop(
            chains(extent, tiling),
            tuple(
                counts(extent, tiling, *counting(flow, self._turned(flow), self.search.places))
                for flow in self.search.flows
                if flow.tensor == TENSOR_OF.get(dim)
            ),
        )

    def _panes(self, axis: int) -> list[Pane]:
        search = self.search
        out, tap = WINDOWS[axis]
        found = []
        for outs in chains(search.problem.extent(out), self.tilings[out]):
            for taps in chains(search.problem.extent(tap), self.tilings[tap]):
                pes = tuple(a * b for a, b in zip(outs.factors, taps.factors, strict=True))
                if any(a > b for a, b in zip(pes, search.machine.axes, strict=True)):
                    continue
                factors = tuple(
                    search.factors.of(flow, axis, outs.sizes, taps.sizes, self._turned(flow))
                    for flow in search.flows
                )
                room = tuple(
                    (k, search.problem.span(axis, e, k), e)
                    for e, k in zip(outs.tiles, taps.tiles, strict=True)
                )
                cycles = outs.cycles * taps.cycles
                found.append(Pane(factors, room, pes, cycles, (outs, taps)))
        return found

    def _least(self) -> list[int]:
        """Return for each flow the least factor that the loops beside the windows add."""
        if not all(loop.chains for loop in self.loops):
            return []
        seen = dict.fromkeys(TENSORS, 0)
        found = []
        for flow, price in zip(self.search.flows, self.prices, strict=True):
            dim = next(dim for dim, tensor in TENSOR_OF.items() if tensor == flow.tensor)
            at = seen[flow.tensor]
            seen[flow.tensor] += 1
            values = self.loops[TAIL.index(dim)].columns[at]
            found.append(min(values) if price >= 0 else max(values))
        return found

    def _turned(self, flow: Flow) -> Turned:
        return self.plan.turned[min(flow.level, len(self.plan.turned)) - 1]
