"""Choices of one option for each axis: their cost is a sum of products, their tiles must fit.

A loop over images, ofmap or ifmap channels is one that a single tensor does not depend on: n
multiplies the weights' flows alone, m the ifmap's, c the ofmap's. So once the windows' options are
settled, the cost is a sum with a part for each of these axes, and choices go in order of that sum.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from py.platforms.accelerator.nest.dims import WINDOWS

AXES: tuple[str, ...] = (*("".join(window) for window in WINDOWS), "n", "m", "c", "g")
"""Loops by themselves or with the loop along the same window; windows first."""

_WINDOWS = len(WINDOWS)

TENSOR_OF = {"n": "weight", "m": "ifmap", "c": "ofmap"}
"""The tensor whose flows an axis multiplies; windows multiply all, groups none."""

Room = tuple[tuple[int, int, int], ...]
"""For each memory that matters: elements of the weight, ifmap and ofmap tile."""


class Option(NamedTuple):
    """A way to tile an axis: its factor of each flow (of its tensor's flows, after the windows).

    ``chains`` are the tiles of each of its loops, ``unrolled`` their factors along the array's
    axes.
    """

    factors: tuple[int, ...]
    room: Room
    pes: tuple[int, ...]
    cycles: int
    chains: tuple[tuple[int, ...], ...]
    unrolled: tuple[tuple[int, ...], ...]


class Choice(NamedTuple):
    """An option for each of ``AXES``, what they cost and the cycles that they compute for."""

    cost: float
    cycles: int
    options: tuple[Option, ...]


Good = Callable[[float, int], bool]
"""Whether a choice of such cost and cycles, or bounds below them, is still of use."""


class Terms(NamedTuple):
    """Prices of flows and the tensors whose they are."""

    prices: tuple[float, ...]
    tensors: tuple[str, ...]


class _Leaf(NamedTuple):
    """Options of all windows: what they leave to the other axes."""

    bound: float
    cycles: int
    weights: tuple[float, ...]
    room: Room
    pes: tuple[int, ...]
    options: tuple[Option, ...]


def choices(
    axes: Sequence[Sequence[Option]],
    terms: Terms,
    fits: Callable[[Room], bool],
    pes: tuple[int, ...],
    good: Good,
) -> Iterator[Choice]:
    """Give the choices that fit and are good, cheaper windows first, each in order of cost.

    ``good`` may become stricter from one choice to the next.
    """
    if not all(axes):
        return
    of_axis = [
        [at for at, tensor in enumerate(terms.tensors) if tensor == TENSOR_OF.get(axis)]
        for axis in AXES[_WINDOWS:]
    ]
    least = [
        [min(option.factors[at] for option in options) for at in range(len(places))]
        for options, places in zip(axes[_WINDOWS:], of_axis, strict=True)
    ]
    most = [
        [max(option.factors[at] for option in options) for at in range(len(places))]
        for options, places in zip(axes[_WINDOWS:], of_axis, strict=True)
    ]
    fewest = prod(min(option.cycles for option in options) for options in axes[_WINDOWS:])
    leaves = []
    for chosen in product(*axes[:_WINDOWS]):
        used = tuple(prod(along) for along in zip(*(o.pes for o in chosen), strict=True))
        if any(a > b for a, b in zip(used, pes, strict=True)):
            continue
        weights = [
            price * prod(factors)
            for price, factors in zip(
                terms.prices, zip(*(o.factors for o in chosen), strict=True), strict=True
            )
        ]
        bound = 0.0
        for places, low, high in zip(of_axis, least, most, strict=True):
            for place, small, large in zip(places, low, high, strict=True):
                bound += weights[place] * (small if weights[place] >= 0 else large)
        cycles = prod(option.cycles for option in chosen)
        if not good(bound, cycles * fewest):
            continue
        room = _together(tuple(option.room for option in chosen))
        if fits(room):
            leaves.append(_Leaf(bound, cycles, tuple(weights), room, used, chosen))
    leaves.sort(key=lambda leaf: (leaf.bound, leaf.cycles))
    for leaf in leaves:
        if not good(leaf.bound, leaf.cycles * fewest):
            continue
        yield from _completed(leaf, axes[_WINDOWS:], of_axis, fits, pes, good)


def _together(rooms: tuple[Room, ...]) -> Room:
    found = []
    for of_memory in zip(*rooms, strict=True):
        weight = ifmap = ofmap = 1
        for w, i, o in of_memory:
            weight, ifmap, ofmap = weight * w, ifmap * i, ofmap * o
        found.append((weight, ifmap, ofmap))
    return tuple(found)


def _completed(
    leaf: _Leaf,
    axes: Sequence[Sequence[Option]],
    of_axis: list[list[int]],
    fits: Callable[[Room], bool],
    pes: tuple[int, ...],
    good: Good,
) -> Iterator[Choice]:
    """Give the choices of the other axes, with the windows' settled."""
    left = tuple(a // b for a, b in zip(pes, leaf.pes, strict=True))
    priced: list[list[tuple[float, Option]]] = []
    for options, places in zip(axes, of_axis, strict=True):
        weights = [leaf.weights[place] for place in places]
        entries = []
        for option in options:
            if any(a > b for a, b in zip(option.pes, left, strict=True)):
                continue
            cost = 0.0
            for weight, factor in zip(weights, option.factors, strict=True):
                cost += weight * factor
            entries.append((cost, option))
        if not entries:
            return
        entries.sort(key=lambda entry: (entry[0], entry[1].cycles))
        priced.append(entries)
    images, outs, ins, groups = priced
    least_outs, least_ins, least_groups = outs[0][0], ins[0][0], groups[0][0]
    fewest_rest = [min(o.cycles for _, o in entries) for entries in priced]
    fewest_in = fewest_rest[2] * fewest_rest[3]
    fewest_out = fewest_rest[1] * fewest_in
    for image_cost, image in images:
        base = image_cost + least_ins + least_groups
        turns = leaf.cycles * image.cycles
        if not good(base + least_outs, 1):
            break
        if not good(base + least_outs, turns * fewest_out):
            continue
        room_image = _together((leaf.room, image.room))
        if not fits(room_image):
            continue
        left_image = tuple(a // b for a, b in zip(left, image.pes, strict=True))
        for out_cost, out in outs:
            if not good(base + out_cost, 1):
                break
            turns_out = turns * out.cycles
            if not good(base + out_cost, turns_out * fewest_in):
                continue
            if any(a > b for a, b in zip(out.pes, left_image, strict=True)):
                continue
            room_out = _together((room_image, out.room))
            if not fits(room_out):
                continue
            left_out = tuple(a // b for a, b in zip(left_image, out.pes, strict=True))
            for in_cost, inner in ins:
                cost = image_cost + out_cost + in_cost + least_groups
                if not good(cost, 1):
                    break
                if not good(cost, turns_out * inner.cycles * fewest_rest[3]):
                    continue
                if any(a > b for a, b in zip(inner.pes, left_out, strict=True)):
                    continue
                room_in = _together((room_out, inner.room))
                if not fits(room_in):
                    continue
                left_in = tuple(a // b for a, b in zip(left_out, inner.pes, strict=True))
                for group_cost, group in groups:
                    total = image_cost + out_cost + in_cost + group_cost
                    cycles = turns_out * inner.cycles * group.cycles
                    if not good(total, cycles):
                        continue
                    if any(a > b for a, b in zip(group.pes, left_in, strict=True)):
                        continue
                    if fits(_together((room_in, group.room))):
                        yield Choice(total, cycles, (*leaf.options, image, out, inner, group))
