"""A nest cut down so that it can be walked word by word: the same loops and orders, few turns."""

from dataclasses import replace
from math import prod

from py.platforms.accelerator.nest.chain import Chain
from py.platforms.accelerator.nest.dims import DIMS, PLACE, WINDOWS, Sizes
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem

MOST_MACS = 20_000
"""A walk of so many MACs takes less than a second."""


def small(problem: Problem, machine: Machine, mapping: Mapping) -> tuple[Problem, Mapping]:
    """Return a problem of at most ``MOST_MACS`` and a mapping of it that loops as the given one.

    A loop that turns, turns still; a last, partial tile stays partial where there is room for it.
    The most turns of a loop, and PEs along one, shrink until the problem is small enough; last,
    what a PE does by itself. A problem that is small as it is stays so.
    """
    if problem.macs <= MOST_MACS:
        return problem, mapping
    for most, in_pe in ((5, 2), (4, 2), (3, 2), (2, 2), (2, 1)):
        found = _cut(problem, machine, mapping, most, in_pe)
        if found[0].macs <= MOST_MACS:
            break
    return found


def _cut(
    problem: Problem, machine: Machine, mapping: Mapping, most: int, most_in_pe: int
) -> tuple[Problem, Mapping]:
    """Cut each loop to at most so many turns of a level, and so many PEs along an axis."""
    chain = Chain.of(problem, machine, mapping)
    columns = []
    unrolled = [[1] * len(DIMS) for _ in mapping.unrolled]
    for dim in DIMS:
        place = PLACE[dim]
        sizes = chain.of_loop(dim)
        cut = [1]
        for outer, inner, step in reversed(list(zip(sizes, sizes[1:], chain.steps, strict=False))):
            if step is None:
                for axis, factors in enumerate(mapping.unrolled):
                    unrolled[axis][place] = min(factors[place], most)
                size = cut[-1] * prod(factors[place] for factors in unrolled)
                cut.append(size if outer > inner else cut[-1])
                continue
            turns = min(-(-outer // inner), most_in_pe if step >= machine.array_at else most)
            size = cut[-1] * turns
            if turns > 1 and outer % inner and cut[-1] > 1:
                size -= 1
            cut.append(size)
        columns.append(cut[::-1])
    boundaries = [tuple(column[i] for column in columns) for i in range(len(chain.boundaries))]
    extents = _sizes(boundaries[0])
    tiles = tuple(_sizes(boundaries[at]) for at in chain.of_memory[1:])
    smaller = replace(problem, extents=extents)
    image = [
        max(1, smaller.span(axis, smaller.extent(out), smaller.extent(tap)) - 2 * before)
        for axis, ((out, tap), before) in enumerate(zip(WINDOWS, problem.padding, strict=True))
    ]
    smaller = replace(smaller, image=(image[0], image[1], image[2]))
    cut_mapping = Mapping(
        tiles, tuple(_sizes(tuple(factors)) for factors in unrolled), mapping.orders, mapping.kept
    )
    return smaller, cut_mapping


def _sizes(values: tuple[int, ...]) -> Sizes:
    n, g, m, c, o, p, q, t, r, s = values
    return (n, g, m, c, o, p, q, t, r, s)
