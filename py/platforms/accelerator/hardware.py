"""An accelerator as its file describes it: array, levels, widths, conventions, dataflows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from py.errors import JoulegraphError
from py.platforms.accelerator.array import Array, Network
from py.platforms.accelerator.dataflow import Dataflow
from py.platforms.accelerator.level import MemoryLevel
from py.platforms.accelerator.macs import Macs, Skipped
from py.platforms.accelerator.nest.access import ARRAY
from py.platforms.accelerator.nest.machine import Machine, Memory
from py.platforms.platform import Capacity, Level


@dataclass(frozen=True, slots=True)
class Hardware:
    """Memory levels, outermost first, with the array of PEs among them.

    ``word_bits`` is what the file calls a word; the native widths are those of the multipliers and
    of psums. Energies are in MACs of the native widths; ``mac_energy_j`` is None where no source
    gives joules, ``clock_hz`` and ``idle_power_w`` likewise. ``machine`` is what the nest counts
    on. The first of the ``dataflows`` is the default, the last has no constraints. ``remarks`` are
    what the reader of a result must know.
    """

    word_bits: int
    weight_bits: int
    activation_bits: int
    psum_bits: int
    element_bits: Mapping[str, int]
    mac_energy_j: float | None
    clock_hz: float | None
    idle_power_w: float | None
    macs: Macs
    skipped: Skipped
    levels: tuple[MemoryLevel, ...]
    array: Array
    network: Network
    machine: Machine
    dataflows: tuple[Dataflow, ...]
    remarks: tuple[str, ...] = ()

    @property
    def static_energy(self) -> float | None:
        """What each cycle costs whatever is computed, in MACs; None where it is not known."""
        power, clock, joules = self.idle_power_w, self.clock_hz, self.mac_energy_j
        if power is None or clock is None or joules is None:
            return None
        return power / clock / joules

    def shown_levels(self) -> tuple[Level, ...]:
        """Return the levels with the array between, and what a word costs at each, for people."""
        word = self.word_bits
        shown = []
        for place, level in enumerate(self.levels):
            energies = (*level.read, *level.write)
            least, most = min(energies) * word, max(energies) * word
            source = "; ".join(filter(None, (level.source, level.changed())))
            inside = place >= self.array.at
            capacity = _capacity(level, per_pe=inside)
            shown.append(Level(level.id, level.name, least, most, source, capacity))
        network = self.network
        travels = (network.deliver, network.hop, network.collect)
        least, most = min(travels) * word, max(travels) * word
        shown.insert(self.array.at, Level(ARRAY, "Array", least, most, network.source))
        return tuple(shown)

    def machine_at(self, weight: int, activation: int, psum: int) -> Machine:
        """Return the machine for words of these widths: room in values has as many of any width."""
        if not any(level.in_values for level in self.levels):
            return self.machine
        native = (self.weight_bits, self.activation_bits, self.psum_bits)
        memories = tuple(
            _widened(level.memory, native, (weight, activation, psum))
            if level.in_values
            else level.memory
            for level in self.levels
        )
        return replace(self.machine, memories=memories)

    def level(self, identity: str) -> MemoryLevel:
        """Return a memory level by its id."""
        return next(level for level in self.levels if level.id == identity)

    def dataflow(self, name: str | None = None) -> Dataflow:
        """Return a dataflow by its id, or the default one.

        Raises:
            JoulegraphError: ``dataflow-unknown`` naming those that there are.
        """
        if name is None:
            return self.dataflows[0]
        for dataflow in self.dataflows:
            if dataflow.id == name:
                return dataflow
        raise JoulegraphError(
            "dataflow-unknown",
            f"The platform has no dataflow {name[:60]!r}; "
            f"it has: {', '.join(entry.id for entry in self.dataflows)}.",
            "Choose one of these.",
        )


def _capacity(level: MemoryLevel, *, per_pe: bool) -> Capacity | None:
    room, change = level.room, level.change
    if room is None:
        return None
    before, now = (room, room) if change is None else (change.before, change.now)
    return Capacity(
        bytes=_bytes(now),
        file_bytes=_bytes(before),
        energy_times=1.0 if change is None else change.times,
        exponent=level.exponent,
        rule=level.rule_source,
        per_pe=per_pe,
    )


def _bytes(bits: int) -> float:
    return bits / 8 if bits % 8 else bits // 8


def _widened(memory: Memory, native: tuple[int, int, int], widths: tuple[int, int, int]) -> Memory:
    weight, ifmap, ofmap = (
        None if room is None else room // own * width
        for room, own, width in zip(memory.bits_of, native, widths, strict=True)
    )
    return replace(memory, bits_of=(weight, ifmap, ofmap))
