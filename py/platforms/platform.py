"""What every platform has in common, whatever kind it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from py.layers.layer import Layer
from py.notes import Note
from py.platforms.counted import Fused
from py.platforms.estimate import Estimate, Interval


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many bytes a level holds, and how many in its file; inside the PEs those of one.

    ``energy_times``: what a word costs, in that of the file, by the ``rule`` (its source), energy
    growing with the capacity to the power of ``exponent``; None where the capacity is changed and
    the file has no rule.
    """

    bytes: float
    file_bytes: float
    energy_times: float | None
    exponent: float | None
    rule: str
    per_pe: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "bytes": self.bytes,
            "file_bytes": self.file_bytes,
            "energy_times": self.energy_times,
            "exponent": self.exponent,
            "rule": self.rule,
            "per_pe": self.per_pe,
        }


@dataclass(frozen=True, slots=True)
class Level:
    """A memory level, or the network of the array, with the cost of one word of native width.

    ``energy_macs`` to ``most_macs``: reads and writes, and tensors, may differ; None on a timed
    platform, whose levels are what time goes into. ``capacity`` is None where there is no limit.
    """

    id: str
    name: str
    energy_macs: float | None = None
    most_macs: float | None = None
    source: str = ""
    capacity: Capacity | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "energy_macs": self.energy_macs,
            "most_macs": self.most_macs,
            "source": self.source,
            "capacity": None if self.capacity is None else self.capacity.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """A power that is drawn whatever is computed: the host's beside a device, or the device's own.

    ``included``: whether the layers' power has it already.
    """

    power_w: float
    source: str
    included: bool

    def over(self, time_s: float | None) -> float | None:
        """Return the energy that it takes in a time."""
        return None if time_s is None else self.power_w * time_s


class Platform(Protocol):
    """A device that can price layers. ``hash`` is the first 16 hex digits of its file's SHA-256."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def hash(self) -> str: ...

    @property
    def levels(self) -> tuple[Level, ...]:
        """Return where data are moved, the outermost first; what time goes into, if it is timed."""
        ...

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return what holds for all layers: remarks of the file, and what was changed in it."""
        ...

    @property
    def native_bits(self) -> tuple[int, int]:
        """Return the widths of weights and activations where a layer's own are not to be had."""
        ...

    @property
    def host(self) -> Standing | None:
        """Return what the machine around the device draws meanwhile, None where nobody knows."""
        ...

    @property
    def idle(self) -> Standing | None:
        """Return what the device draws when it does nothing, None where nobody knows."""
        ...

    def estimate(self, layer: Layer) -> Estimate | None:
        """Return the layer's cost, or None where its sizes are not known.

        Raises:
            JoulegraphError: the platform has no answer, and why.
        """
        ...

    def combined(self, priced: Sequence[tuple[Layer, Estimate]], /) -> Interval | None:
        """Return between what the totals of priced layers lie, with the rule that says so."""
        ...

    def fused(self, first: Layer, second: Layer, /) -> Fused | None:
        """Return what two layers cost with the map between them kept on chip.

        None where there is no place for it. The second reads what the first leaves, and nobody else
        does.

        Raises:
            JoulegraphError: ``does-not-fit`` when no mapping fits beside the map.
        """
        ...

    def as_json(self) -> dict[str, Any]:
        """Return what a result says of its platform."""
        ...

    def element_bits(self, dtype: str) -> int | None:
        """Return the width of a model's element type here, None if it runs at the native width."""
        ...
