"""What one stage offers for one axis of the problem: tiles with their share of every product.

An axis is a loop, or the loops over outputs and taps of one window together: n, g, m, c, (o, t),
(p, r), (q, s).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.mapper.flows import Flow
from py.platforms.accelerator.mapper.modes import Turned
from py.platforms.accelerator.mapper.places import Places
from py.platforms.accelerator.nest.cut import count_of
from py.platforms.accelerator.nest.dims import DEPENDS, REUSED_BY, TENSORS, WINDOWS
from py.platforms.accelerator.nest.fills import windows
from py.platforms.accelerator.nest.machine import Machine
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Rule, Space
from py.platforms.accelerator.nest.stretch import Slide, Window, stretches
from py.platforms.accelerator.nest.turns import turns

AXES: tuple[str, ...] = ("n", "g", "m", "c", *("".join(window) for window in WINDOWS))

Sizes = tuple[int, ...]
"""Sizes of one loop's tiles at the boundaries so far, from its bound in."""


class Option(NamedTuple):
    """Tiles of one axis: its share of each product, and what it leads to.

    ``factors``: one for each term. ``room``: elements of weight, ifmap and ofmap tile. ``pes``:
    along each axis of the array. ``cycles``: turns of the array. ``sizes`` and ``unrolled`` of each
    loop of the axis.
    """

    factors: tuple[int, ...]
    room: tuple[int, int, int]
    pes: tuple[int, ...]
    cycles: int
    sizes: tuple[Sizes, ...]
    unrolled: tuple[tuple[int, ...], ...]


