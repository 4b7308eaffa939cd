"""The fewest cycles that any mapping of a space computes in."""

import math
from collections.abc import Sequence

from py.platforms.accelerator.mapper.ask.asked import Asked
from py.platforms.accelerator.mapper.ask.picks import Pick
from py.platforms.accelerator.mapper.ask.spots import Spots, Ways, spots

_Offer = tuple[int, Ways | None]


def least_cycles(asked: Asked) -> float:
    """Return a number of cycles that no mapping is below: PEs share the loops as well as they may.

    What the memories hold beside each other is left out, so it may be out of reach. Infinity where
    a memory does not hold a single element.
    """
    loops = sorted((_offers(asked, dim) for dim in asked.long), key=len, reverse=True)
    if not all(loops):
        return math.inf
    return _Least(loops).run(spots(frozenset((asked.machine.axes,))))


def _offers(asked: Asked, dim: str) -> list[_Offer]:
    """Return for each way to place a loop's PEs the fewest cycles, the fewest first."""
    extent, array = asked.problem.extent(dim), asked.places.array
    found = dict[Ways | None, int]()
    for pick in asked.picks(array, dim):
        sizes = (pick.size,) if asked.last == array else (pick.size, _largest(extent, pick.tiles))
        cycles = min(_of_busiest(extent, pick, size) for size in sizes)
        found[pick.ways] = min(cycles, found.get(pick.ways, cycles))
    return sorted(((cycles, own) for own, cycles in found.items()), key=_cycles)


def _of_busiest(extent: int, pick: Pick, size: int) -> int:
    """Return how many elements the busiest PE is given, which is linear in the size of tiles."""
    rest = extent - (pick.outer - 1) * size * pick.pes
    return (pick.outer - 1) * size + max(1, min(size, rest))


def _largest(extent: int, tiles: int) -> int:
    """Return the largest size of which a loop makes so many tiles."""
    return extent if tiles == 1 else -(-extent // (tiles - 1)) - 1


def _cycles(offer: _Offer) -> int:
    return offer[0]


class _Least:
    def __init__(self, loops: Sequence[Sequence[_Offer]]) -> None:
        self._loops = loops
        self._after = [1]
        for offers in reversed(loops):
            self._after.insert(0, self._after[0] * offers[0][0])
        self._least = math.inf

    def run(self, free: Spots) -> float:
        self._settle(0, 1, free)
        return self._least

    def _settle(self, place: int, cycles: int, free: Spots) -> None:
        """Place one loop after the other, those first that take the fewest cycles."""
        if place == len(self._loops):
            self._least = min(self._least, cycles)
            return
        for own, ways in self._loops[place]:
            if cycles * own * self._after[place + 1] >= self._least:
                return
            left = free if ways is None else free.after(ways)
            if left is not None:
                self._settle(place + 1, cycles * own, left)
