"""Where on the array the PEs of all loops find their place, as the space wants them spread."""

from collections.abc import Sequence
from itertools import product
from math import prod

from py.platforms.accelerator.mapper.ask.picks import Pick, quotients
from py.platforms.accelerator.mapper.ask.spots import Sizes, Ways
from py.platforms.accelerator.nest.dims import DIMS, PLACE, sizes
from py.platforms.accelerator.nest.dims import Sizes as SizesOfAll
from py.platforms.accelerator.nest.machine import Machine

_Key = tuple[tuple[Ways | None, int], ...]


class Placing:
    """Finds factors along each axis that give each loop its PEs; what was asked is kept."""

    def __init__(self, machine: Machine, spread: str) -> None:
        self._machine, self._spread = machine, tuple(dict.fromkeys(spread))
        self._known: dict[_Key, tuple[SizesOfAll, ...] | None] = {}

    def find(self, picks: Sequence[Pick | None]) -> tuple[SizesOfAll, ...] | None:
        """Return the factors for what the array's stage picked for each of ``DIMS``; None if none.

        Loops that the space spreads go as far along each axis as it allows, in their order.
        """
        key = tuple([_NOTHING if pick is None else (pick.ways, pick.tiles) for pick in picks])
        if key not in self._known:
            self._known[key] = self._find(key)
        return self._known[key]

    def _find(self, key: _Key) -> tuple[SizesOfAll, ...] | None:
        axes = self._machine.axes
        ways = {dim: own.splits for dim, (own, _) in zip(DIMS, key, strict=True) if own is not None}
        for splits in product(*ways.values()):
            if any(prod(split[axis] for split in splits) > size for axis, size in enumerate(axes)):
                continue
            chosen = dict(zip(ways, splits, strict=True))
            if self._is_spread(chosen, key):
                return tuple(
                    sizes(**{dim: split[axis] for dim, split in chosen.items()})
                    for axis in range(len(axes))
                )
        return None

    def _is_spread(self, chosen: dict[str, Sizes], key: _Key) -> bool:
        """Whether the loops that the space spreads go as far as the axes allow."""
        machine = self._machine
        left = {dim: key[PLACE[dim]][1] for dim in self._spread}
        for axis, (size, loops) in enumerate(zip(machine.axes, machine.unrolls, strict=True)):
            free = size
            for dim in self._spread:
                factor = chosen[dim][axis] if dim in chosen else 1
                if dim in loops:
                    if factor != _largest(left[dim], free):
                        return False
                    free //= factor
                left[dim] = -(-left[dim] // factor)
        return True


_NOTHING: tuple[Ways | None, int] = (None, 1)


def _largest(tiles: int, most: int) -> int:
    """Return the largest factor of so many tiles that is no more than ``most``."""
    return next(factor for factor in quotients(tiles) if factor <= most)
