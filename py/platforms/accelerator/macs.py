"""What a MAC costs at given widths, and how many are skipped at given zeros."""

from dataclasses import dataclass
from typing import Literal

from py.layers.layer import Zeros


@dataclass(frozen=True, slots=True)
class WidthCost:
    """The energy of a MAC of operands up to these widths, in MAC energies."""

    weight: int
    activation: int
    energy: float


@dataclass(frozen=True, slots=True)
class Macs:
    """Costs by width: linear in the width of each operand, or by a table.

    Of a table the cheapest entry that is wide enough counts; where none is, the dearest after each
    is scaled up by the widths that it lacks.
    """

    native_weight: int
    native_activation: int
    table: tuple[WidthCost, ...] = ()

    def energy(self, weight: int, activation: int) -> float:
        """Return the energy of one MAC."""
        if not self.table:
            return weight * activation / (self.native_weight * self.native_activation)
        wide = [
            row.energy
            for row in self.table
            if row.weight >= weight and row.activation >= activation
        ]
        if wide:
            return min(wide)
        return max(
            row.energy * max(1.0, weight / row.weight) * max(1.0, activation / row.activation)
            for row in self.table
        )


@dataclass(frozen=True, slots=True)
class Skipped:
    """Which zero operand spares a MAC, and the tensors whose accesses by the MACs go with it."""

    rule: Literal["none", "ifmap_zero", "either_zero"] = "none"
    spared: tuple[str, ...] = ()

    def kept(self, zeros: Zeros) -> float:
        """Return the share of MACs that are done; zeros that nobody counted spare none."""
        share = 1.0
        if self.rule != "none" and zeros.ifmap is not None:
            share *= 1.0 - zeros.ifmap
        if self.rule == "either_zero" and zeros.weight is not None:
            share *= 1.0 - zeros.weight
        return share
