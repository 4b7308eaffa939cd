"""What one word costs: its width, its coding, the level it is accessed at."""

from dataclasses import dataclass

from py.layers.layer import Zeros
from py.platforms.accelerator.hardware import Hardware
from py.platforms.estimate import LEVELS


@dataclass(frozen=True, slots=True)
class Widths:
    """Bits of a weight, an activation (ifmap, complete ofmap) and a psum."""

    weight: int
    activation: int
    psum: int


@dataclass(frozen=True, slots=True)
class WordCosts:
    """Bits and energy (in MAC energies) of one word of each tensor at each level.

    ``psum`` are partial sums, ``ofmap`` complete outputs at the width of activations.

    ``mac`` is the energy of one MAC and ``kept_macs`` the share of MACs that are not skipped;
    ``spared`` names the tensors whose register-file accesses a skipped MAC spares.
    """

    bits: dict[tuple[str, str], float]
    energy: dict[tuple[str, str], float]
    mac: float
    kept_macs: float
    spared: tuple[str, ...]

    def register_reads(self, tensor: str) -> float:
        """Return register-file reads of a tensor per MAC of the dense layer."""
        return self.kept_macs if tensor in self.spared else 1.0


def word_costs(hardware: Hardware, widths: Widths, zeros: Zeros) -> WordCosts:
    """Return the costs of a layer's words.

    Data movement is linear in the bits moved, a MAC linear in the width of each operand (Yang et
    al. 2017, section III-C). Significance-map coding turns b bits into b * (1 - zeros) + 1 (section
    IV-A); a tensor whose zeros nobody counted is moved as it is.
    """
    conventions = hardware.conventions
    shares = {"ifmap": zeros.ifmap, "weight": zeros.weight, "ofmap": zeros.ofmap, "psum": None}
    width_of = {"weight": widths.weight, "psum": widths.psum}
    bits: dict[tuple[str, str], float] = {}
    energy: dict[tuple[str, str], float] = {}
    for tensor, share in shares.items():
        for level in LEVELS:
            width = width_of.get(tensor, widths.activation)
            coded = (
                conventions.coding == "significance_map"
                and share is not None
                and tensor in conventions.coded_tensors
                and level in conventions.coded_levels
            )
            word_bits = width * (1.0 - share) + 1.0 if coded and share is not None else float(width)
            bits[tensor, level] = word_bits
            energy[tensor, level] = hardware.level_energy(level) * word_bits / hardware.word_bits
    return WordCosts(
        bits=bits,
        energy=energy,
        mac=widths.weight * widths.activation / hardware.word_bits**2,
        kept_macs=_kept(conventions.skipped_mac, zeros),
        spared=conventions.spared_accesses,
    )


def _kept(rule: str, zeros: Zeros) -> float:
    kept = 1.0
    if rule in ("ifmap_zero", "either_zero") and zeros.ifmap is not None:
        kept *= 1.0 - zeros.ifmap
    if rule == "either_zero" and zeros.weight is not None:
        kept *= 1.0 - zeros.weight
    return kept
