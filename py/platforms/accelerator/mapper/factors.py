"""What the loops of one axis contribute to a flow: how often they turn, how far they reach."""

from dataclasses import dataclass

from py.platforms.accelerator.mapper.flows import Flow
from py.platforms.accelerator.mapper.modes import Turned
from py.platforms.accelerator.mapper.places import Places
from py.platforms.accelerator.nest.dims import REUSED_BY, TENSORS, WINDOWS
from py.platforms.accelerator.nest.fills import windows
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.stretch import Slide, Window, stretches
from py.platforms.accelerator.nest.turns import turns

Chain = tuple[int, ...]
"""Sizes of one loop's tiles at all boundaries, from its bound to the MAC."""


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors of flows for one problem on one machine."""

    problem: Problem
    machine: Machine
    places: Places

    def exact(self, flow: Flow, axis: str, chains: tuple[Chain, ...], turned: Turned) -> int:
        """Return an axis' factor of a flow, given the whole chains of its loops."""
        factor = 1
        end = self._end(flow)
        for dim, of in zip(axis, chains, strict=True):
            if dim in REUSED_BY[flow.tensor]:
                counted = end if flow.every_turn else turned.counted[TENSORS.index(flow.tensor)]
                factor *= turns(
                    of[: end + 1],
                    counted,
                    array=self.places.array,
                    inside=end > self.places.array,
                    together=flow.together,
                )
        if len(axis) == 1 or flow.tensor != "ifmap":
            return factor
        outs, taps = (of[: end + 1] for of in chains)
        slide = None
        if flow.halo_kept and turned.slide is not None and turned.slide[0] in axis:
            slide = Slide(axis.index(turned.slide[0]), turned.slide[1])
        array = self.places.array if flow.together else None
        return factor * stretches(self._window(axis), outs, taps, array=array, slide=slide)

    def _end(self, flow: Flow) -> int:
        """Return the boundary whose tile a flow fills."""
        return self.places.tile(self.places.levels if flow.every_turn else flow.level)

    def _window(self, axis: str) -> Window:
        return windows(self.problem, self.machine)[WINDOWS.index((axis[0], axis[1]))]
