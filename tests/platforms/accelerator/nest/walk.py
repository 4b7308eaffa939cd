"""An oracle for the counts of a nest: it walks the loops and moves every word, one by one."""

from collections import Counter
from functools import lru_cache
from itertools import pairwise
from math import prod

from py.platforms.accelerator.nest.access import ARRAY, Access, Kind
from py.platforms.accelerator.nest.dims import DIMS, PLACE, TENSORS, Sizes
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from tests.platforms.accelerator.nest.turns import (
    Moved,
    Nest,
    Now,
    Turn,
    moved,
    steps,
    whole,
    words,
)


def array_tile(problem: Problem, machine: Machine, mapping: Mapping) -> tuple[Sizes, Sizes]:
    """Return the full tiles of the array and of a PE."""
    around = (problem.extents, *mapping.tiles)[machine.array_at - 1]
    pe = (*mapping.tiles, (1,) * len(DIMS))[machine.array_at - 1]
    array = tuple(
        min(outer, size * prod(factors[i] for factors in mapping.unrolled))
        for i, (outer, size) in enumerate(zip(around, pe, strict=True))
    )
    return array, pe  # type: ignore[return-value]


def nest_of(problem: Problem, machine: Machine, mapping: Mapping) -> tuple[list[Nest], Nest]:
    """Return the existing loops of each memory level, outermost first, and those over the PEs."""
    array, pe = array_tile(problem, machine, mapping)
    tiles = (problem.extents, *mapping.tiles, (1,) * len(DIMS))
    levels: list[Nest] = []
    for level, order in enumerate(mapping.orders):
        inner = array if level == machine.array_at - 1 else tiles[level + 1]
        levels.append(
            tuple(
                Turn(dim, inner[PLACE[dim]])
                for dim in order
                if tiles[level][PLACE[dim]] > inner[PLACE[dim]]
            )
        )
    over_pes = tuple(Turn(dim, pe[i], "array") for i, dim in enumerate(DIMS) if array[i] > pe[i])
    return levels, over_pes


def outside(levels: list[Nest], over_pes: Nest, boundary: int, array_at: int) -> Nest:
    """Return all loops outside the tile of a memory level; of the MAC, after the last of them."""
    loops: Nest = ()
    for level in range(boundary):
        loops += levels[level]
        if level == array_at - 1:
            loops += over_pes
    return loops


class Tally:
    """Words of each access of a machine, as they are counted."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.count: Counter[Access] = Counter()

    def add(self, tensor: str, place: int | str, kind: Kind, number: int) -> None:
        """Count words at a memory level or at the array."""
        name = place if isinstance(place, str) else self.machine.memories[place].id
        self.count[tensor, name, kind] += number

    def operands(self, tensor: str, outer: int, inner: int, carried: Moved) -> None:
        """Count the fills of weights or ifmap from a level into the next that keeps them."""
        crosses = outer < self.machine.array_at <= inner
        shared = crosses and self.machine.multicast
        self.add(tensor, outer, "read", carried.union if shared else carried.each)
        if crosses:
            self.add(tensor, ARRAY, "deliver", carried.each)
        self.add(tensor, inner, "fill", carried.each)

    def psums_through_array(self, outer: int, inner: int | None, carried: Moved) -> None:
        """Count visits of the array's tile: one PE of a chain meets the level outside."""
        down = carried.union - self.spared(outer, carried)
        self.add("psum", outer, "read", down)
        self.add("psum", ARRAY, "deliver", down)
        self.add("psum", ARRAY, "hop", carried.each - carried.union)
        leaving: list[tuple[int | str, Kind]] = [(ARRAY, "collect"), (outer, "update")]
        if inner is not None:
            self.add("psum", inner, "fill", down)
            self.add("psum", inner, "drain", carried.each - carried.union)
            leaving.append((inner, "drain"))
        self.leave(leaving, carried)

    def psums_above_array(self, outer: int, inner: int, carried: Moved) -> None:
        """Count visits of a tile between two levels above the array."""
        down = carried.each - self.spared(outer, carried)
        self.add("psum", outer, "read", down)
        self.add("psum", inner, "fill", down)
        self.leave([(inner, "drain"), (outer, "update")], carried)

    def psums_in_pe(self, outer: int, inner: int | None, carried: Moved) -> None:
        """Count visits of a tile between two levels of a PE, or of the multiplier's one word."""
        down = carried.each - self.spared(outer, carried)
        self.add("psum", outer, "read", down)
        self.add("psum", outer, "update", carried.each)
        if inner is not None:
            self.add("psum", inner, "fill", down)
            self.add("psum", inner, "drain", carried.each)

    def spared(self, outer: int, carried: Moved) -> int:
        """Return the words that need no psum from outside: one visit of each output."""
        first = self.machine.memories[outer].first_psum_access
        return carried.fresh if first == "write_only" else 0

    def leave(self, by: list[tuple[int | str, Kind]], carried: Moved) -> None:
        """Count the words that leave for a level above the array, each output's last as ofmap."""
        for place, kind in by:
            self.add("ofmap", place, kind, carried.fresh)
            self.add("psum", place, kind, carried.union - carried.fresh)


