"""Orders of all levels together, each once: what they make count, and what they ask for."""

from collections.abc import Iterator
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.asked import Asked
from py.platforms.accelerator.mapper.plan.flows import Flow
from py.platforms.accelerator.mapper.plan.modes import Mode, Turned, modes
from py.platforms.accelerator.nest.dims import WINDOWS


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


def plans(asked: Asked, flows: tuple[Flow, ...], stages: int) -> list[Plan]:
    """Return the plans worth looking at; of two with the same effect not the one that asks more."""
    found: dict[object, list[Plan]] = {}
    for chosen, turned in _plans(1, (), (), asked, flows, stages):
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


def _loops_of(stage: int, asked: Asked) -> str:
    """Return the loops that a stage may have at all."""
    return "".join(
        dim
        for dim in asked.long
        if not _single(asked, stage - 1, dim) and asked.rule(stage, dim) != "whole"
    )


def _single(asked: Asked, level: int, dim: str) -> bool:
    """Whether the space wants tiles of one element at a level, or at one around it."""
    return any(asked.rule(outer, dim) == "one" for outer in range(1, level + 1))


def _slides(stage: int, asked: Asked, flows: tuple[Flow, ...]) -> str:
    """Return the loops along which a window may slide so that tiles inside a stage share anything.

    The stretches of two turns overlap only where, across the other loop of the window, they are
    longer than the step.
    """
    found = []
    problem = asked.problem
    levels = {flow.level for flow in flows if flow.halo_kept and flow.level >= stage}
    for axis, (out, tap) in enumerate(WINDOWS):
        stride, dilation = problem.stride[axis], problem.dilation[axis]
        for dim, step, other, other_step in (
            (out, stride, tap, dilation),
            (tap, dilation, out, stride),
        ):
            across = (problem.extent(other) - 1) * other_step + 1
            if across > step and any(not _single(asked, level, other) for level in levels):
                found.append(dim)
    return "".join(found)


def _plans(
    stage: int,
    chosen: tuple[Mode, ...],
    turned: tuple[Turned, ...],
    asked: Asked,
    flows: tuple[Flow, ...],
    stages: int,
) -> Iterator[tuple[tuple[Mode, ...], tuple[Turned, ...]]]:
    if stage > stages:
        yield chosen, turned
        return
    before = turned[-1] if turned else Turned()
    for mode in modes(
        stage,
        before,
        asked.places,
        demanded=asked.space.stationary[stage - 1],
        long=set(_loops_of(stage, asked)),
        slides=_slides(stage, asked, flows),
    ):
        after = before.after(mode, stage, asked.places)
        yield from _plans(stage + 1, (*chosen, mode), (*turned, after), asked, flows, stages)
