"""What an accelerator answers for one layer: terms that add up to its energy, and why."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

from py.notes import Note
from py.platforms.estimate import Interval, Origin, Quantity, often


@dataclass(frozen=True, slots=True)
class Term:
    """One cell of a breakdown: a tensor at a memory level (or the MACs themselves).

    ``accesses`` are words (MACs for computation), ``bits_per_word`` what one of them weighs after
    coding, ``energy_per_word`` its cost in MAC energies; ``why`` is the count as a formula.
    """

    tensor: str
    level: str
    accesses: float
    bits_per_word: float
    energy_per_word: float
    why: str

    @property
    def energy(self) -> float:
        """Energy in MAC energies."""
        return self.accesses * self.energy_per_word

    def as_json(self) -> dict[str, Any]:
        return {
            "tensor": self.tensor,
            "level": self.level,
            "accesses": self.accesses,
            "bits_per_word": self.bits_per_word,
            "energy_per_word": self.energy_per_word,
            "energy": self.energy,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Fused:
    """What two layers cost while the map between them stays in a level, taking so many bits."""

    level: str
    map_bits: int
    estimates: "tuple[CountedEstimate, CountedEstimate]"


@dataclass(frozen=True, slots=True)
class CountedEstimate:
    """The cost of one layer for the whole batch; None where the platform does not know.

    ``mac_energy_j`` turns MAC energies into joules where the platform states it. Layers that cost
    the same share one estimate, so its sums are kept.
    """

    terms: tuple[Term, ...]
    origin: Origin
    bits: dict[str, int]
    mac_energy_j: float | None = None
    time_s: float | None = None
    mapping: dict[str, Any] | None = None
    notes: tuple[Note, ...] = ()
    _sums: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def repeated(self, runs: float) -> "CountedEstimate":
        """Return the cost of so many runs; each term says their number."""
        if runs == 1:
            return self
        said = often(runs)
        terms = tuple(
            replace(term, accesses=term.accesses * runs, why=f"{term.why}; {said}")
            for term in self.terms
        )
        time = None if self.time_s is None else self.time_s * runs
        return replace(self, terms=terms, time_s=time)

    @property
    def energy_macs(self) -> float:
        if "energy_macs" not in self._sums:
            self._sums["energy_macs"] = math.fsum(term.energy for term in self.terms)
        energy: float = self._sums["energy_macs"]
        return energy

    @property
    def energy_j(self) -> float | None:
        return None if self.mac_energy_j is None else self.energy_macs * self.mac_energy_j

    @property
    def power_w(self) -> float | None:
        if self.energy_j is None or not self.time_s:
            return None
        return self.energy_j / self.time_s

    @property
    def origins(self) -> dict[Quantity, Origin | None]:
        return {
            "time_s": None if self.time_s is None else self.origin,
            "power_w": None if self.power_w is None else self.origin,
            "energy_j": None if self.energy_j is None else self.origin,
        }

    @property
    def interval(self) -> Interval | None:
        """Nothing: what is counted is not spread."""
        return None

    @property
    def in_range(self) -> bool | None:
        """Nothing: what is counted has no range."""
        return None

    def terms_as_json(self) -> list[dict[str, Any]]:
        return [term.as_json() for term in self.terms]

    def parts(self) -> dict[str, dict[str, float]]:
        """Return {tensor: {level: energy}}, in joules where known, else in MAC energies."""
        if "parts" not in self._sums:
            scale = 1.0 if self.mac_energy_j is None else self.mac_energy_j
            cells: dict[str, dict[str, list[float]]] = {}
            for term in self.terms:
                cells.setdefault(term.tensor, {}).setdefault(term.level, []).append(term.energy)
            self._sums["parts"] = {
                tensor: {level: math.fsum(energies) * scale for level, energies in levels.items()}
                for tensor, levels in cells.items()
            }
        parts: dict[str, dict[str, float]] = self._sums["parts"]
        return parts
