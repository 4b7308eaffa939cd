"""The best mapping of a layer, found once: the same question has the same answer."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from py.errors import JoulegraphError
from py.platforms.accelerator.costs import AccessCosts, Widths
from py.platforms.accelerator.delay import delay_of_mapping, rates_of
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.mapper.found import Found
from py.platforms.accelerator.mapper.objectives import Question, best_for
from py.platforms.accelerator.mapper.worth import Objective, Worth
from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.dims import PLACE
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.mapping import Mapping as LoopMapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space

EFFORT = 1_000_000
"""Choices weighed for a layer in a dataflow's space; mostly a small part is enough."""

EFFORT_WITHOUT_RULES = 100_000
"""The same in the space without constraints: about a second."""

_MOST_KEPT = 4096
_found: OrderedDict[Any, "Best"] = OrderedDict()


class NotFoundError(LookupError):
    """A question has not been answered before."""


@dataclass(frozen=True, slots=True)
class Best:
    """What the mapper found; ``cut`` are loops by level that the dataflow wants whole.

    They are there where nothing fits with all of them whole.
    """

    found: Found
    cut: tuple[tuple[str, str], ...] = ()


def best(
    problem: Problem,
    hardware: Hardware,
    space: Space,
    widths: Widths,
    costs: AccessCosts,
    *,
    objective: Objective = "energy",
    known: Found | None = None,
    looks: int | None = None,
    search: bool = True,
) -> Best:
    """Return the mapping of a dataflow's space that has the least of the objective.

    Where no mapping fits with tiles as whole as the dataflow wants them, the innermost level may
    cut them, then every level. ``known`` is a mapping of the space to do better than, ``looks``
    limits the effort, as of ``best_for``. Without ``search`` only what was found before counts.

    Raises:
        JoulegraphError: ``does-not-fit`` where not even that fits.
        NotFoundError: nothing was found before.
    """
    energies = costs.energies()
    bits = (widths.weight, widths.activation, widths.psum)
    machine = hardware.machine_at(*bits)
    start = None if known is None else known.mapping
    made_of = (machine, hardware.levels, hardware.array)
    worth = worth_of(objective, problem, hardware, costs)
    key = (problem, made_of, _key(space), widths, tuple(energies.items()), start, looks, worth)
    kept = _found.get(key)
    if kept is not None:
        _found.move_to_end(key)
        return kept
    if not search:
        raise NotFoundError

    rates = rates_of(hardware, costs)
    told = _told_by_energy(hardware, rates, energies)

    def delay(mapping: LoopMapping, _: int) -> tuple[float, float]:
        found = delay_of_mapping(problem, hardware, mapping, costs)
        return found.cycles, found.waits if told else 0.0

    for place, freed in enumerate(tries := _tries(space)):
        try:
            question = Question(
                *(problem, machine, freed, bits, energies, delay, rates),
                looks=looks,
                worth=worth,
                ramp_up=hardware.array.ramp_up.least,
            )
            found = best_for(question, known)
        except JoulegraphError as error:
            if error.code != "does-not-fit" or place == len(tries) - 1:
                raise
            continue
        answer = Best(found, _cut(problem, machine, space, found))
        learn({key: answer})
        return answer
    raise AssertionError("there is always one try")


def _told_by_energy(
    hardware: Hardware, rates: Iterable[Mapping[Access, float]], energies: Mapping[Access, float]
) -> bool:
    """Whether what levels take follows from the words that cost energy alone.

    Inside the PEs it depends on how many are at work.
    """
    if any(level.bandwidth is not None for level in hardware.levels[hardware.array.at :]):
        return False
    return all(energies.get(access) for rate in rates for access, cycles in rate.items() if cycles)


def worth_of(
    objective: Objective, problem: Problem, hardware: Hardware, costs: AccessCosts
) -> Worth:
    """Return what is to be least for a layer: with its MACs, and static power where it is known."""
    macs = problem.macs * costs.kept_macs * costs.mac
    return Worth(objective, macs, hardware.static_energy or 0.0)


def answers() -> Mapping[Any, Best]:
    """Return what was found so far, by what was asked."""
    return _found


def learn(found: Mapping[Any, Best]) -> None:
    """Take over what was found elsewhere."""
    _found.update(found)
    while len(_found) > _MOST_KEPT:
        _found.popitem(last=False)


def _key(space: Space) -> tuple[Any, ...]:
    tiles = tuple(tuple(sorted(rules.items())) for rules in space.tiles)
    return tiles, space.stationary, space.spread


def _tries(space: Space) -> list[Space]:
    """Return the space, then with the innermost level's tiles free to be cut, then with all."""
    tries = [space]
    for first in sorted({len(space.tiles) - 1, 0}, reverse=True):
        tiles = tuple(
            {dim: rule for dim, rule in rules.items() if level < first or rule != "whole"}
            for level, rules in enumerate(space.tiles)
        )
        if tiles != tries[-1].tiles:
            tries.append(replace(space, tiles=tiles))
    return tries


def _cut(
    problem: Problem, machine: Machine, space: Space, found: Found
) -> tuple[tuple[str, str], ...]:
    """Return the loops that the dataflow wants whole and the mapping cuts, with their level."""
    cut = []
    around = problem.extents
    for memory, rules, tile in zip(
        machine.memories[1:], space.tiles, found.mapping.tiles, strict=True
    ):
        for dim, rule in rules.items():
            if rule == "whole" and tile[PLACE[dim]] < around[PLACE[dim]]:
                cut.append((memory.id, dim))
        around = tile
    return tuple(cut)
