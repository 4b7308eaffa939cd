"""How often the loops of a window turn for a flow, and how far they reach."""

from dataclasses import dataclass
from typing import NamedTuple

from py.platforms.accelerator.mapper.ask.places import Places
from py.platforms.accelerator.mapper.ask.spots import Sizes
from py.platforms.accelerator.mapper.plan.flows import Flow
from py.platforms.accelerator.mapper.plan.modes import Turned
from py.platforms.accelerator.nest.dims import REUSED_BY, TENSORS, WINDOWS
from py.platforms.accelerator.nest.fills import windows
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.stretch import Slide, stretches
from py.platforms.accelerator.nest.turns import turns


class Counting(NamedTuple):
    """How turns count for a flow: the boundary it fills, that down to which loops turn outside,
    whether PEs fill it each, and whether they count once in step.
    """

    end: int
    counted: int
    inside: bool
    together: bool


def counting(flow: Flow, turned: Turned, places: Places) -> Counting:
    """Return how turns count for a flow."""
    end = places.tile(places.levels if flow.every_turn else flow.level)
    counted = end if flow.every_turn else turned.counted[TENSORS.index(flow.tensor)]
    return Counting(end, counted, end > places.array, flow.together)


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors of flows along the windows of one problem on one machine."""

    problem: Problem
    machine: Machine
    places: Places

    def of(self, flow: Flow, axis: int, outs: Sizes, taps: Sizes, turned: Turned) -> int:
        """Return a window's factor of a flow, given the sizes of outputs and taps to the MAC."""
        loops, array = WINDOWS[axis], self.places.array
        end, counted, inside, together = counting(flow, turned, self.places)
        outs, taps = outs[: end + 1], taps[: end + 1]
        factor = 1
        for dim, sizes in zip(loops, (outs, taps), strict=True):
            if dim in REUSED_BY[flow.tensor]:
                factor *= turns(sizes, counted, array=array, inside=inside, together=together)
        if flow.tensor != "ifmap":
            return factor
        slide = None
        if flow.halo_kept and turned.slide is not None and turned.slide[0] in loops:
            slide = Slide(loops.index(turned.slide[0]), turned.slide[1])
        window = windows(self.problem, self.machine)[axis]
        in_step = array if together else None
        return factor * stretches(window, outs, taps, array=in_step, slide=slide)
