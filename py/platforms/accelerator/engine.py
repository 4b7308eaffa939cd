"""An accelerator as a platform: a layer in, its energy by tensor and level out."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from py.layers.layer import Layer
from py.notes import Note
from py.platforms.accelerator.costs import Widths, WordCosts, word_costs
from py.platforms.accelerator.counts import Count, count
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.mapping import RowStationaryMapping
from py.platforms.accelerator.problem import Problem, problem_of
from py.platforms.accelerator.search import Found, least_energy
from py.platforms.accelerator.streams import stream
from py.platforms.estimate import Estimate, Term


@dataclass(frozen=True, eq=False)
class Accelerator:
    """A platform of kind ``accelerator``; see ``Hardware`` for what it is made of."""

    id: str
    name: str
    hash: str
    hardware: Hardware
    kind: str = "accelerator"

    def element_bits(self, dtype: str) -> int | None:
        return self.hardware.element_bits.get(dtype)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "hash": self.hash,
            "word_bits": self.hardware.word_bits,
            "mac_energy_j": self.hardware.mac_energy_j,
            "levels": [level.as_json() for level in self.hardware.levels],
        }

    def widths(self, layer: Layer) -> Widths:
        """Return the widths a layer runs at: its own where it has them, else the native one."""
        native = self.hardware.word_bits
        activation = layer.bits.activation or native
        return Widths(
            layer.bits.weight or native, activation, max(self.hardware.psum_bits, activation)
        )

    def estimate(self, layer: Layer) -> Estimate | None:
        """Return what a layer costs under the mapping of least energy.

        Layers with MACs are mapped (Yang et al. 2017, section III); others cost what they move.
        None if the layer's sizes are unknown.

        Raises:
            JoulegraphError: ``does-not-fit`` when no mapping fits.
        """
        key = (
            *(layer.kind, layer.loops, layer.macs, layer.bits, layer.zeros, layer.in_place),
            *(layer.ifmap_elements, layer.weight_elements, layer.ofmap_elements),
        )
        estimates = self._estimates()
        if key not in estimates:
            estimates[key] = self._estimate(layer)
        return estimates[key]

    def _estimate(self, layer: Layer) -> Estimate | None:
        widths = self.widths(layer)
        costs = word_costs(self.hardware, widths, layer.zeros)
        bits = {"weight": widths.weight, "activation": widths.activation, "psum": widths.psum}
        if layer.loops is None:
            moved = stream(layer, self.hardware)
            if moved is None or layer.macs:
                return None
            return Estimate(_terms(moved, costs), "modelled", bits, self.hardware.mac_energy_j)
        if layer.macs is None or layer.ofmap_elements is None:
            return None
        problem = problem_of(
            layer.loops,
            self.hardware,
            macs=layer.macs,
            ofmap_words=layer.ofmap_elements,
            activation_bits=widths.activation,
        )
        found = self.search(problem, widths, costs)
        return self.price(problem, found.mapping, widths, costs, evaluated=found.evaluated)

    def price(
        self,
        problem: Problem,
        mapping: RowStationaryMapping,
        widths: Widths,
        costs: WordCosts,
        *,
        evaluated: int = 1,
    ) -> Estimate:
        """Return what a problem costs under a given mapping."""
        terms = (
            *_compute_terms(problem, costs),
            *_terms(count(problem, mapping, self.hardware.conventions), costs),
        )
        notes = (Note("cut", f"Cut to fit the array: {problem.pieces}."),) if problem.pieces else ()
        return Estimate(
            terms=terms,
            origin="modelled",
            bits={"weight": widths.weight, "activation": widths.activation, "psum": widths.psum},
            mac_energy_j=self.hardware.mac_energy_j,
            mapping={
                "dataflow": "row_stationary",
                "parameters": mapping.parameters(),
                "order": list(mapping.order),
                "nest": mapping.nest(problem),
                "active_pes": mapping.active_pes(problem),
                "pes": self.hardware.rows * self.hardware.columns,
                "evaluated": evaluated,
            },
            notes=notes,
        )

    def search(self, problem: Problem, widths: Widths, costs: WordCosts) -> Found:
        """Return the mapping of least energy; the same question is answered once."""
        key = (problem, widths, tuple(costs.energy.items()))
        found = self._found().get(key)
        if found is None:
            found = self._found()[key] = least_energy(problem, self.hardware, widths, costs)
        return found

    @lru_cache(maxsize=8)  # noqa: B019 - a handful of platforms live as long as the process
    def _estimates(self) -> dict[Any, Estimate | None]:
        return {}

    @lru_cache(maxsize=8)  # noqa: B019 - a handful of platforms live as long as the process
    def _found(self) -> dict[Any, Found]:
        return {}


def _compute_terms(problem: Problem, costs: WordCosts) -> tuple[Term, ...]:
    macs = problem.macs
    kept = macs * costs.kept_macs
    done = (
        f"{macs} MACs"
        if costs.kept_macs == 1.0
        else f"{macs} MACs x {costs.kept_macs:.4g} (not skipped)"
    )
    terms = [
        Term("computation", "mac", kept, costs.bits["weight", "register_file"], costs.mac, done)
    ]
    for tensor, per_mac, what in (
        ("ifmap", 1, "an ifmap value"),
        ("weight", 1, "a weight"),
        ("psum", 2, "a psum read and written"),
    ):
        share = costs.register_reads(tensor)
        spared = "" if share == 1.0 else f" x {share:.4g} (skipped ones spare it)"
        terms.append(
            Term(
                _reported(tensor),
                "register_file",
                per_mac * macs * share,
                costs.bits[tensor, "register_file"],
                costs.energy[tensor, "register_file"],
                f"{what} per MAC: {per_mac} x {macs}{spared}",
            )
        )
    return tuple(terms)


def _terms(counts: tuple[Count, ...], costs: WordCosts) -> tuple[Term, ...]:
    return tuple(
        Term(
            _reported(entry.tensor),
            entry.level,
            entry.words,
            costs.bits[entry.tensor, entry.level],
            costs.energy[entry.tensor, entry.level],
            entry.why,
        )
        for entry in counts
    )


def _reported(tensor: str) -> str:
    """Return the tensor of a breakdown: the energy of psums is the ofmap's (Yang 2017, III-A)."""
    return "ofmap" if tensor == "psum" else tensor
