"""One way to run a problem on a machine: tiles, unrolling, orders, and who keeps what."""

from dataclasses import dataclass

from py.platforms.accelerator.nest.dims import DIMS, TENSORS, Sizes


@dataclass(frozen=True, slots=True)
class Mapping:
    """A point of the mapping space.

    ``tiles`` has the tile of each memory level but the outermost, from the outside in. ``unrolled``
    has a factor for each loop along each axis. ``orders`` has for each memory level its loops,
    outermost first: a string of all ten letters. ``kept`` has for each memory level but the
    outermost whether it keeps weight, ifmap and ofmap.

    Raises:
        ValueError: sizes or factors below one, tiles larger than those around them, orders that do
            not name each loop once, or numbers of levels that differ.
    """

    tiles: tuple[Sizes, ...]
    unrolled: tuple[Sizes, ...]
    orders: tuple[str, ...]
    kept: tuple[tuple[bool, bool, bool], ...]

    def __post_init__(self) -> None:
        if not len(self.tiles) == len(self.kept) == len(self.orders) - 1:
            raise ValueError("Mapping: a tile and who is kept for each level but the outermost")
        if any(len(entry) != len(TENSORS) for entry in self.kept):
            raise ValueError(f"Mapping.kept: one entry for each of {TENSORS}")
        for entry in (*self.tiles, *self.unrolled):
            if len(entry) != len(DIMS) or min(entry) < 1:
                raise ValueError(f"Mapping: {len(DIMS)} sizes from 1, got {entry}")
        for outer, inner in zip(self.tiles, self.tiles[1:], strict=False):
            if any(a < b for a, b in zip(outer, inner, strict=True)):
                raise ValueError(f"Mapping.tiles: {inner} is larger than {outer} around it")
        for order in self.orders:
            if sorted(order) != sorted(DIMS):
                raise ValueError(f"Mapping.orders: each of {DIMS} once, got {order!r}")
