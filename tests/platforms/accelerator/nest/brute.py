"""All mappings of a space, one after the other, and the best of them."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice, permutations, product
from math import prod

from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.dims import DEPENDS, DIMS, Sizes, sizes
from py.platforms.accelerator.nest.machine import Keeping, Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Rule, Space
from tests.platforms.accelerator.nest.walk import compute_cycles, fits, nest_of, walk

Kept = tuple[tuple[bool, bool, bool], ...]
Best = tuple[int, int, Mapping, int]


def quotients(whole: int) -> list[int]:
    """Return ceil(whole / k) for every k, each once, the largest first."""
    return sorted({-(-whole // k) for k in range(1, whole + 1)}, reverse=True)


def gathered(extent: int, inside: int) -> list[int]:
    """Return the tiles that gather whole tiles of ``inside`` elements, the largest first."""
    return [min(extent, inside * by) for by in quotients(-(-extent // inside))]


def nested(extent: int, inside: int, levels: int) -> list[tuple[int, ...]]:
    """Return the tiles of so many levels around tiles of so many elements, the outermost first."""
    if not levels:
        return [()]
    return [
        (*outer, tile)
        for tile in gathered(extent, inside)
        for outer in nested(extent, tile, levels - 1)
    ]


def obeys(extent: int, tiles: tuple[int, ...], rules: list[Rule]) -> bool:
    """Whether the tiles of a loop at all levels, the outermost first, are as a space has them."""
    for around, tile, rule in zip((extent, *tiles), tiles, rules, strict=False):
        if (rule == "whole" and tile != around) or (rule == "one" and tile != 1):
            return False
    return True


def obeys_in_pe(tiles: tuple[int, ...], rules: list[Rule]) -> bool:
    """Whether tiles inside a PE are as a space has them, whatever is around the outermost."""
    if not tiles:
        return True
    first: Rule = "one" if rules[0] == "one" else "any"
    return obeys(tiles[0], tiles, [first, *rules[1:]])


def tilings(
    problem: Problem, machine: Machine, space: Space
) -> Iterator[tuple[tuple[Sizes, ...], tuple[Sizes, ...]]]:
    """Yield the tiles of each memory level but the outermost, and the factors along each axis."""
    outside = machine.array_at - 1
    rules = {dim: [own.get(dim, "any") for own in space.tiles] for dim in DIMS}
    in_pes = [
        [
            tiles
            for tiles in nested(extent, 1, len(space.tiles) - outside)
            if obeys_in_pe(tiles, rules[dim][outside:])
        ]
        for dim, extent in zip(DIMS, problem.extents, strict=True)
    ]
    for inside in product(*in_pes):
        pe = sizes(**{d: tiles[0] if tiles else 1 for d, tiles in zip(DIMS, inside, strict=True)})
        for unrolled in unrollings(problem, machine, space, pe):
            whole = [
                min(extent, size * prod(factors[i] for factors in unrolled))
                for i, (extent, size) in enumerate(zip(problem.extents, pe, strict=True))
            ]
            by_dim = [
                [
                    (*outer, *tiles)
                    for outer in nested(extent, array, outside)
                    if obeys(extent, (*outer, *tiles), rules[dim])
                ]
                for dim, extent, array, tiles in zip(
                    DIMS, problem.extents, whole, inside, strict=True
                )
            ]
            for chosen in product(*by_dim):
                yield (
                    tuple(
                        sizes(**{d: tiles[level] for d, tiles in zip(DIMS, chosen, strict=True)})
                        for level in range(len(space.tiles))
                    ),
                    unrolled,
                )


def unrollings(
    problem: Problem, machine: Machine, space: Space, pe: Sizes
) -> Iterator[tuple[Sizes, ...]]:
    """Yield the factors of each loop along each axis, given the tile of a PE."""
    left = {dim: -(-problem.extents[i] // pe[i]) for i, dim in enumerate(DIMS)}
    yield from along_axes(machine, space, 0, left)


def along_axes(
    machine: Machine, space: Space, axis: int, left: dict[str, int]
) -> Iterator[tuple[Sizes, ...]]:
    """Yield factors along this axis and the next, given the tiles of a PE left to unroll."""
    if axis == len(machine.axes):
        yield ()
        return
    free = machine.axes[axis]
    spread: dict[str, int] = {}
    for dim in space.spread:
        if dim in machine.unrolls[axis] and dim not in spread:
            spread[dim] = max(factor for factor in quotients(left[dim]) if factor <= free)
            free //= spread[dim]
    others = [dim for dim in DIMS if dim in machine.unrolls[axis] and dim not in spread]
    for factors in product(*(quotients(left[dim]) for dim in others)):
        if prod(factors) > free:
            continue
        chosen = {**spread, **dict(zip(others, factors, strict=True))}
        rest = {dim: -(-left[dim] // chosen.get(dim, 1)) for dim in DIMS}
        for more in along_axes(machine, space, axis + 1, rest):
            yield (sizes(**chosen), *more)


def keepings(machine: Machine) -> Iterator[Kept]:
    """Yield who keeps what."""
    choices: dict[Keeping, tuple[bool, ...]] = {
        "kept": (True,),
        "bypassed": (False,),
        "either": (True, False),
    }
    by_level = [product(*(choices[keep] for keep in memory.keeps)) for memory in machine.memories]
    for chosen in product(*by_level[1:]):
        yield tuple((weight, ifmap, ofmap) for weight, ifmap, ofmap in chosen)


def level_orders(loops: str, stationary: str | None) -> Iterator[str]:
    """Yield the orders of a level's existing loops, the others last, as a space allows them."""
    outer = loops if stationary is None else [dim for dim in loops if dim in DEPENDS[stationary]]
    inner = [dim for dim in loops if dim not in outer]
    missing = "".join(dim for dim in DIMS if dim not in loops)
    for first in permutations(outer):
        for second in permutations(inner):
            yield "".join((*first, *second)) + missing


