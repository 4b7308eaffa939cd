"""Orders of all levels together, each once: what they make count, and what they ask for."""

from collections.abc import Iterator
from typing import NamedTuple

from py.platforms.accelerator.mapper.flows import Flow
from py.platforms.accelerator.mapper.modes import Mode, Turned, modes
from py.platforms.accelerator.mapper.places import Places
from py.platforms.accelerator.nest.space import Space


class Plan(NamedTuple):
    """The order of each stage's loops, and what of them counts for the tensors inside."""

    modes: tuple[Mode, ...]
    turned: tuple[Turned, ...]

    def asks_no_more(self, other: "Plan") -> bool:
        """Whether whatever loops the other plan allows, this one does."""
        return all(
            set(own.still) <= set(their.still)
            for own, their in zip(self.modes, other.modes, strict=True)
        )

    def still(self, dim: str) -> tuple[bool, ...]:
        """Return for each stage whether a loop must not be there."""
        return tuple(dim in mode.still for mode in self.modes)


def plans(
    space: Space, places: Places, flows: tuple[Flow, ...], stages: int, long: str
) -> list[Plan]:
    """Return the plans worth looking at; of two with the same effect not the one that asks more.

    ``long`` are the loops of more than one turn.
    """
    found: dict[object, list[Plan]] = {}
    for chosen, turned in _plans(1, (), (), long, space, places, flows, stages):
        plan = Plan(chosen, turned)
        effect = tuple(
            (
                turned[min(flow.level, stages) - 1].counted,
                turned[min(flow.level, stages) - 1].slide if flow.halo_kept else None,
            )
            for flow in flows
            if not flow.every_turn
        )
        alike = found.setdefault(effect, [])
        if not any(known.asks_no_more(plan) for known in alike):
            alike[:] = [known for known in alike if not plan.asks_no_more(known)]
            alike.append(plan)
    return [plan for alike in found.values() for plan in alike]


def loops_of(stage: int, long: str, space: Space, places: Places) -> str:
    """Return the loops that a stage may have at all."""
    found = []
    for dim in long:
        outer = [space.tiles[level - 1].get(dim, "any") for level in range(1, stage)]
        own = "one" if stage == places.levels else space.tiles[stage - 1].get(dim, "any")
        if "one" not in outer and own != "whole":
            found.append(dim)
    return "".join(found)


def _plans(
    stage: int,
    chosen: tuple[Mode, ...],
    turned: tuple[Turned, ...],
    long: str,
    space: Space,
    places: Places,
    flows: tuple[Flow, ...],
    stages: int,
) -> Iterator[tuple[tuple[Mode, ...], tuple[Turned, ...]]]:
    if stage > stages:
        yield chosen, turned
        return
    before = turned[-1] if turned else Turned()
    slides = any(flow.halo_kept and flow.level >= stage for flow in flows)
    for mode in modes(
        stage,
        before,
        places,
        demanded=space.stationary[stage - 1],
        long=set(loops_of(stage, long, space, places)),
        slides=slides,
    ):
        after = before.after(mode, stage, places)
        yield from _plans(
            stage + 1, (*chosen, mode), (*turned, after), long, space, places, flows, stages
        )
