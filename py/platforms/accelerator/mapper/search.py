"""The search for the best mapping: inside the array first, then what lies around it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

from py.errors import JoulegraphError
from py.platforms.accelerator.mapper.factors import Factors, reached
from py.platforms.accelerator.mapper.flows import Costs, Flow, Kept, flows_of
from py.platforms.accelerator.mapper.loops import Shape, Tiling, shapes
from py.platforms.accelerator.mapper.modes import Mode, Turned
from py.platforms.accelerator.mapper.places import Places
from py.platforms.accelerator.mapper.plans import Plan, plans
from py.platforms.accelerator.mapper.product import (
    AXES,
    TENSOR_OF,
    Choice,
    Option,
    Room,
    Terms,
    choices,
)
from py.platforms.accelerator.nest.cut import count_of
from py.platforms.accelerator.nest.dims import (
    DEPENDS,
    DIMS,
    REUSED_BY,
    TENSORS,
    WINDOWS,
    Sizes,
    sizes,
)
from py.platforms.accelerator.nest.fills import windows
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space
from py.platforms.accelerator.nest.turns import turns

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
        self.shapes = {
            dim: shapes(problem.extent(dim), Tiling.of(machine, space, dim, self._room_of(dim)))
            for dim in DIMS
        }
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
        if energy > self.best.energy * (1 + _SAME):
            return False
        return energy < self.best.energy * (1 - _SAME) or cycles < self.best.cycles

    def _room_of(self, dim: str) -> Sizes:
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
        return tuple(rooms)  # type: ignore[return-value]

    def arrive(self, plan: Plan, choice: Choice) -> None:
        """Take a choice for the best mapping."""
        chains = {}
        unrolled = {}
        for axis, option in zip(AXES, choice.options, strict=True):
            for dim, chain, factors in zip(axis, option.chains, option.unrolled, strict=True):
                chains[dim], unrolled[dim] = chain, factors
        tiles = tuple(
            sizes(**{dim: chains[dim][self.places.tile(level)] for dim in DIMS})
            for level in range(1, self.places.levels)
        )
        along = tuple(
            sizes(**{dim: unrolled[dim][axis] for dim in DIMS})
            for axis in range(len(self.machine.axes))
        )
        orders = [mode.order for mode in plan.modes]
        for demanded in self.space.stationary[len(orders) :]:
            orders.append(Mode(demanded or TENSORS[0]).order)
        mapping = Mapping(tiles, along, tuple(orders), self.kept)
        self.best = Found(mapping, self.fixed + choice.cost, choice.cycles, 0)


class _OfPlan:
    """The search with the orders settled too."""

    def __init__(self, search: _Search, plan: Plan) -> None:
        self.search, self.plan = search, plan
        self.places, self.factors = search.places, search.factors
        array = self.places.array
        self.outer: list[Flow] = []
        self.inner: list[Flow] = []
        self.held: list[Flow] = []
        for flow in search.flows:
            if flow.every_turn:
                self.inner.append(flow)
            elif flow.level < array:
                self.outer.append(flow)
            elif self._counted(flow) < array:
                self.held.append(flow)
            else:
                self.inner.append(flow)
        self.around = {
            dim: {
                shape: allowed
                for shape, outers in of.items()
                if (allowed := [outer for outer in outers if self._permits(dim, shape, outer)])
            }
            for dim, of in search.shapes.items()
        }
        self._options: dict[tuple[Shape, ...], dict[str, list[Option]]] = {}
        self.least_outside = 0.0

    def bound(self) -> float | None:
        """Return a bound below the energy of all mappings of this plan; None if there is none."""
        if not all(self.around.values()):
            return None
        outside = self._least(
            [self._outside(axis) for axis in AXES],
            self._terms([*self.outer, *self.held], bound=True),
            self._fits(range(1, self.places.array)),
        )
        self._inside = [self._within(axis) for axis in AXES]
        inside = self._least(
            self._inside,
            self._terms(self.inner, bound=True),
            self._fits(range(self.places.array, self.places.levels)),
        )
        if outside is None or inside is None:
            return None
        self.least_outside = outside + self.search.fixed
        return self.least_outside + inside

    def run(self) -> None:
        """Go through all that may be better than the best mapping known."""
        search = self.search
        for choice in choices(
            self._inside,
            self._terms(self.inner, bound=True),
            self._fits(range(self.places.array, self.places.levels)),
            search.machine.axes,
            lambda cost, cycles: search.good(self.least_outside + cost, cycles),
        ):
            search.looked_at += 1
            self._surround(choice)

    def _surround(self, inside: Choice) -> None:
        """Find the best tiles above the array for what is settled inside."""
        search = self.search
        axes = [
            self._wrapped(axis, option) for axis, option in zip(AXES, inside.options, strict=True)
        ]
        for choice in choices(
            axes,
            self._terms([*self.outer, *self.held, *self.inner]),
            self._fits(range(1, self.places.array)),
            search.machine.axes,
            lambda cost, cycles: search.good(search.fixed + cost, cycles),
        ):
            search.arrive(self.plan, choice)

    def _counted(self, flow: Flow) -> int:
        stage = min(flow.level, len(self.plan.turned))
        return self.plan.turned[stage - 1].counted[TENSORS.index(flow.tensor)]

    def _permits(self, dim: str, shape: Shape, outer: Sizes) -> bool:
        """Whether tiles have no loop where the plan must not have one."""
        chain = shape.chain(outer)
        for stage, still in enumerate(self.plan.still(dim), 1):
            if still and chain[self.places.around(stage)] != chain[self.places.turned(stage)]:
                return False
        return True

    def _least(
        self, axes: list[list[Option]], terms: Terms, fits: Callable[[Room], bool]
    ) -> float | None:
        costs: list[float] = []
        for choice in choices(
            axes,
            terms,
            fits,
            self.search.machine.axes,
            lambda cost, _: not costs or cost < costs[-1],
        ):
            costs.append(choice.cost)
        return costs[-1] if costs else None

    def _terms(self, flows: list[Flow], *, bound: bool = False) -> Terms:
        problem = self.search.problem
        plain = prod(problem.extent(dim) for dim in "ngc")
        return Terms(
            tuple(
                (flow.bound if bound else flow.price)
                * (plain if flow.tensor == "ifmap" else problem.elements(flow.tensor))
                for flow in flows
            ),
            tuple(flow.tensor for flow in flows),
        )

    def _fits(self, levels: range) -> Callable[[Room], bool]:
        """Return whether tiles of so many elements fit the memories of some levels."""
        checks = [
            (
                self.search.machine.memories[level].holds,
                *(
                    width if keeps else 0
                    for width, keeps in zip(
                        self.search.bits, self.search.kept[level - 1], strict=True
                    )
                ),
            )
            for level in levels
        ]

        def fits(room: Room) -> bool:
            for (holds, w, i, o), (weight, ifmap, ofmap) in zip(checks, room, strict=True):
                if not holds((weight * w, ifmap * i, ofmap * o)):
                    return False
            return True

        return fits

    def _outside(self, axis: str) -> list[Option]:
        """Return the tiles of an axis above the array, whatever is inside."""
        ones = (1,) * len(self.search.machine.axes)
        found = []
        for outers in product(
            *(sorted({o for of in self.around[dim].values() for o in of}) for dim in axis)
        ):
            factors = [
                self.factors.exact(flow, axis, outers, self._turned(flow))
                for flow in self._of(axis, self.outer)
            ]
            factors += [self._held_least(flow, axis, outers) for flow in self._of(axis, self.held)]
            room = tuple(
                self._room(axis, tuple(o[level] for o in outers))
                for level in range(1, self.places.array)
            )
            found.append(Option(tuple(factors), room, ones, 1, outers, ()))
        return found

    def _within(self, axis: str) -> list[Option]:
        """Return the shapes of an axis inside the array, whatever lies around."""
        found = []
        array, levels = self.places.array, self.places.levels
        flows = self._of(axis, self.inner)
        for chosen in product(*(self.around[dim] for dim in axis)):
            pes = tuple(prod(along) for along in zip(*(s.factors for s in chosen), strict=True))
            if any(a > b for a, b in zip(pes, self.search.machine.axes, strict=True)):
                continue
            chains = tuple(
                shape.chain((self.search.problem.extent(dim),) * array)
                for dim, shape in zip(axis, chosen, strict=True)
            )
            factors = tuple(
                self.factors.least(flow, axis, chains, self._turned(flow)) for flow in flows
            )
            room = tuple(
                self._room(axis, tuple(shape.inner[level - array] for shape in chosen))
                for level in range(array, levels)
            )
            found.append(
                Option(
                    factors,
                    room,
                    pes,
                    self._cycles(chains),
                    chains,
                    tuple(s.factors for s in chosen),
                )
            )
        return found

    def _wrapped(self, axis: str, option: Option) -> list[Option]:
        """Return the tiles above the array around the shapes of an axis."""
        array = self.places.array
        chosen = tuple(
            Shape(chain[array + 1 :], factors)
            for chain, factors in zip(option.chains, option.unrolled, strict=True)
        )
        known = self._options.setdefault(chosen, {})
        if axis not in known:
            flows = self._of(axis, [*self.outer, *self.held, *self.inner])
            found = []
            for outers in product(
                *(self.around[dim][shape] for dim, shape in zip(axis, chosen, strict=True))
            ):
                chains = tuple(s.chain(o) for s, o in zip(chosen, outers, strict=True))
                factors = tuple(
                    self.factors.exact(flow, axis, chains, self._turned(flow)) for flow in flows
                )
                room = tuple(
                    self._room(axis, tuple(o[level] for o in outers)) for level in range(1, array)
                )
                found.append(
                    Option(factors, room, option.pes, self._cycles(chains), chains, option.unrolled)
                )
            known[axis] = found
        return known[axis]

    def _of(self, axis: str, flows: list[Flow]) -> list[Flow]:
        """Return the flows of which an axis has a factor of its own."""
        if len(axis) > 1:
            return flows
        return [flow for flow in flows if flow.tensor == TENSOR_OF.get(axis)]

    def _turned(self, flow: Flow) -> Turned:
        return self.plan.turned[min(flow.level, len(self.plan.turned)) - 1]

    def _held_least(self, flow: Flow, axis: str, outers: tuple[Sizes, ...]) -> int:
        """Return the least factor of a tensor that stays while the loops next to the array turn."""
        factor = 1
        for dim, of in zip(axis, outers, strict=True):
            if dim in REUSED_BY[flow.tensor]:
                factor *= count_of(of[: self._counted(flow) + 1])
        if len(axis) > 1 and flow.tensor == "ifmap":
            window = windows(self.search.problem, self.search.machine)[
                WINDOWS.index((axis[0], axis[1]))
            ]
            factor *= reached(window, outers[0][0], outers[1][0])
        return factor

    def _cycles(self, chains: tuple[tuple[int, ...], ...]) -> int:
        array = self.places.array
        return prod(
            turns(of, len(of) - 1, array=array, inside=True, together=True) for of in chains
        )

    def _room(self, axis: str, last: tuple[int, ...]) -> tuple[int, int, int]:
        if len(axis) == 1:
            weight, ifmap, ofmap = (last[0] if axis in DEPENDS[tensor] else 1 for tensor in TENSORS)
            return weight, ifmap, ofmap
        window = WINDOWS.index((axis[0], axis[1]))
        return last[1], self.search.problem.span(window, *last), last[0]