def shapes(problem: Problem, machine: Machine, space: Space) -> Iterator[Mapping]:
    """Yield a mapping, in any order of its loops, for all tiles, factors and choices of keeping."""
    kept_ways = list(keepings(machine))
    for tiles, unrolled in tilings(problem, machine, space):
        for kept in kept_ways:
            yield Mapping(tiles, unrolled, (DIMS,) * len(machine.memories), kept)


def ordered(problem: Problem, machine: Machine, space: Space, shape: Mapping) -> Iterator[Mapping]:
    """Yield a mapping in all orders of its existing loops."""
    levels, _ = nest_of(problem, machine, shape)
    by_level = [
        list(level_orders("".join(turn.dim for turn in loops), tensor))
        for loops, tensor in zip(levels, space.stationary, strict=True)
    ]
    for orders in product(*by_level):
        yield Mapping(shape.tiles, shape.unrolled, orders, shape.kept)


def mappings(problem: Problem, machine: Machine, space: Space) -> Iterator[Mapping]:
    """Yield all mappings of a space, those too that do not fit the memories.

    Orders that differ only in loops that turn once are one mapping.
    """
    for shape in shapes(problem, machine, space):
        yield from ordered(problem, machine, space, shape)


def best(
    problem: Problem,
    machine: Machine,
    space: Space,
    bits: tuple[int, int, int],
    energy: Callable[[Counter[Access]], int],
    cycles_of: Callable[[Problem, Machine, Mapping], int] = compute_cycles,
) -> Best | None:
    """Return the least energy, then the least cycles, of all mappings that fit; None if none does.

    With them the first mapping found that has both, and the number of mappings that fit.
    """
    found: tuple[int, int, Mapping] | None = None
    number = 0
    for shape in shapes(problem, machine, space):
        if not fits(problem, machine, shape, bits):
            continue
        for mapping in ordered(problem, machine, space, shape):
            number += 1
            cost = energy(walk(problem, machine, mapping))
            if found is not None and cost > found[0]:
                continue
            time = cycles_of(problem, machine, mapping)
            if found is None or (cost, time) < found[:2]:
                found = (cost, time, mapping)
    return None if found is None else (*found, number)


def at_most(problem: Problem, machine: Machine, space: Space, most: int) -> bool:
    """Whether a space has at most so many mappings; no more than that are made."""
    return len(list(islice(mappings(problem, machine, space), most + 1))) <= most


def belongs(problem: Problem, machine: Machine, space: Space, mapping: Mapping) -> bool:
    """Whether a mapping is one of the space, whatever its order of loops that turn once."""
    levels, _ = nest_of(problem, machine, mapping)
    for loops, tensor in zip(levels, space.stationary, strict=True):
        reused = [tensor is not None and turn.dim not in DEPENDS[tensor] for turn in loops]
        if reused != sorted(reused):
            return False
    pe = (*mapping.tiles, sizes())[machine.array_at - 1]
    if mapping.unrolled not in set(unrollings(problem, machine, space, pe)):
        return False
    for i, (dim, extent) in enumerate(zip(DIMS, problem.extents, strict=True)):
        tiles = tuple(tile[i] for tile in mapping.tiles)
        if not obeys(extent, tiles, [own.get(dim, "any") for own in space.tiles]):
            return False
        inside = 1
        for level in range(len(tiles) + 1, 0, -1):
            if level <= len(tiles):
                if tiles[level - 1] not in gathered(extent, inside):
                    return False
                inside = tiles[level - 1]
            if level == machine.array_at:
                inside = min(extent, inside * prod(factors[i] for factors in mapping.unrolled))
    return mapping.kept in set(keepings(machine))
