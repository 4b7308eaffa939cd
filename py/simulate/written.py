"""A simulation beside a result, in the forms of the terminal: added to its JSON, CSV and text."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from py.columns import safe_cell
from py.simulate.beside import Beside, Figure, LayerBeside, figure_of
from py.simulate.table import table

_FIGURES = ("macs_done", "coded_bits", "energy_macs")
_COLUMNS = (
    *("simulated_macs_done", "estimated_macs_done"),
    *("simulated_coded_bits", "estimated_coded_bits"),
    *("simulated_energy_j", "simulated_energy_macs", "not_simulated"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """The forms of one result; each takes what the result itself has, and adds to it."""

    found: Beside

    def json(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a result's JSON with ``simulation``, and ``simulated`` for each layer."""
        found = self.found
        by_place = {layer.place: layer for layer in found.layers}
        layers = [
            {**own, "simulated": self._layer(by_place.get(place))}
            for own, place in zip(document["layers"], found.places, strict=True)
        ]
        return {
            **document,
            "layers": layers,
            "simulation": {
                "source": found.source,
                "images": found.images,
                "totals": {
                    "layers": len(found.layers),
                    **self._figures(found.total),
                    "energy_share": found.energy_share,
                },
                "left": [{"name": entry.name, "reason": entry.reason} for entry in found.left],
            },
            "notes": [*document["notes"], *(note.as_json() for note in found.notes)],
        }

    def _layer(self, layer: LayerBeside | None) -> dict[str, Any] | None:
        if layer is None:
            return None
        expected = layer.analytical.bits
        return {
            **self._figures(lambda name: figure_of(layer, name)),
            "padding": layer.reason.padding,
            "ifmap_nonzero": layer.reason.nonzero,
            "ifmap_nonzero_under_filters": layer.reason.under_filters,
            "both_nonzero_against_chance": layer.reason.together,
            "accesses": [
                {
                    "tensor": count.access[0],
                    "level": count.access[1],
                    "kind": count.access[2],
                    "words": count.words,
                    "coding": count.coding,
                    "bits": count.bits,
                    "analytical_bits": expected[count.access],
                }
                for count in layer.simulated.counts
            ],
        }

    def _figures(self, of: Callable[[str], Figure]) -> dict[str, Any]:
        figures = {name: of(name) for name in _FIGURES}
        joules = self.found.mac_energy_j
        scaled = None if joules is None else _as_json(figures["energy_macs"], joules)
        return {
            **{name: _as_json(figure) for name, figure in figures.items()},
            "energy_j": scaled,
        }

    def csv(self, text: str) -> str:
        """Return a result's CSV with columns for what was simulated, or why it was not."""
        header, *rows = csv.reader(io.StringIO(text))
        found = self.found
        by_place = {layer.place: layer for layer in found.layers}
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*header, *_COLUMNS])
        left = len(rows) - len(found.places) - 1
        for row, place in zip(rows, (*found.places, *[None] * left, -1), strict=True):
            if place == -1:
                totals = [found.total(name) for name in _FIGURES]
                why = f"{len(found.left)} layers, see above" if found.left else ""
                writer.writerow([*row, *self._cells(totals), why])
            elif place is not None and place in by_place:
                layer = by_place[place]
                figures = [figure_of(layer, name) for name in _FIGURES]
                writer.writerow([*row, *self._cells(figures), ""])
            else:
                reason = None if place is None else found.reason_of(place)
                reason = reason or f"it has no estimate on {found.result.platform.name}"
                writer.writerow([*row, *[None] * (len(_COLUMNS) - 1), safe_cell(reason)])
        return out.getvalue()

    def _cells(self, figures: list[Figure]) -> list[float | None]:
        macs, bits, energy = figures
        joules = self.found.mac_energy_j
        return [
            *(macs.simulated, macs.analytical, bits.simulated, bits.analytical),
            None if joules is None else energy.simulated * joules,
            energy.simulated,
        ]

    def text(self, width: int, *, every: bool = False) -> str:
        """Return what follows a result's table; ``every`` lists all layers, however many."""
        return table(self.found, width, every=every)


def _as_json(figure: Figure, scale: float = 1) -> dict[str, float]:
    return {
        "simulated": scale * figure.simulated,
        "analytical": scale * figure.analytical,
        "analytical_padding_as_zero": scale * figure.padding_as_zero,
    }
