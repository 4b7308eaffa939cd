"""A first mapping: stage after stage of the most promising plans, a few ways each."""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from py.platforms.accelerator.mapper.ask.picks import Picked
from py.platforms.accelerator.mapper.plan.bill import Bill
from py.platforms.accelerator.mapper.side import Side
from py.platforms.accelerator.mapper.stage.effort import Ceiling, Effort, EffortSpentError
from py.platforms.accelerator.mapper.stage.entry import Entry, picked
from py.platforms.accelerator.mapper.stage.stage import Stage

_WIDTH, _EACH = 8, 4
"""How many partly settled plans are kept, and how many ways to go on from each."""

Finish = Callable[[Side, Bill, Stage, float, tuple[Picked, ...]], None]
"""Settles the last stage as cheaply as it goes, given what all else costs and what was picked."""


@dataclass(order=True, slots=True)
class _Way:
    """A plan with its outermost stages settled, and a bound below what becomes of it."""

    bound: float
    number: int
    side: Side = field(compare=False)
    bill: Bill = field(compare=False)
    settled: tuple[Picked, ...] = field(compare=False, default=())


def dive(bills: Sequence[tuple[Side, Bill]], most: float, effort: Effort, finish: Finish) -> None:
    """Find a mapping to hold all others against, not yet the best.

    ``most`` is the energy above which none is of use.

    Raises:
        EffortSpentError: the effort was spent before.
    """
    beam = [
        _Way(side.fixed + bill.rough, number, side, bill)
        for number, (side, bill) in enumerate(bills)
    ]
    beam = sorted(beam)[: 2 * _WIDTH]
    for way in beam:
        with suppress(EffortSpentError):
            fixed = way.side.fixed
            way.bound = fixed + way.bill.bound(Effort(effort.left), most - fixed)
    while beam := [way for way in sorted(beam)[:_WIDTH] if way.bound < math.inf]:
        inside = list[_Way]()
        for way in beam:
            side, bill, settled = way.side, way.bill, way.settled
            stage, rest = bill.stage(len(settled) + 1, settled)
            rest += side.fixed
            if len(settled) + 1 == side.asked.last:
                finish(side, bill, stage, rest, settled)
                continue
            for entry in _cheapest(stage, _EACH):
                more = (*settled, picked(entry.choices))
                inside.append(_Way(rest + entry.cost, len(inside), side, bill, more))
        beam = inside


def _cheapest(stage: Stage, number: int) -> list[Entry]:
    """Return so many of a stage's cheapest entries."""
    found: list[Entry] = []
    ceiling = Ceiling()
    for entry in stage.entries(ceiling):
        if entry in found:
            continue
        found = sorted([*found, entry], key=_cost)[:number]
        if len(found) == number:
            ceiling.value = math.nextafter(found[-1].cost, -math.inf)
    return found


def _cost(entry: Entry) -> float:
    return entry.cost
