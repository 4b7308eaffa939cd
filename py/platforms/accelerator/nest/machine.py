"""Memories and array: how much each holds, and how words get from one to the next."""

from dataclasses import dataclass
from typing import Literal

from py.platforms.accelerator.nest.dims import DIMS, TENSORS

Keeping = Literal["kept", "bypassed", "either"]


@dataclass(frozen=True, slots=True)
class Memory:
    """One memory level.

    ``keeps`` says for weight, ifmap and ofmap whether the level holds it. ``bits`` is the shared
    capacity, ``bits_of`` that of each tensor alone (None: no limit); tensors share it in whole
    banks of ``bank_bits``, and ``double`` buffering takes twice the room. ``halo`` (of what comes
    in from outside) and ``first_psum_access`` (of psums that the level holds for the one inside)
    are as in the package's text.

    Raises:
        ValueError: other than three entries, or capacities below one.
    """

    id: str
    keeps: tuple[Keeping, Keeping, Keeping] = ("kept", "kept", "kept")
    bits: int | None = None
    bits_of: tuple[int | None, int | None, int | None] = (None, None, None)
    bank_bits: int = 1
    halo: Literal["refetched", "kept"] = "refetched"
    first_psum_access: Literal["read_and_write", "write_only"] = "write_only"
    double: bool = False

    def __post_init__(self) -> None:
        if len(self.keeps) != len(TENSORS) or len(self.bits_of) != len(TENSORS):
            raise ValueError(f"Memory {self.id}: one entry for each of {TENSORS}")
        if min(self.bank_bits, *(1 if room is None else room for room in self.rooms)) < 1:
            raise ValueError(f"Memory {self.id}: capacities from 1 bit, got {self.rooms}")

    @property
    def rooms(self) -> tuple[int | None, ...]:
        return (self.bits, *self.bits_of)

    def holds(self, bits: tuple[int, int, int]) -> bool:
        """Whether tiles of so many bits of weight, ifmap and ofmap fit; 0 where not kept."""
        weight, ifmap, ofmap = bits
        if self.double:
            weight, ifmap, ofmap = 2 * weight, 2 * ifmap, 2 * ofmap
        for_weight, for_ifmap, for_ofmap = self.bits_of
        if (
            (for_weight is not None and weight > for_weight)
            or (for_ifmap is not None and ifmap > for_ifmap)
            or (for_ofmap is not None and ofmap > for_ofmap)
        ):
            return False
        if self.bits is None:
            return True
        bank = self.bank_bits
        banks = -(-weight // bank) - (-ifmap // bank) - (-ofmap // bank)
        return banks * bank <= self.bits


@dataclass(frozen=True, slots=True)
class Machine:
    """Memory levels, outermost first, with the array above level ``array_at`` of them.

    ``array_at`` equal to the number of levels means that no level is inside the PEs. ``axes`` are
    the PEs along each axis, ``unrolls`` the loops that may run along it. The conventions are those
    of the package's text.

    Raises:
        ValueError: no level, an outermost level that does not keep everything or has a capacity, or
            an array outside of the levels.
    """

    memories: tuple[Memory, ...]
    array_at: int
    axes: tuple[int, ...]
    unrolls: tuple[str, ...]
    multicast: bool = True
    padding: Literal["fetched", "not_fetched"] = "fetched"
    operands: Literal["every_mac", "on_change"] = "every_mac"

    def __post_init__(self) -> None:
        if not self.memories:
            raise ValueError("Machine: at least one memory level")
        outermost = self.memories[0]
        if set(outermost.keeps) != {"kept"} or any(outermost.rooms):
            raise ValueError("Machine: the outermost level keeps everything, without limit")
        if not 1 <= self.array_at <= len(self.memories):
            raise ValueError(f"Machine.array_at: 1 to {len(self.memories)}, got {self.array_at}")
        if len(self.axes) != len(self.unrolls) or any(size < 1 for size in self.axes):
            raise ValueError("Machine: for each axis its PEs, from 1, and the loops along it")
        if any(set(loops) - set(DIMS) for loops in self.unrolls):
            raise ValueError(f"Machine.unrolls: loops are {DIMS}, got {self.unrolls}")

    @property
    def pes(self) -> int:
        count = 1
        for size in self.axes:
            count *= size
        return count
