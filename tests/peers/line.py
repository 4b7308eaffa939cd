"""A mapping as one line: what is unrolled, what each level holds, and who stays."""

from py.platforms.accelerator.nest.chain import Chain
from py.platforms.accelerator.nest.dims import DIMS, Sizes
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem


def line(problem: Problem, machine: Machine, mapping: Mapping) -> str:
    """Return levels from the outermost in, each with its loops, outermost first, and their turns.

    Where an inner tile is not a whole part of the outer one, turns are rounded up.
    """
    chain = Chain.of(problem, machine, mapping)
    found = []
    for boundary, step in enumerate(chain.steps):
        outer, inner = chain.boundaries[boundary], chain.boundaries[boundary + 1]
        if step is None:
            along = [_loops("".join(DIMS), factors) for factors in mapping.unrolled]
            found.append("array [" + " | ".join(along) + "]")
            continue
        memory = machine.memories[step]
        turns = tuple(-(-a // b) for a, b in zip(outer, inner, strict=True))
        found.append(f"{memory.id} {_keeps(mapping, step)}[{_loops(mapping.orders[step], turns)}]")
    return " ".join(found)


def _loops(order: str, turns: tuple[int, ...] | Sizes) -> str:
    at = dict(zip(DIMS, turns, strict=True))
    return " ".join(f"{dim}{at[dim]}" for dim in order if at[dim] > 1)


def _keeps(mapping: Mapping, level: int) -> str:
    if level == 0:
        return ""
    passed = [of for of, kept in zip("WIO", mapping.kept[level - 1], strict=True) if not kept]
    return f"without {''.join(passed)} " if passed else ""
