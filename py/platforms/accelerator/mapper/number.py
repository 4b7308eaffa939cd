"""How many mappings a space has: those that a search stands for, most of them never looked at."""

from collections import Counter
from math import factorial, prod

from py.platforms.accelerator.mapper.ask.asked import Asked
from py.platforms.accelerator.mapper.ask.picks import quotients
from py.platforms.accelerator.mapper.side import keepings
from py.platforms.accelerator.nest.dims import DEPENDS
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space

Turning = tuple[bool, ...]
"""At which memory levels a loop turns, the outermost first."""


def number_of_mappings(problem: Problem, machine: Machine, space: Space) -> int:
    """Return how many mappings a space has, those included that do not fit the memories.

    Each loop counts as if it had the axes of the array to itself. The loops that turn at a level
    are ordered in all ways; where a tensor is to stay, those that it does not depend on apart.
    """
    asked = Asked(problem, machine, space, (1, 1, 1), ((True, True, True),) * len(space.tiles))
    states: Counter[tuple[int, ...]] = Counter({(0,) * 2 * len(machine.memories): 1})
    for dim in asked.long:
        inner = [tensor is not None and dim not in DEPENDS[tensor] for tensor in space.stationary]
        grown: Counter[tuple[int, ...]] = Counter()
        for turning, ways in _of_loop(asked, dim).items():
            for state, number in states.items():
                after = list(state)
                for level, turns in enumerate(turning):
                    after[2 * level + inner[level]] += turns
                grown[tuple(after)] += number * ways
        states = grown
    orders = 0
    for state, number in states.items():
        orders += number * prod(factorial(loops) for loops in state)
    return orders * len(list(keepings(machine)))


def _of_loop(asked: Asked, dim: str) -> dict[Turning, int]:
    """Return in how many ways a loop is tiled and unrolled, by the levels at which it turns."""
    extent, last = asked.problem.extent(dim), asked.places.levels
    inside: Counter[tuple[int, Turning]] = Counter({(extent, ()): 1})
    for stage in range(last, 0, -1):
        grown: Counter[tuple[int, Turning]] = Counter()
        picks = asked.all_picks(stage, dim)
        for (count, turning), ways in inside.items():
            offered = (
                {count}
                if stage == last or asked.rule(stage + 1, dim) == "whole"
                else set(quotients(count))
            )
            for pick in picks:
                if pick.tiles in offered:
                    splits = 1 if pick.ways is None else len(pick.ways.splits)
                    turns = turning if stage == last else (pick.tiles < count, *turning)
                    grown[pick.outer, turns] += ways * splits
        inside = grown
    found: Counter[Turning] = Counter()
    for (count, turning), ways in inside.items():
        if count == 1 or asked.rule(1, dim) != "whole":
            found[count > 1, *turning] += ways
    return found
