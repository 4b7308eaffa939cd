"""What the loops of one axis contribute to a flow: how often they turn, how far they reach."""

from dataclasses import dataclass
from math import prod

from py.platforms.accelerator.mapper.flows import Flow
from py.platforms.accelerator.mapper.modes import Turned
from py.platforms.accelerator.mapper.places import Places
from py.platforms.accelerator.nest.cut import count_of
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

    def least(self, flow: Flow, axis: str, chains: tuple[Chain, ...], turned: Turned) -> int:
        """Return at most the factor of chains with the same tiles from the PE's in.

        The tiles above the array are taken to be as large as they can be. Where the loops outside
        are not counted down to the array, a tile of the array costs at least one fill.
        """
        end, array = self._end(flow), self.places.array
        counted = end if flow.every_turn else turned.counted[TENSORS.index(flow.tensor)]
        factor = 1
        for dim, of in zip(axis, chains, strict=True):
            if dim not in REUSED_BY[flow.tensor]:
                continue
            if flow.bound < 0:
                factor *= of[0]
            elif flow.together and counted > array + 1:
                factor *= -(-count_of(of[: counted + 1]) // self._most_pes(dim))
            else:
                factor *= turns(
                    of[: end + 1],
                    counted,
                    array=array,
                    inside=end > array,
                    together=flow.together,
                )
        if len(axis) == 1 or flow.tensor != "ifmap":
            return factor
        outs, taps = (of[: end + 1] for of in chains)
        window = self._window(axis)
        if flow.halo_kept:
            return factor * reached(window, outs[0], taps[0])
        return factor * _least(window, outs, taps, array if flow.together else None)

    def _end(self, flow: Flow) -> int:
        """Return the boundary whose tile a flow fills."""
        return self.places.tile(self.places.levels if flow.every_turn else flow.level)

    def _window(self, axis: str) -> Window:
        return windows(self.problem, self.machine)[WINDOWS.index((axis[0], axis[1]))]

    def _most_pes(self, dim: str) -> int:
        axes = zip(self.machine.axes, self.machine.unrolls, strict=True)
        return prod(size for size, loops in axes if dim in loops)


def reached(window: Window, outs: int, taps: int) -> int:
    """Return how many elements along a window any output and tap reaches."""
    return stretches(window, (outs, outs, 1), (taps, taps, 1), array=1)


def _least(window: Window, outs: Chain, taps: Chain, array: int | None) -> int:
    """Return at most what tiles of these sizes take, whatever tiles lie around them."""
    least = reached(window, outs[0], taps[0])
    if window.image is not None:
        return least
    if array is not None:
        whole = taps[array] == taps[0] and window.dilation == 1 and window.stride <= taps[0]
        if not whole or len(outs) > array + 2:
            if outs[-1] == taps[-1] == 1 and len(outs) <= array + 3:
                together = min(-(-of[array] // of[array + 1]) for of in (outs, taps))
                least = max(least, -(-outs[0] * taps[0] // together))
            return least
        outs, taps = outs[: array + 1], taps[: array + 1]
    corners = [
        tap_tiles * window.stride * (outs[0] - out_tiles)
        + out_tiles * window.dilation * (taps[0] - tap_tiles)
        + out_tiles * tap_tiles
        for out_tiles in (-(-outs[0] // outs[-1]), outs[0])
        for tap_tiles in (-(-taps[0] // taps[-1]), taps[0])
    ]
    return max(least, min(corners))