def walk(problem: Problem, machine: Machine, mapping: Mapping) -> Counter[Access]:
    """Return the words of every access of a mapping, counted one by one."""
    levels, over_pes = nest_of(problem, machine, mapping)
    tally = Tally(machine)
    for at, tensor in enumerate(TENSORS):
        chain = [0, *(level + 1 for level, kept in enumerate(mapping.kept) if kept[at])]
        for outer, inner in pairwise(chain):
            nest = outside(levels, over_pes, inner, machine.array_at)
            kept = machine.memories[inner].halo == "kept"
            carried = moved(problem, machine.padding, tensor, nest, halo_kept=kept)
            if tensor != "ofmap":
                tally.operands(tensor, outer, inner, carried)
            elif inner < machine.array_at:
                tally.psums_above_array(outer, inner, carried)
            elif outer < machine.array_at:
                tally.psums_through_array(outer, inner, carried)
            else:
                tally.psums_in_pe(outer, inner, carried)
        nest = outside(levels, over_pes, len(levels), machine.array_at)
        to_multiplier(problem, tally, tensor, chain[-1], nest)
    return Counter({access: number for access, number in tally.count.items() if number})


def to_multiplier(problem: Problem, tally: Tally, tensor: str, last: int, nest: Nest) -> None:
    """Count what passes between the innermost level that keeps a tensor and the multiplier."""
    machine = tally.machine
    if last < machine.array_at:
        carried = moved(problem, machine.padding, tensor, in_any_order(nest), every_turn=True)
        if tensor == "ofmap":
            tally.psums_through_array(last, None, carried)
        else:
            tally.add(tensor, last, "read", carried.union if machine.multicast else carried.each)
            tally.add(tensor, ARRAY, "deliver", carried.stops)
    elif machine.operands == "every_mac":
        macs = moved(problem, machine.padding, tensor, in_any_order(nest), every_turn=True).stops
        if tensor == "ofmap":
            tally.add("psum", last, "read", macs)
            tally.add("psum", last, "update", macs)
        else:
            tally.add(tensor, last, "read", macs)
    else:
        carried = moved(problem, machine.padding, tensor, nest)
        if tensor == "ofmap":
            tally.psums_in_pe(last, None, carried)
        else:
            tally.add(tensor, last, "read", carried.each)


def in_any_order(nest: Nest) -> Nest:
    """Return loops whose every turn is looked at in one order for all, so that they are cached.

    Turns of one loop stay in their order, and no loop moves past those over the PEs.
    """
    parts: list[list[Turn]] = [[], [], []]
    for turn in nest:
        if turn.over == "array":
            parts[1].append(turn)
        else:
            parts[2 if parts[1] else 0].append(turn)
    first, over_pes, last = parts
    return (
        *sorted(first, key=lambda turn: turn.dim),
        *over_pes,
        *sorted(last, key=lambda turn: turn.dim),
    )


def compute_cycles(problem: Problem, machine: Machine, mapping: Mapping) -> int:
    """Return the cycles of all tiles of the array, each as long as its busiest PE computes."""
    levels, over_pes = nest_of(problem, machine, mapping)
    nest = outside(levels, (), machine.array_at, machine.array_at)
    return cycles(problem, in_any_order(nest), over_pes)


@lru_cache(maxsize=1 << 16)
def cycles(problem: Problem, above: Nest, over_pes: Nest) -> int:
    """Walk the tiles of the array and look for the PE that computes longest."""
    everything = (*above, *over_pes)
    return sum(
        max(prod(size for _, size in pe.tile) for pe in pes)
        for pes in steps([Now(whole(problem))], everything, 0, len(everything), -1)
    )


def fits(problem: Problem, machine: Machine, mapping: Mapping, bits: tuple[int, int, int]) -> bool:
    """Whether full tiles of what is kept fit each memory, and the unrolling fits the array.

    ``bits`` are the widths of a weight, an ifmap word and a psum.
    """
    if len(mapping.unrolled) != len(machine.axes):
        return False
    for pes, loops, factors in zip(machine.axes, machine.unrolls, mapping.unrolled, strict=True):
        if prod(factors) > pes:
            return False
        if any(factors[PLACE[dim]] > 1 for dim in set(DIMS) - set(loops)):
            return False
    for memory, tile, kept in zip(machine.memories[1:], mapping.tiles, mapping.kept, strict=True):
        needs = [
            tile_words(problem, tensor, tile) * width if keeps else 0
            for tensor, width, keeps in zip(TENSORS, bits, kept, strict=True)
        ]
        if not memory.holds((needs[0], needs[1], needs[2])):
            return False
    return True


def tile_words(problem: Problem, tensor: str, tile: Sizes) -> int:
    """Return the words of a full tile, padding included."""
    pieces = tuple((0, size) for size in tile)
    return len(words(problem, "fetched", tensor, pieces))
