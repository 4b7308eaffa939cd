"""A memory level: what the nest counts on, and what an access of it costs."""

from dataclasses import dataclass

from py.platforms.accelerator.codings import AS_THEY_ARE, Coding
from py.platforms.accelerator.nest.dims import TENSORS
from py.platforms.accelerator.nest.machine import Memory
from py.quantities import total_count

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
class Change:
    """Another capacity than the file's, in bits, and what it makes a word cost: so many times.

    ``times`` is None where the file has no rule: the cost is that of the file.
    """

    before: int
    now: int
    times: float | None


@dataclass(frozen=True, slots=True)
class MemoryLevel:
    """A memory level.

    ``read`` and ``write`` are MAC energies of one bit of weight, ifmap and ofmap (or psum).
    ``fills_charged``: whether what comes in from outside, and goes back there, costs an access
    here. ``passes`` are tensors that are not kept, but written and read once on their way in.
    ``in_values``: the room is for so many values of each tensor, however wide they are.
    ``exponent``: energies grow with the capacity to this power, as ``rule_source`` says; None where
    no rule is known. ``change``: the capacity is not the file's.
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
    rule_source: str = ""
    in_values: bool = False
    change: Change | None = None

    @property
    def id(self) -> str:
        return self.memory.id

    @property
    def room(self) -> int | None:
        """Return the capacity in bits, at the native widths; None where there is no limit."""
        if self.memory.bits is not None:
            return self.memory.bits
        rooms = [room for room in self.memory.bits_of if room is not None]
        return total_count(rooms) if rooms else None

    def changed(self) -> str:
        """Return by what rule a word costs other than in the file; empty where it does not."""
        change = self.change
        if change is None:
            return ""
        ratio = f"{_bytes(change.now)} / {_bytes(change.before)} bytes"
        if change.times is None:
            return f"unscaled: capacity {ratio}, and no rule for its cost"
        return f"x {change.times:.4g}: capacity ({ratio})^{self.exponent:g}, {self.rule_source}"

    def energy(self, tensor: str, *, written: bool) -> float:
        """Return the MAC energy of one bit read or written."""
        place = TENSORS.index("ofmap" if tensor == "psum" else tensor)
        return (self.write if written else self.read)[place]


def _bytes(bits: int) -> str:
    return f"{bits // 8:,}" if bits % 8 == 0 else f"{bits / 8:,}"
