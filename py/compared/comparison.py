"""Runs compared: what they cost beside each other in total, by kind and layer by layer.

JSON form: schema joulegraph/comparison/1. All quantities are per inference; unknown is null.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from py.breakdown.precision import ALPHAS, Contender, Precision, compare_precision
from py.compared.cascade import Cascade, cascade_of
from py.compared.differences import Beside, all_beside, as_json
from py.compared.notes import notes_on
from py.compared.pareto import front
from py.compared.rows import Row, rows_of
from py.compared.run import MOST_RUNS, Amounts, Run
from py.errors import JoulegraphError
from py.layers import KINDS
from py.notes import Note
from py.quantities import total
from py.version import ENGINE

SCHEMA = "joulegraph/comparison/1"
_UNITS = {"energy_j": "J", "energy_macs": "MACe", "time_s": "s"}


class Front(NamedTuple):
    """A Pareto front: two quantities of which less is better, and the runs that none beats."""

    axes: tuple[str, str]
    runs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs beside each other; ``basis`` is the quantity by which they are compared.

    ``quantities`` are those that are compared: never joules beside MAC energies.
    """

    runs: tuple[Run, ...]
    base: int
    basis: str | None
    quantities: tuple[str, ...]
    rows: tuple[Row, ...]
    cells: tuple[Mapping[str, Beside], ...]
    kinds: Mapping[str, Mapping[str, Beside]]
    totals: Mapping[str, Beside]
    precision: Precision | None
    fronts: tuple[Front, ...]
    cascade: Cascade | None
    notes: tuple[Note, ...]

    @property
    def unit(self) -> str:
        """The unit of the basis, empty where there is none."""
        return "" if self.basis is None else _UNITS[self.basis]

    def matched_share(self, run: int) -> float | None:
        """Return how much of a run's energy (or time) is in layers that the base has too."""
        if self.basis is None:
            return None
        own = [cell[self.basis].values[run] for cell in self.cells]
        whole = total(value for value in own if value is not None)
        both = total(
            value
            for value, row in zip(own, self.rows, strict=True)
            if value is not None and row.places[self.base] is not None
        )
        return both / whole if whole and both is not None else None

    def as_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "engine": ENGINE,
            "base": self.base,
            "basis": None if self.basis is None else {"name": self.basis, "unit": self.unit},
            "quantities": list(self.quantities),
            "runs": [self._run_json(place, run) for place, run in enumerate(self.runs)],
            "totals": as_json(self.totals),
            "kinds": [{"kind": kind, **as_json(found)} for kind, found in self.kinds.items()],
            "rows": [
                {
                    "name": row.name,
                    "kind": row.kind,
                    "layers": list(row.places),
                    "how": list(row.how),
                    **as_json(cell),
                }
                for row, cell in zip(self.rows, self.cells, strict=True)
            ],
            "max": {
                "totals": _largest([self.totals], self.quantities),
                "kinds": _largest(list(self.kinds.values()), self.quantities),
                "rows": _largest(self.cells, self.quantities),
            },
            "precision": None if self.precision is None else self._precision_json(self.precision),
            "fronts": [{"axes": list(one.axes), "runs": list(one.runs)} for one in self.fronts],
            "cascade": None if self.cascade is None else self.cascade.as_json(self.quantities),
            "notes": [note.as_json() for note in self.notes],
        }

    def _run_json(self, place: int, run: Run) -> dict[str, Any]:
        return {
            "name": run.name,
            "model": run.model,
            "platform": dict(run.platform),
            "batch": run.batch,
            "layers": len(run.layers),
            "not_modelled": run.not_modelled,
            "matched_share": self.matched_share(place),
            "origins": dict(run.origins),
            "interval": {name: list(ends) for name, ends in run.interval.items()} or None,
            "error": run.error,
            "pass_on": run.pass_on,
        }

    def _precision_json(self, precision: Precision) -> dict[str, Any]:
        places = {run.name: place for place, run in enumerate(self.runs)}
        ratios: list[list[float | None] | None] = [None] * len(self.runs)
        for contender, row in zip(precision.contenders, precision.ratios, strict=True):
            ratios[places[contender.name]] = list(row)
        return {
            "alphas": list(precision.alphas),
            "unit": self.unit,
            "ratios": ratios,
            "best": [
                [places[name] for name in precision.best(alpha)] for alpha in precision.alphas
            ],
        }


