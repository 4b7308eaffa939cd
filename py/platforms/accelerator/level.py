"""A memory level: what the nest counts on, and what an access of it costs."""

from dataclasses import dataclass

from py.platforms.accelerator.codings import AS_THEY_ARE, Coding
from py.platforms.accelerator.nest.dims import TENSORS
from py.platforms.accelerator.nest.machine import Memory

Limits = tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """Bits of each instance in a cycle; None has no limit.

    ``read`` and ``write`` hold for all tensors together, or for weight, ifmap and ofmap each by
    itself; ``both`` for all that is read and written.
    """

    read: float | Limits | None = None
    write: float | Limits | None = None
    both: float | None = None


@dataclass(frozen=True, slots=True)
class MemoryLevel:
    """A memory level.

    ``read`` and ``write`` are MAC energies of one bit of weight, ifmap and ofmap (or psum).
    ``fills_charged``: whether what comes in from outside, and goes back there, costs an access
    here. ``passes`` are tensors that are not kept, but written and read once on their way in.
    ``in_values``: the room is for so many values of each tensor, however wide they are.
    ``exponent``: energies grow with the capacity to this power; None where no rule is known.
    """

    memory: Memory
    name: str
    read: tuple[float, float, float]
    write: tuple[float, float, float]
    source: str
    fills_charged: bool = True
    passes: tuple[str, ...] = ()
    coding: Coding = AS_THEY_ARE
    bandwidth: Bandwidth | None = None
    exponent: float | None = None
    in_values: bool = False

    @property
    def id(self) -> str:
        return self.memory.id

    def energy(self, tensor: str, *, written: bool) -> float:
        """Return the MAC energy of one bit read or written."""
        place = TENSORS.index("ofmap" if tensor == "psum" else tensor)
        return (self.write if written else self.read)[place]
