"""The loops along windows: outputs and taps together, with what they leave to the other loops."""

from collections.abc import Callable, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.mapper.chains import Chain
from py.platforms.accelerator.mapper.tail import Room


class Pane(NamedTuple):
    """Chains of outputs and taps along one window: their factor of each flow and what they take."""

    factors: tuple[int, ...]
    room: Room
    pes: tuple[int, ...]
    cycles: int
    chains: tuple[Chain, ...]


class Panes(NamedTuple):
    """A pane for each window: ``bound`` lies below what any mapping with them costs."""

    bound: float
    cycles: int
    weights: tuple[float, ...]
    room: Room
    pes: tuple[int, ...]
    panes: tuple[Pane, ...]


def together(
    windows: Sequence[Sequence[Pane]],
    prices: Sequence[float],
    least: Sequence[int],
    fits: Callable[[Room], bool],
    array: tuple[int, ...],
    good: Callable[[float, int], bool],
) -> list[Panes]:
    """Return the panes of all windows that may be part of a good mapping, by their bound.

    ``prices`` are those of the flows, ``least`` the least factor that the other loops add to each.
    """
    found = []
    for panes in product(*windows):
        pes = tuple(prod(along) for along in zip(*(pane.pes for pane in panes), strict=True))
        if any(a > b for a, b in zip(pes, array, strict=True)):
            continue
        weights = list(prices)
        for pane in panes:
            weights = [a * b for a, b in zip(weights, pane.factors, strict=True)]
        bound = 0.0
        for weight, factor in zip(weights, least, strict=True):
            bound += weight * factor
        cycles = prod(pane.cycles for pane in panes)
        if not good(bound, cycles):
            continue
        room = _room(panes)
        if fits(room):
            found.append(Panes(bound, cycles, tuple(weights), room, pes, panes))
    return sorted(found, key=lambda panes: panes[:2])


def _room(panes: Sequence[Pane]) -> Room:
    found = []
    for of_level in zip(*(pane.room for pane in panes), strict=True):
        weight = ifmap = ofmap = 1
        for w, i, o in of_level:
            weight, ifmap, ofmap = weight * w, ifmap * i, ofmap * o
        found.append((weight, ifmap, ofmap))
    return tuple(found)
