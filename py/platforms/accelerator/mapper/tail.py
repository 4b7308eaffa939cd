"""The loops over images and channels, once the windows are settled: their costs add up.

n multiplies the weights' flows alone, m the ifmap's, c the ofmap's. So with the windows settled the
energy is a sum with a part for each of these loops, and what ties them together is only the room
that their tiles share and the PEs. Groups cost nothing; they take room and PEs, and save time.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from py.platforms.accelerator.mapper.chains import Chain

TAIL = "nmcg"

TENSOR_OF = {"n": "weight", "m": "ifmap", "c": "ofmap"}
"""The tensor whose flows a loop multiplies."""

Room = tuple[tuple[int, int, int], ...]
"""For each memory level but the outermost: elements of the weight, ifmap and ofmap tile."""


class Way(NamedTuple):
    """A chain of one loop: its factor of each of its tensor's flows, and what it takes.

    ``tiles`` are its sizes at the memory levels but the outermost, ``cycles`` its turns.
    """

    factors: tuple[int, ...]
    tiles: tuple[int, ...]
    pes: tuple[int, ...]
    cycles: int
    chain: Chain


class Settled(NamedTuple):
    """What the windows leave: prices of each loop's flows, room and PEs taken, cycles."""

    prices: tuple[tuple[float, ...], ...]
    room: Room
    pes: tuple[int, ...]
    cycles: int


Good = Callable[[float, int], bool]
"""Whether a mapping of such cost and cycles, or bounds below them, would be better."""

Priced = list[tuple[float, Way]]


def ways(
    settled: Settled,
    loops: Sequence[Sequence[Way]],
    fits: Callable[[int, Room], bool],
    array: tuple[int, ...],
    good: Good,
) -> Iterator[tuple[float, int, tuple[Way, ...]]]:
    """Give (cost, cycles, ways) for n, m, c and g that fit and are good.

    ``fits`` says whether the first so many memory levels hold tiles of such room.
    """
    left = tuple(a // b for a, b in zip(array, settled.pes, strict=True))
    priced = [
        _priced(options, prices, left)
        for options, prices in zip(loops, (*settled.prices, ()), strict=True)
    ]
    if not all(priced):
        return
    images, outs, ins, groups = priced
    fewest = [min(way.cycles for _, way in entries) for entries in priced]
    sizes, least_up_to = _least_by_tile(ins)
    least_outs, least_ins = outs[0][0], ins[0][0]
    for image_cost, image in images:
        if not good(image_cost + least_outs + least_ins, 1):
            break
        room_n = _with(settled.room, image.tiles, (0, 1, 1))
        left_n = tuple(a // b for a, b in zip(left, image.pes, strict=True))
        cycles_n = settled.cycles * image.cycles
        if not all(left_n) or not fits(len(room_n), room_n):
            continue
        for out_cost, out in outs:
            cost = image_cost + out_cost
            if not good(cost + least_ins, 1):
                break
            cycles_m = cycles_n * out.cycles
            if not good(cost + least_ins, cycles_m * fewest[2] * fewest[3]):
                continue
            left_m = tuple(a // b for a, b in zip(left_n, out.pes, strict=True))
            if not all(left_m):
                continue
            room_m = _with(room_n, out.tiles, (1, 0, 1))
            if not fits(len(room_m), room_m):
                continue
            most = _largest(sizes, room_m, fits)
            if most == 0 or not good(cost + least_up_to[most - 1], 1):
                continue
            largest = sizes[most - 1] if sizes else 0
            for in_cost, inner in ins:
                if not good(cost + in_cost, 1):
                    break
                if inner.tiles and inner.tiles[0] > largest:
                    continue
                cycles_c = cycles_m * inner.cycles
                if not good(cost + in_cost, cycles_c * fewest[3]):
                    continue
                left_c = tuple(a // b for a, b in zip(left_m, inner.pes, strict=True))
                if not all(left_c):
                    continue
                room_c = _with(room_m, inner.tiles, (1, 1, 0))
                if not fits(len(room_c), room_c):
                    continue
                for _, group in groups:
                    cycles = cycles_c * group.cycles
                    if not good(cost + in_cost, cycles):
                        break
                    if all(a >= b for a, b in zip(left_c, group.pes, strict=True)) and fits(
                        len(room_c), _with(room_c, group.tiles, (1, 1, 1))
                    ):
                        yield cost + in_cost, cycles, (image, out, inner, group)


def _priced(options: Sequence[Way], prices: tuple[float, ...], left: tuple[int, ...]) -> Priced:
    """Return the ways that the PEs left allow with their costs, the cheapest and fastest first."""
    found: Priced = []
    for way in options:
        if any(a > b for a, b in zip(way.pes, left, strict=True)):
            continue
        cost = 0.0
        for price, factor in zip(prices, way.factors, strict=True):
            cost += price * factor
        found.append((cost, way))
    found.sort(key=lambda entry: (entry[0], entry[1].cycles))
    return found


def _least_by_tile(entries: Priced) -> tuple[list[int], list[float]]:
    """Return the tiles at the first level, ascending, and the least cost up to each."""
    least: dict[int, float] = {}
    for cost, way in entries:
        size = way.tiles[0] if way.tiles else 0
        if size not in least or cost < least[size]:
            least[size] = cost
    sizes = sorted(least)
    costs: list[float] = []
    for size in sizes:
        costs.append(min(least[size], costs[-1]) if costs else least[size])
    return sizes, costs


def _largest(sizes: list[int], room: Room, fits: Callable[[int, Room], bool]) -> int:
    """Return how many of the tiles of c, ascending, fit the first level."""
    if not room:
        return len(sizes)
    weight, ifmap, ofmap = room[0]
    return bisect_right(
        sizes, 0, key=lambda size: 0 if fits(1, ((weight * size, ifmap * size, ofmap),)) else 1
    )


def _with(room: Room, tiles: tuple[int, ...], takes: tuple[int, int, int]) -> Room:
    """Return the room with a loop's tiles, which weight, ifmap and ofmap depend on or not."""
    w, i, o = takes
    return tuple(
        (
            weight * size if w else weight,
            ifmap * size if i else ifmap,
            ofmap * size if o else ofmap,
        )
        for (weight, ifmap, ofmap), size in zip(room, tiles, strict=True)
    )
