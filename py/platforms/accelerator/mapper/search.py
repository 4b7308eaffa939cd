"""The search for the best mapping: level by level from the outside in, as far as bounds allow."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

from py.errors import JoulegraphError
from py.platforms.accelerator.mapper.flows import Costs, Flow, Kept, flows_of
from py.platforms.accelerator.mapper.modes import Mode, Turned, modes
from py.platforms.accelerator.mapper.options import AXES, Offer, Option, Term
from py.platforms.accelerator.mapper.places import Places
from py.platforms.accelerator.mapper.product import Choice, Product, Room
from py.platforms.accelerator.nest.dims import DIMS, TENSORS, sizes
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space

Bits = tuple[int, int, int]
"""Bits of a weight, an ifmap value and a psum."""

_SAME = 1e-12
"""Costs closer than this, relatively, differ by rounding alone."""


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
        found = search.run()
        looked_at += search.looked_at
        best = found or best
    if best is None:
        raise JoulegraphError(
            "does-not-fit",
            "No mapping of the dataflow fits the accelerator's memories and array.",
            "Give it more room, or a dataflow that cuts smaller tiles.",
        )
    return Found(best.mapping, best.energy, best.cycles, looked_at)


def _keepings(machine: Machine) -> Iterator[Kept]:
    """Give who may keep what: one entry for each level but the outermost."""
    choices = {"kept": (True,), "bypassed": (False,), "either": (True, False)}
    levels = [
        [entry for entry in product(*(choices[keeps] for keeps in memory.keeps)) if any(entry)]
        for memory in machine.memories[1:]
    ]
    for kept in product(*levels):
        yield tuple((weight, ifmap, ofmap) for weight, ifmap, ofmap in kept)


@dataclass(frozen=True, slots=True)
class _Next:
    """What the loops of the stage inside do: ``spared`` are tensors that its bound leaves out.

    ``stays`` is the tensor that they leave where it is; with None they refill none of ``spared``.
    """

    spared: tuple[str, ...]
    stays: str | None

    def allows(self, mode: Mode) -> bool:
        if self.stays is None:
            return bool(mode.passes)
        return not mode.passes and mode.stationary == self.stays


@dataclass(frozen=True, slots=True)
class _State:
    """What is settled outside a stage: sizes of each axis' loops, orders, costs so far."""

    sizes: tuple[tuple[tuple[int, ...], ...], ...]
    unrolled: tuple[Option, ...]
    turned: Turned
    orders: tuple[str, ...]
    cost: float
    cycles: int

    def with_stage(
        self, choice: Choice, turned: Turned, order: str, cost: float, *, placed: bool
    ) -> "_State":
        """Return the state after one more stage; ``placed``: it placed the PEs."""
        return _State(
            tuple(option.sizes for option in choice.options),
            choice.options if placed else self.unrolled,
            turned,
            (*self.orders, order),
            self.cost + cost,
            choice.cycles if placed else self.cycles,
        )


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
        self.offer = Offer(problem, machine, space, self.places)
        self.flows, constant = flows_of(machine, kept, costs)
        self.fixed = constant.per_mac * problem.macs
        self.fixed += constant.per_output * problem.elements("ofmap")
        self.stages = self.places.levels
        if self.places.array < self.stages and not any(
            flow.level == self.stages and not flow.every_turn for flow in self.flows
        ):
            self.stages -= 1  # whatever is inside, MACs cost the same
        self.looked_at = 0
        self._options: dict[object, list[Option]] = {}
        self._bounds: dict[object, tuple[float, int]] = {}
        self._improved = False

    def run(self) -> Found | None:
        """Return the best mapping if it is better than the best one known before."""
        start = _State(
            tuple(tuple((self.problem.extent(dim),) for dim in axis) for axis in AXES),
            (),
            Turned(),
            (),
            self.fixed,
            1,
        )
        self._descend(1, start)
        return self.best if self._improved else None

    def _descend(self, stage: int, state: _State, wanted: _Next | None = None) -> None:
        """Go through the stages from this one in, as the one before ``wanted`` it."""
        if stage > self.stages:
            self._arrive(state)
            return
        ahead = [
            (self._rest(stage + 1, following)[0], mode, following)
            for mode in self._modes(stage, state)
            if wanted is None or wanted.allows(mode)
            for following in self._following(stage, state, mode)
        ]
        for _, mode, following in sorted(ahead, key=lambda entry: entry[0]):
            self._explore(stage, state, mode, following)

    def _modes(self, stage: int, state: _State) -> Iterator[Mode]:
        extents = {
            dim: of[-1]
            for axis, loops in zip(AXES, state.sizes, strict=True)
            for dim, of in zip(axis, loops, strict=True)
        }
        return modes(
            stage,
            state.turned,
            self.places,
            demanded=self.space.stationary[stage - 1],
            extents=extents,
            slides=any(flow.halo_kept and flow.level >= stage for flow in self.flows),
        )

    def _following(self, stage: int, state: _State, mode: Mode) -> Iterator[_Next]:
        """Give what the stage inside may do with each tensor."""
        if stage == self.stages:
            yield _Next((), None)
            return
        for tensor in TENSORS:
            yield _Next((tensor,), tensor)
        turned = state.turned.after(mode, stage, self.places)
        held = turned.held(stage, self.places)
        if held:
            yield _Next(held, None)

    def _explore(self, stage: int, state: _State, mode: Mode, following: _Next) -> None:
        terms = self._terms(stage, (), following.stays)
        turned = state.turned.after(mode, stage, self.places)
        rest, rest_cycles = self._rest(stage + 1, following)
        chooser = Product(
            [
                self._options_of(stage, place, loops, terms, turned, mode.still)
                for place, loops in enumerate(state.sizes)
            ],
            self._prices(terms),
            self._fitting(stage),
            self.machine.axes,
        )
        own = sum(not term.least for term in terms)
        prices = self._prices(terms)

        def good(cost: float, cycles: int) -> bool:
            return self._better(state.cost + rest + cost, max(cycles, rest_cycles, state.cycles))

        def go_on(choice: Choice) -> None:
            cost = math.fsum(
                price * prod(option.factors[at] for option in choice.options)
                for at, price in enumerate(prices[:own])
            )
            placed = stage == self.places.array
            after = state.with_stage(choice, turned, mode.order, cost, placed=placed)
            self._descend(stage + 1, after, following)

        if stage == self.stages:
            for choice in chooser.choices(good):
                go_on(choice)
        else:
            least = chooser.least(good)
            if least is not None:
                go_on(least)
                others = chooser.choices(good)
                for choice in sorted(others, key=lambda choice: (choice.cost, choice.cycles)):
                    if choice != least and good(choice.cost, choice.cycles):
                        go_on(choice)
        self.looked_at += chooser.looked_at

    def _terms(self, stage: int, without: tuple[str, ...], stays: str | None) -> list[Term]:
        """Return a stage's own terms, then the least of the stage inside of what stays there."""
        return [
            Term(flow)
            for flow in self.flows
            if self._stage_of(flow) == stage and (flow.every_turn or flow.tensor not in without)
        ] + [
            Term(flow, least=True)
            for flow in self.flows
            if self._stage_of(flow) == stage + 1 and flow.tensor == stays and not flow.every_turn
        ]

    def _stage_of(self, flow: Flow) -> int:
        return self.places.array if flow.every_turn else flow.level

    def _prices(self, terms: list[Term], *, relaxed: bool = False) -> list[float]:
        """Return what a term costs for each unit of the product of its axes' factors."""
        plain = prod(self.problem.extent(dim) for dim in "ngc")
        return [
            (term.flow.bound if relaxed or term.least else term.flow.price)
            * (plain if term.flow.tensor == "ifmap" else self.problem.elements(term.flow.tensor))
            for term in terms
        ]

    def _fitting(self, stage: int) -> Callable[[Room], bool]:
        """Return whether tiles of so many elements fit the memory of a stage."""
        if stage == self.places.levels:
            return lambda _: True
        memory = self.machine.memories[stage]
        w, i, o = (
            width if keeps else 0
            for width, keeps in zip(self.bits, self.kept[stage - 1], strict=True)
        )
        return lambda room: memory.holds((room[0] * w, room[1] * i, room[2] * o))

    def _options_of(
        self,
        stage: int,
        place: int,
        loops: tuple[tuple[int, ...], ...],
        terms: list[Term],
        turned: Turned,
        still: str,
    ) -> list[Option]:
        axis = AXES[place]
        key = (stage, place, loops, tuple(terms), turned, still)
        if key not in self._options:
            self._options[key] = self.offer.options(stage, axis, loops, terms, turned, still)
        return self._options[key]

    def _rest(self, stage: int, given: _Next) -> tuple[float, int]:
        """Return bounds below the cost of a stage and all inside, and below the cycles."""
        if stage > self.stages:
            return 0.0, 1
        key = (stage, given)
        if key not in self._bounds:
            following = [_Next((tensor,), tensor) for tensor in TENSORS]
            following.append(_Next(tuple(sorted({*given.spared, "ifmap"})), None))
            if stage == self.stages:
                following = [_Next((), None)]
            bounds = [self._relaxed(stage, given, entry) for entry in following]
            self._bounds[key] = (
                min(cost for cost, _ in bounds),
                min(cycles for _, cycles in bounds),
            )
        return self._bounds[key]

    def _relaxed(self, stage: int, given: _Next, following: _Next) -> tuple[float, int]:
        terms = self._terms(stage, given.spared, following.stays)
        places = self.places
        turned = Turned((places.turned(stage),) * 3)
        axes = []
        for axis in AXES:
            loops = tuple((self.problem.extent(dim),) * (places.around(stage) + 1) for dim in axis)
            axes.append(self.offer.options(stage, axis, loops, terms, turned, "", relaxed=True))
        prices = self._prices(terms, relaxed=True)
        chooser = Product(axes, prices, self._fitting(stage), self.machine.axes)
        least = chooser.least(lambda *_: True)
        if least is None:
            return math.inf, 1
        rest, rest_cycles = self._rest(stage + 1, following)
        return least.cost + rest, max(chooser.fewest_cycles(), rest_cycles)

    def _better(self, cost: float, cycles: int) -> bool:
        if self.best is None:
            return True
        if cost > self.best.energy * (1 + _SAME):
            return False
        return cost < self.best.energy * (1 - _SAME) or cycles < self.best.cycles

    def _arrive(self, state: _State) -> None:
        if not self._better(state.cost, state.cycles):
            return
        by_dim = {
            dim: of
            for axis, loops in zip(AXES, state.sizes, strict=True)
            for dim, of in zip(axis, loops, strict=True)
        }
        factors = {
            dim: factor
            for axis, option in zip(AXES, state.unrolled, strict=True)
            for dim, factor in zip(axis, option.unrolled, strict=True)
        }
        levels = self.places.levels
        mapping = Mapping(
            tuple(
                sizes(**{dim: by_dim[dim][self.places.tile(level)] for dim in DIMS})
                for level in range(1, levels)
            ),
            tuple(
                sizes(**{dim: factors[dim][axis] for dim in DIMS})
                for axis in range(len(self.machine.axes))
            ),
            (
                *state.orders,
                *(
                    Mode(demanded or TENSORS[0]).order
                    for demanded in self.space.stationary[len(state.orders) :]
                ),
            ),
            self.kept,
        )
        self.best = Found(mapping, state.cost, state.cycles, 0)
        self._improved = True
