"""By what the layers of a result are ranked and shared out: joules, MAC energies, or time."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from py.platforms import Estimate, TimedEstimate

Parts = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Basis:
    """A quantity that is known of every layer, with its unit and the word for it."""

    name: Literal["energy_j", "energy_macs", "time_s"]
    unit: Literal["J", "MACe", "s"]
    word: Literal["energy", "time"]

    def of(self, estimate: Estimate) -> float:
        """Return the quantity of one layer.

        Raises:
            TypeError: it is unknown, as a result's basis is of none of its layers.
        """
        value: float | None = getattr(estimate, self.name)
        if value is None:
            raise TypeError(f"Basis.of: {self.name} is unknown of {estimate!r:.80}")
        return value

    def parts_of(self, estimate: Estimate) -> Parts:
        """Return {tensor: {level: quantity}}."""
        if self is TIME:
            return estimate.time_parts() if isinstance(estimate, TimedEstimate) else {}
        return estimate.parts()


JOULES = Basis("energy_j", "J", "energy")
MAC_ENERGIES = Basis("energy_macs", "MACe", "energy")
TIME = Basis("time_s", "s", "time")


def basis_of(estimates: Sequence[Estimate], kind: str) -> Basis:
    """Return joules where all layers have them, else MAC energies on an accelerator, else time."""
    if estimates and all(estimate.energy_j is not None for estimate in estimates):
        return JOULES
    if kind == "accelerator":
        return MAC_ENERGIES
    return TIME if estimates else JOULES


def summed(parts: Iterable[Parts]) -> Parts:
    """Return the sums of parts, cell by cell."""
    cells: dict[str, dict[str, list[float]]] = {}
    for own in parts:
        for tensor, levels in own.items():
            for level, value in levels.items():
                cells.setdefault(tensor, {}).setdefault(level, []).append(value)
    return {
        tensor: {level: math.fsum(values) for level, values in levels.items()}
        for tensor, levels in cells.items()
    }
