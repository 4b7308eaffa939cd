"""The array of PEs, and the network that leads to them and from one to the next."""

from dataclasses import dataclass
from typing import Final

from py.platforms.accelerator.codings import AS_THEY_ARE, Coding


@dataclass(frozen=True, slots=True)
class RampUp:
    """Cycles in which nothing is computed: of a ``layer``, and ``each`` time that the PEs take
    other tiles of a tensor, as when a systolic array is filled.
    """

    layer: int
    each: int
    tensor: str

    @property
    def least(self) -> int:
        """The cycles of a mapping that fills the PEs once."""
        return self.layer + self.each


NO_RAMP_UP: Final = RampUp(0, 0, "weight")
"""Filling takes no time, or takes it while the array computes."""


@dataclass(frozen=True, slots=True)
class Array:
    """PEs along each axis, with the loops that may run along it.

    ``at`` is the place of the first memory level inside the PEs.
    """

    names: tuple[str, ...]
    pes: tuple[int, ...]
    loops: tuple[str, ...]
    at: int
    ramp_up: RampUp = NO_RAMP_UP


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
