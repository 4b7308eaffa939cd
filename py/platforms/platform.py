"""What every platform has in common, whatever kind it is."""

from dataclasses import dataclass
from typing import Any, Protocol

from py.layers.layer import Layer
from py.platforms.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Level:
    """A memory level, or the network of the array, with the cost of one word of native width.

    ``energy_macs`` to ``most_macs``: reads and writes, and tensors, may differ.
    """

    id: str
    name: str
    energy_macs: float
    most_macs: float
    source: str

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "energy_macs": self.energy_macs,
            "most_macs": self.most_macs,
            "source": self.source,
        }


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
        """Return where data are moved, the outermost first."""
        ...

    def estimate(self, layer: Layer) -> Estimate | None:
        """Return the layer's cost, or None where this platform has no answer."""
        ...

    def as_json(self) -> dict[str, Any]:
        """Return what a result says of its platform."""
        ...

    def element_bits(self, dtype: str) -> int | None:
        """Return the width of a model's element type here, None if it runs at the native width."""
        ...
