"""A result: the layers of a model with what each costs on one platform, and their totals.

JSON form: schema joulegraph/result/1. Quantities are for the whole batch; unknown is null.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from py.breakdown.basis import Basis, Parts, basis_of, summed
from py.breakdown.expected import Expected
from py.breakdown.layer_result import LayerResult
from py.breakdown.proxies import proxies_of
from py.breakdown.training import training_of
from py.breakdown.what_if import WhatIf
from py.layers import Model, NotModelled
from py.notes import Note
from py.platforms import Interval, Platform
from py.platforms.estimate import QUANTITIES, Origin, Quantity
from py.platforms.platform import Standing
from py.quantities import divided, total
from py.version import ENGINE

__all__ = ["SCHEMA", "LayerResult", "Parts", "Result"]

SCHEMA = "joulegraph/result/1"
_LEAST_FIRST: tuple[Origin, ...] = ("datasheet", "modelled", "measured")


@dataclass(frozen=True, slots=True)
class Result:
    """What a model costs on a platform. ``options`` is what the user chose, as JSON.

    ``model`` is as it was priced; ``given``, which a link keeps, as it was before single layers
    were changed, or made a training step. ``what_if`` is there where it was asked for, and
    ``expected`` where some layers run in a part of the inferences. The sums over all layers are
    kept: several forms of a result begin with them.
    """

    model: Model
    platform: Platform
    options: Mapping[str, Any]
    rows: tuple[LayerResult, ...]
    not_modelled: tuple[NotModelled, ...]
    notes: tuple[Note, ...]
    what_if: WhatIf | None = None
    given: Model | None = None
    expected: Expected | None = None
    _sums: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def held(self) -> bool:
        """Whether a layer, or one fused, is priced with a mapping held from before."""
        estimates = [row.estimate for row in self.rows]
        if self.what_if is not None:
            estimates += [one for pair in self.what_if.pairs for one in pair.fused.estimates]
        return any((estimate.mapping or {}).get("held") for estimate in estimates)

    @property
    def basis(self) -> Basis:
        """By what layers are ranked and shared out: joules, MAC energies or time, as known."""
        if "basis" not in self._sums:
            estimates = [row.estimate for row in self.rows]
            self._sums["basis"] = basis_of(estimates, self.platform.kind)
        basis: Basis = self._sums["basis"]
        return basis

    @property
    def worth(self) -> float | None:
        """The total of the basis."""
        value: float | None = getattr(self, self.basis.name)
        return value

    @property
    def energy_macs(self) -> float | None:
        return self._summed(row.estimate.energy_macs for row in self.rows)

    @property
    def energy_j(self) -> float | None:
        return self._summed(row.estimate.energy_j for row in self.rows)

    @property
    def time_s(self) -> float | None:
        return self._summed(row.estimate.time_s for row in self.rows)

    def _summed(self, values: Iterable[float | None]) -> float | None:
        """Add up what is modelled; where nothing is, the sum is unknown and not 0."""
        return total(values) if self.rows else None

    @property
    def power_w(self) -> float | None:
        """The mean over the time: what the layers take, over how long they do."""
        energy, time = self.energy_j, self.time_s
        return None if energy is None or not time else energy / time

    def parts(self) -> Parts:
        """Return {tensor: {level: energy}} over all layers."""
        if "parts" not in self._sums:
            self._sums["parts"] = summed(row.estimate.parts() for row in self.rows)
        parts: Parts = self._sums["parts"]
        return parts

    @property
    def interval(self) -> Interval | None:
        """Between what the totals lie, with the rule that says so; None where nobody knows."""
        if "interval" not in self._sums:
            priced = [(row.layer, row.estimate) for row in self.rows]
            self._sums["interval"] = self.platform.combined(priced) if priced else None
        interval: Interval | None = self._sums["interval"]
        return interval

    def origins(self) -> dict[Quantity, Origin | None]:
        """Return where each total is from: a datasheet as soon as a part of it is, else modelled.

        What takes no time has no say.
        """
        known: dict[Quantity, Origin | None] = dict.fromkeys(QUANTITIES)
        estimates = [row.estimate for row in self.rows]
        for name in QUANTITIES:
            found = {one.origins[name] for one in estimates if one.time_s != 0.0}
            if found and None not in found:
                known[name] = next(one for one in _LEAST_FIRST if one in found)
        return known

    def estimated_share(self, name: Quantity) -> float | None:
        """Return how much of a total is estimated; None where the total is unknown or 0.

        That is what is from a datasheet, and of a measured device what it was not measured on.
        """
        value: float | None = getattr(self, name)
        if not value:
            return None
        measured = self.platform.kind == "measured"
        estimated = ("datasheet", "modelled") if measured else ("datasheet",)
        return (
            math.fsum(
                getattr(row.estimate, name)
                for row in self.rows
                if row.estimate.origins[name] in estimated
            )
            / value
        )

    def macs_share(self) -> float | None:
        """Return the share of the MACs that got an estimate; None where some are uncounted."""
        if any(entry.macs is None for entry in self.not_modelled):
            return None
        modelled = sum(row.layer.all_macs or 0 for row in self.rows)
        missing = sum(entry.macs or 0 for entry in self.not_modelled)
        return 1.0 if modelled + missing == 0 else modelled / (modelled + missing)

    def totals(self) -> dict[str, Any]:
        if "totals" not in self._sums:
            self._sums["totals"] = self._totals()
        totals: dict[str, Any] = self._sums["totals"]
        return totals

    def _totals(self) -> dict[str, Any]:
        macs, ops = self.model.macs, self.model.ops
        quantities = {
            "energy_j": self.energy_j,
            "energy_macs": self.energy_macs,
            "time_s": self.time_s,
        }
        batch = self.model.batch
        per_inference = {name: divided(value, batch) for name, value in quantities.items()}
        return {
            "macs": macs,
            "ops": ops,
            "parameters": self.model.parameters,
            "bytes": _whole(self._summed(row.bytes for row in self.rows)),
            **quantities,
            "power_w": self.power_w,
            "interval": None if self.interval is None else self.interval.as_json(),
            "origins": dict(self.origins()),
            "estimated_share": {
                "time_s": self.estimated_share("time_s"),
                "energy_j": self.estimated_share("energy_j"),
            },
            "host": _standing(self.platform.host, self.time_s),
            "idle": _standing(self.platform.idle, self.time_s),
            "parts": self.parts(),
            "per_inference": {
                "macs": _shared(macs, batch),
                "ops": _shared(ops, batch),
                **per_inference,
            },
        }

    def proxies(self) -> dict[str, Any]:
        """Return how well parameters, MACs, bytes, time and the first two rank the layers."""
        if "proxies" not in self._sums:
            self._sums["proxies"] = proxies_of(self.rows, self.basis, self.platform)
        proxies: dict[str, Any] = self._sums["proxies"]
        return proxies

    def as_json(self) -> dict[str, Any]:
        return self._json([row.as_json() for row in self.rows])

    def as_shared_json(self) -> dict[str, Any]:
        """Return the JSON form with ``details`` apart: each layer names its ``detail`` by number.

        A network of thousands of layers has few different ones.
        """
        places: dict[Any, int] = {}
        details: list[dict[str, Any]] = []
        layers: list[dict[str, Any]] = []
        for row in self.rows:
            layer = row.layer  # gradients of one layer may cost the same with other loops
            place = places.setdefault((id(row.estimate), layer.loops, layer.zeros), len(details))
            if place == len(details):
                details.append(row.detail())
            layers.append(row.summary() | {"detail": place})
        return self._json(layers) | {"details": details}

    def _json(self, layers: list[dict[str, Any]]) -> dict[str, Any]:
        model, training = self.model, training_of(self)
        return {
            "schema": SCHEMA,
            "engine": ENGINE,
            "model": model.about()
            | {"questions": [question.as_json() for question in model.questions]},
            "platform": self.platform.as_json(),
            "options": dict(self.options),
            "totals": self.totals(),
            "coverage": {
                "macs_share": self.macs_share(),
                "not_modelled": [entry.as_json() for entry in self.not_modelled],
            },
            "layers": layers,
            "proxies": self.proxies(),
            "notes": [note.as_json() for note in self.notes],
            **({} if self.what_if is None else {"what_if": self.what_if.as_json()}),
            **({} if training is None else {"training": training}),
            **({} if self.expected is None else {"expected": self.expected.as_json(self)}),
        }


def _standing(power: Standing | None, time_s: float | None) -> dict[str, Any] | None:
    """Return what is drawn meanwhile whatever is computed, apart from what the layers take."""
    if power is None:
        return None
    return {
        "power_w": power.power_w,
        "energy_j": power.over(time_s),
        "included": power.included,
        "source": power.source,
    }


def _whole(value: float | None) -> int | float | None:
    return int(value) if value is not None and value.is_integer() else value


def _shared(count: int | None, batch: int) -> int | float | None:
    if count is None:
        return None
    return count // batch if count % batch == 0 else count / batch
