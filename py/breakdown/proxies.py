"""Proxies against energy: how well that which is easily counted ranks the layers of a model.

Parameters, operations and runtime stand in for energy in much of the literature and do not always
reflect it (papers/002, section 2); weights and MACs are no good metrics of it (papers/001,
conclusion), and time alone misleads where power varies (papers/003, section 4.2). Which of them
misleads for a model is told by rank correlations over its layers.

``macs_and_weights`` is the estimate of EIE (Han) and, in training, of DeLight (Rouhani) as the
second sentence of papers/000, section 2, tells it: the number of MACs stands for the operations of
the processor and that of the weights for accesses to main memory, each with the known cost of its
kind: ``per_mac * macs + per_weight * parameters``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from py.breakdown.basis import TIME, Basis
from py.breakdown.correlation import Ranked, kendall, spearman
from py.breakdown.layer_result import LayerResult
from py.platforms import Platform

PROXIES = ("parameters", "macs", "bytes", "time_s", "macs_and_weights")
LEAST = 3
"""Of fewer layers any two columns rank alike, or opposite, by chance."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a MAC costs, and a weight that is read from main memory, in ``unit``."""

    per_mac: float
    per_weight: float
    unit: str
    source: str

    def of(self, macs: int | None, parameters: int | None) -> float | None:
        """Return the energy of a layer by its MACs and weights alone."""
        if macs is None or parameters is None:
            return None
        return self.per_mac * macs + self.per_weight * parameters

    def as_json(self) -> dict[str, Any]:
        return {
            "per_mac": self.per_mac,
            "per_weight": self.per_weight,
            "unit": self.unit,
            "source": self.source,
        }


KNOWN_COSTS = Costs(
    4.6e-12,
    6.4e-10,
    "J",
    "EIE (Han et al., ISCA 2016) table I, 45 nm, 32 bits: float multiplication 3.7 pJ and addition "
    "0.9 pJ; DRAM 640 pJ",
)
"""Those that EIE reckons with, for devices whose own costs nobody has published."""


def costs_on(platform: Platform) -> Costs:
    """Return an accelerator's own costs of a MAC and of a word of its outermost memory, or EIE's.

    They only have to rank layers, so the platform's MAC energies are as good as joules.
    """
    outermost = platform.levels[0] if platform.levels else None
    if platform.kind != "accelerator" or outermost is None or outermost.energy_macs is None:
        return KNOWN_COSTS
    return Costs(1.0, outermost.energy_macs, "MACe", f"{outermost.name}: {outermost.source}")


def proxies_of(rows: Sequence[LayerResult], basis: Basis, platform: Platform) -> dict[str, Any]:
    """Return for each proxy ``spearman``, ``kendall`` and over how many layers ``n``, or None.

    Layers that cost nothing (views of a tensor) have no say, nor has a layer of which the proxy is
    unknown. None where fewer than 3 layers are left, one of the two is the same for all, or energy
    is not known at all. ``costs`` are those of ``macs_and_weights``.
    """
    costs = costs_on(platform)
    columns: dict[str, Any] = {**dict.fromkeys(PROXIES), "costs": costs.as_json()}
    if basis is TIME:
        return columns
    priced = [(row, basis.of(row.estimate)) for row in rows]
    costly = [(row, energy) for row, energy in priced if energy]
    energies = [energy for _, energy in costly]
    ranked = Ranked.of(energies)
    found: dict[str, list[Any]] = {
        "parameters": [row.layer.parameters for row, _ in costly],
        "macs": [row.layer.all_macs for row, _ in costly],
        "bytes": [row.bytes for row, _ in costly],
        "time_s": [row.estimate.time_s for row, _ in costly],
        "macs_and_weights": [
            costs.of(row.layer.all_macs, row.layer.parameters) for row, _ in costly
        ],
    }
    return columns | {name: _against(values, energies, ranked) for name, values in found.items()}


def _against(
    values: Sequence[float | None], energies: Sequence[float], ranked: Ranked
) -> dict[str, Any] | None:
    known = [
        (value, energy) for value, energy in zip(values, energies, strict=True) if value is not None
    ]
    if len(known) < LEAST:
        return None
    if len(known) < len(energies):
        ranked = Ranked.of([energy for _, energy in known])
    own = Ranked.of([value for value, _ in known])
    rho = spearman(own, ranked)
    if rho is None:
        return None
    return {"spearman": rho, "kendall": kendall(own, ranked), "n": len(known)}
