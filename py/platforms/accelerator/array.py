"""The array of PEs, and the network that leads to them and from one to the next."""

from dataclasses import dataclass

from py.platforms.accelerator.codings import AS_THEY_ARE, Coding


@dataclass(frozen=True, slots=True)
class Array:
    """PEs along each axis, with the loops that may run along it.

    ``at`` is the place of the first memory level inside the PEs. ``ramp_up`` are cycles in which
    nothing is computed: once in a layer, and each time the array takes another tile (a pass).
    """

    names: tuple[str, ...]
    pes: tuple[int, ...]
    loops: tuple[str, ...]
    at: int
    ramp_up: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Network:
    """MAC energies of a bit brought to a PE, handed to the next one, taken back from the array."""

    multicast: bool
    deliver: float
    hop: float
    collect: float
    source: str
    coding: Coding = AS_THEY_ARE

    def energy(self, kind: str) -> float:
        """Return the MAC energy of one bit that travels."""
        return {"deliver": self.deliver, "hop": self.hop, "collect": self.collect}[kind]
