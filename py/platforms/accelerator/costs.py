"""What every access of the nest costs: one word of it, at the layer's widths and zeros."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from py.layers.layer import Zeros
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.level import MemoryLevel
from py.platforms.accelerator.nest.access import ARRAY, Access, Kind
from py.platforms.accelerator.nest.dims import TENSORS

OPERANDS = ("weight", "ifmap")
WRITES: tuple[Kind, ...] = ("fill", "update")
_MOVED = ("weight", "ifmap", "ofmap", "psum")
_IN_MEMORY: tuple[Kind, ...] = ("read", "fill", "drain", "update")
_IN_ARRAY: tuple[Kind, ...] = ("deliver", "hop", "collect")


@dataclass(frozen=True, slots=True)
class Widths:
    """Bits of a weight, an activation (ifmap, complete ofmap) and a psum."""

    weight: int
    activation: int
    psum: int

    def of(self, tensor: str) -> int:
        """Return the bits of a word of a tensor."""
        return {"weight": self.weight, "psum": self.psum}.get(tensor, self.activation)


@dataclass(frozen=True, slots=True)
class Charge:
    """What one word of an access costs at one place.

    ``bits`` are those of the word as it is written there, ``energy`` its cost in MAC energies,
    ``share`` how many of the words are really accessed: skipped MACs spare some. ``written``: into
    a memory, not out of it. ``passing``: a level on the way that does not keep the tensor.
    """

    level: str
    bits: float
    energy: float
    share: float = 1.0
    written: bool = False
    passing: bool = False


@dataclass(frozen=True, slots=True)
class AccessCosts:
    """The charges of every access, and what a MAC costs and how many are done.

    Layers of the same widths and zeros share them, so the energies are kept.
    """

    charges: dict[Access, tuple[Charge, ...]]
    mac: float
    kept_macs: float
    _energies: dict[Access, float] = field(default_factory=dict, init=False, repr=False)

    def energies(self) -> dict[Access, float]:
        """Return the energy of one word of each access, as the mapper asks for it."""
        if not self._energies:
            for access, charges in self.charges.items():
                energy = _added(charges)
                if energy:
                    self._energies[access] = energy
        return self._energies


def access_costs(hardware: Hardware, widths: Widths, zeros: Zeros) -> AccessCosts:
    """Return the costs of a layer's words.

    Energy is linear in the bits moved, those after coding where a level or the network codes (Yang
    et al. 2017, section III-C); a tensor whose zeros nobody counted moves as it is.
    """
    return _Costs(hardware, widths, zeros).run()


class _Costs:
    def __init__(self, hardware: Hardware, widths: Widths, zeros: Zeros) -> None:
        self.hardware, self.widths = hardware, widths
        self.zeros = {"weight": zeros.weight, "ifmap": zeros.ifmap, "ofmap": zeros.ofmap}
        self.kept = hardware.skipped.kept(zeros)

    def run(self) -> AccessCosts:
        charges: dict[Access, tuple[Charge, ...]] = {}
        for tensor in _MOVED:
            for kind in _IN_ARRAY:
                charges[tensor, ARRAY, kind] = (self._of_array(tensor, kind),)
            for place, level in enumerate(self.hardware.levels):
                for kind in _IN_MEMORY:
                    charges[tensor, level.id, kind] = self._of_level(tensor, place, level, kind)
        mac = self.hardware.macs.energy(self.widths.weight, self.widths.activation)
        return AccessCosts(charges, mac, self.kept)

    def _of_array(self, tensor: str, kind: Kind) -> Charge:
        network, width = self.hardware.network, self.widths.of(tensor)
        bits = network.coding.bits(tensor, width, self.zeros.get(tensor))
        return Charge(ARRAY, bits, network.energy(kind) * bits)

    def _of_level(
        self, tensor: str, place: int, level: MemoryLevel, kind: Kind
    ) -> tuple[Charge, ...]:
        if kind in ("fill", "drain") and not level.fills_charged:  # moved all the same
            own = self._charge(tensor, level, written=kind in WRITES)
            return (replace(own, energy=0.0),)
        share = self.kept if self._spared(tensor, place, kind) else 1.0
        own = self._charge(tensor, level, written=kind in WRITES, share=share)
        if kind == "read" and tensor in OPERANDS:
            return (own, *self._on_the_way(tensor, place))
        return (own,)

    def _on_the_way(self, tensor: str, place: int) -> Iterator[Charge]:
        """Yield what a word costs at the levels that it passes on its way in from a level."""
        for level in self.hardware.levels[place + 1 :]:
            if level.memory.keeps[TENSORS.index(tensor)] != "bypassed":
                return
            if tensor in level.passes:
                for written in (True, False):
                    yield self._charge(tensor, level, written=written, passing=True)

    def _charge(
        self,
        tensor: str,
        level: MemoryLevel,
        *,
        written: bool,
        share: float = 1.0,
        passing: bool = False,
    ) -> Charge:
        bits = level.coding.bits(tensor, self.widths.of(tensor), self.zeros.get(tensor))
        energy = level.energy(tensor, written=written) * bits
        return Charge(level.id, bits, energy, share, written, passing)

    def _spared(self, tensor: str, place: int, kind: Kind) -> bool:
        """Whether an access is one of the MACs', of a tensor that skipped ones spare."""
        if tensor not in self.hardware.skipped.spared or place < self.hardware.array.at:
            return False
        if kind != "read" and not (tensor == "psum" and kind == "update"):
            return False
        kept = TENSORS.index("ofmap" if tensor == "psum" else tensor)
        inside = self.hardware.levels[place + 1 :]
        return all(level.memory.keeps[kept] == "bypassed" for level in inside)


def _added(charges: tuple[Charge, ...]) -> float:
    total = 0.0
    for charge in charges:
        total += charge.energy * charge.share
    return total