class Term(NamedTuple):
    """A product of the energy: a flow, or the least that a tensor costs at the stage inside.

    ``least``: the tensor stays there while this stage's tile does; each such tile is filled once.
    """

    flow: Flow
    least: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """Lists the options of one stage of a problem on a machine within a space."""

    problem: Problem
    machine: Machine
    space: Space
    places: Places

    def options(
        self,
        stage: int,
        axis: str,
        sizes: tuple[Sizes, ...],
        terms: Sequence[Term],
        turned: Turned,
        still: str,
        *,
        relaxed: bool = False,
    ) -> list[Option]:
        """Return the options of an axis, given the sizes of its loops so far.

        ``relaxed``: factors are at most those of the same tiles within any tiles around them.
        """
        found = []
        per_loop = [
            list(self._tilings(stage, dim, of, dim in still, relaxed))
            for dim, of in zip(axis, sizes, strict=True)
        ]
        for chosen in product(*per_loop):
            ends = tuple(entry[0] for entry in chosen)
            unrolled = tuple(entry[1] for entry in chosen)
            pes = tuple(prod(factors) for factors in zip(*unrolled, strict=True))
            if any(a > b for a, b in zip(pes, self.machine.axes, strict=True)):
                continue
            factors = tuple(
                self._factor(stage, axis, ends, term, turned, relaxed) for term in terms
            )
            cycles = 1
            if stage == self.places.array:
                for of in ends:
                    cycles *= self._cycles(of)
            found.append(Option(factors, self._room(axis, ends), pes, cycles, ends, unrolled))
        return found

    def _tilings(
        self, stage: int, dim: str, sizes: Sizes, still: bool, relaxed: bool
    ) -> Iterator[tuple[Sizes, tuple[int, ...]]]:
        """Give a loop's sizes down to the stage's tile, and its factors along the array's axes."""
        around = sizes[-1]
        ones = (1,) * len(self.machine.axes)
        tiles = allowed(around, self._rule(stage, dim, relaxed))
        spread = dim in self.space.spread
        if relaxed and spread:  # as far as the axes allow is known where the tile around is
            outer = [self._rule(level, dim, relaxed) for level in range(1, stage)]
            spread = all(rule == "whole" for rule in outer)
        for tile in tiles:
            if stage != self.places.array:
                if not still or tile == around:
                    yield (*sizes, tile), ones
                continue
            for factors in self._unrolled(dim, -(-around // tile), spread):
                whole = min(around, tile * prod(factors))
                if not still or whole == around:
                    yield (*sizes, whole, tile), factors

    def _rule(self, stage: int, dim: str, relaxed: bool) -> Rule:
        """Return the rule of a loop's tile; relaxed, with unknown tiles around it."""
        if stage == self.places.levels:
            return "one"
        rule = self.space.tiles[stage - 1].get(dim, "any")
        if relaxed and rule == "whole" and stage > 1:
            return self._rule(stage - 1, dim, relaxed)
        return rule

    def _unrolled(self, dim: str, pieces: int, spread: bool) -> Iterator[tuple[int, ...]]:
        """Give the factors by which a loop over so many tiles of PEs may be unrolled."""
        partial: list[tuple[tuple[int, ...], int]] = [((), pieces)]
        for size, loops in zip(self.machine.axes, self.machine.unrolls, strict=True):
            grown = []
            for factors, left in partial:
                if dim not in loops:
                    grown.append(((*factors, 1), left))
                    continue
                choices = [factor for factor in allowed(left, "any") if factor <= size]
                if spread:
                    choices = choices[:1]
                grown += [((*factors, factor), -(-left // factor)) for factor in choices]
            partial = grown
        for factors, _ in partial:
            yield factors

    def _room(self, axis: str, ends: tuple[Sizes, ...]) -> tuple[int, int, int]:
        last = dict(zip(axis, (of[-1] for of in ends), strict=True))
        if len(axis) == 1:
            size = last[axis]
            weight, ifmap, ofmap = (size if axis in DEPENDS[tensor] else 1 for tensor in TENSORS)
            return weight, ifmap, ofmap
        out, tap = axis[0], axis[1]
        window = WINDOWS.index((out, tap))
        return last[tap], self.problem.span(window, last[out], last[tap]), last[out]

    def _cycles(self, sizes: Sizes) -> int:
        array = self.places.array
        single = (*sizes, 1) if self.places.array < self.places.levels else sizes
        return turns(single, len(single) - 1, array=array, inside=True, together=True)

    def _factor(
        self,
        stage: int,
        axis: str,
        ends: tuple[Sizes, ...],
        term: Term,
        turned: Turned,
        relaxed: bool,
    ) -> int:
        """Return an axis' share of a product."""
        flow, array = term.flow, self.places.array
        factor = 1
        for dim, of in zip(axis, ends, strict=True):
            if dim not in REUSED_BY[flow.tensor]:
                continue
            if flow.every_turn:
                of = (*of, 1) if array < self.places.levels else of
            if term.least or flow.every_turn:
                counted = len(of) - 1
            else:
                counted = turned.counted[TENSORS.index(flow.tensor)]
            if relaxed and flow.bound < 0:  # of every turn: at most all MACs
                factor *= of[0]
                continue
            if relaxed and flow.together and stage > array:
                factor *= -(-count_of(of) // self._most_pes(dim))
                continue
            inside = self.places.inside(stage) and not term.least
            factor *= turns(of, counted, array=array, inside=inside, together=flow.together)
        if len(axis) == 2 and flow.tensor == "ifmap":
            factor *= self._stretch(axis, ends, term, turned, relaxed)
        return factor

    def _most_pes(self, dim: str) -> int:
        axes = zip(self.machine.axes, self.machine.unrolls, strict=True)
        return prod(size for size, loops in axes if dim in loops)

    def _stretch(
        self, axis: str, ends: tuple[Sizes, ...], term: Term, turned: Turned, relaxed: bool
    ) -> int:
        flow, places = term.flow, self.places
        window = windows(self.problem, self.machine)[WINDOWS.index((axis[0], axis[1]))]
        outs, taps = ends
        if term.least:
            return reached(window, outs[0], taps[0])
        if flow.every_turn and places.array < places.levels:
            outs, taps = (*outs, 1), (*taps, 1)
        if relaxed and flow.halo_kept:
            return reached(window, outs[0], taps[0])
        slide = None
        if flow.halo_kept and turned.slide is not None and turned.slide[0] in axis:
            slide = Slide(axis.index(turned.slide[0]), turned.slide[1])
        array = places.array if flow.together else None
        if relaxed:
            return _least(window, outs, taps, array)
        return stretches(window, outs, taps, array=array, slide=slide)


def allowed(around: int, rule: Rule) -> list[int]:
    """Return the tiles of a loop within a tile around it, the largest first."""
    if rule == "whole":
        return [around]
    if rule == "one":
        return [1]
    found, size = [], around
    while size > 1:
        found.append(size)
        pieces = -(-around // (size - 1))
        size = -(-around // pieces)
    return [*found, 1]


def reached(window: Window, outs: int, taps: int) -> int:
    """Return how many elements along a window any output and tap reaches."""
    return stretches(window, (outs, outs, 1), (taps, taps, 1), array=1)


def _least(window: Window, outs: Sizes, taps: Sizes, array: int | None) -> int:
    """Return at most what the tiles take, whatever tiles lie around them."""
    least = reached(window, outs[0], taps[0])
    if window.image is not None:
        return least
    if array is not None:
        if array + 1 >= len(outs) or len(outs) > array + 3:
            return least
        if not (taps[array] == taps[0] and window.dilation == 1 and window.stride <= taps[0]):
            if outs[-1] == taps[-1] == 1:
                together = min(-(-of[array] // of[array + 1]) for of in (outs, taps))
                least = max(least, -(-outs[0] * taps[0] // together))
            return least
        if len(outs) > array + 2:  # every turn
            together = min(-(-of[array] // of[array + 1]) for of in (outs, taps))
            return max(least, -(-outs[0] * taps[0] // together))
        outs, taps = outs[: array + 1], taps[: array + 1]
    corners = [
        tap_tiles * window.stride * (outs[0] - out_tiles)
        + out_tiles * window.dilation * (taps[0] - tap_tiles)
        + out_tiles * tap_tiles
        for out_tiles in (-(-outs[0] // outs[-1]), outs[0])
        for tap_tiles in (-(-taps[0] // taps[-1]), taps[0])
    ]
    return max(least, min(corners))