def compare(runs: Sequence[Run], base: int = 0) -> Comparison:
    """Return runs beside each other, against the one at ``base``.

    Raises:
        JoulegraphError: ``runs-invalid`` for no run, more than 8, two of one name, or a base that
            is none of them; ``cascade-open`` and ``cascade-twice`` as ``cascade_of`` has them.
    """
    _check(runs, base)
    basis = _basis(runs)
    quantities = (
        *(() if basis not in ("energy_j", "energy_macs") else (basis,)),
        *("time_s", "macs", "parameters"),
    )
    rows = rows_of(runs, base)
    energies = basis in ("energy_j", "energy_macs")
    contenders = [
        Contender(run.name, run.error, run.totals[str(basis)])
        for run in runs
        if run.error is not None and energies
    ]
    return Comparison(
        tuple(runs),
        base,
        basis,
        quantities,
        rows,
        tuple(all_beside(_amounts(row, runs), quantities, base) for row in rows),
        {
            kind: all_beside(found, quantities, base)
            for kind, found in _kinds(runs, quantities).items()
        },
        all_beside([run.totals for run in runs], quantities, base),
        compare_precision(contenders, ALPHAS) if contenders else None,
        tuple(_fronts(runs, basis)),
        cascade_of(runs),
        notes_on(runs, base, basis),
    )


def _check(runs: Sequence[Run], base: int) -> None:
    names = [run.name for run in runs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if not 1 <= len(runs) <= MOST_RUNS:
        problem = f"1 to {MOST_RUNS} runs can be compared, got {len(runs)}"
    elif twice is not None:
        problem = f"each run should have a name of its own, got {twice!r} twice"
    elif not 0 <= base < len(runs):
        problem = f"the base should be one of {len(runs)} runs, from 0, got {base}"
    else:
        return
    raise JoulegraphError(
        "runs-invalid", f"{problem[0].upper()}{problem[1:]}.", "Leave some out, or name them."
    )


def _basis(runs: Sequence[Run]) -> str | None:
    """Return joules where all runs know theirs, else MAC energies, else time, else nothing.

    MAC energies of MACs that are known to cost different joules are none to rank by.
    """
    for quantity in _UNITS:
        if quantity == "energy_macs" and _macs_differ(runs):
            continue
        if all(run.totals[quantity] is not None for run in runs):
            return quantity
    return None


def _macs_differ(runs: Sequence[Run]) -> bool:
    """Whether a MAC energy is worth other joules in some runs than in others."""
    known = [
        joules / macs
        for joules, macs in ((run.totals["energy_j"], run.totals["energy_macs"]) for run in runs)
        if joules and macs
    ]
    return bool(known) and not all(math.isclose(worth, known[0], rel_tol=1e-6) for worth in known)


def _amounts(row: Row, runs: Sequence[Run]) -> list[Amounts | None]:
    return [
        None if place is None else run.layers[place].amounts
        for place, run in zip(row.places, runs, strict=True)
    ]


def _kinds(runs: Sequence[Run], quantities: Sequence[str]) -> dict[str, list[Amounts | None]]:
    """Return what the layers of each kind come to in each run, None for a run that has none."""
    found: dict[str, list[Amounts | None]] = {}
    for kind in KINDS:
        own = [[layer.amounts for layer in run.layers if layer.kind == kind] for run in runs]
        if any(own):
            found[kind] = [
                {name: total(amounts[name] for amounts in layers) for name in quantities}
                if layers
                else None
                for layers in own
            ]
    return found


def _fronts(runs: Sequence[Run], basis: str | None) -> list[Front]:
    axes = []
    if basis is not None and any(run.error is not None for run in runs):
        axes.append(("error", basis))
    if basis in ("energy_j", "energy_macs") and all(
        run.totals["time_s"] is not None for run in runs
    ):
        axes.append(("time_s", basis))
    return [
        Front(pair, front([(_on(run, pair[0]), _on(run, pair[1])) for run in runs]))
        for pair in axes
    ]


def _on(run: Run, axis: str) -> float | None:
    return run.error if axis == "error" else run.totals[axis]


def _largest(
    found: Sequence[Mapping[str, Beside]], quantities: Sequence[str]
) -> dict[str, float | None]:
    """Return the largest value of each quantity: the end of a scale that all runs share."""
    largest: dict[str, float | None] = {}
    for quantity in quantities:
        known = [value for own in found for value in own[quantity].values if value is not None]
        largest[quantity] = max(known) if known else None
    return largest
