"""The learner's errors beside those of the fit, on the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from py.measure.fit.errors_of_fit import ErrorsOfFit, errors_of_fit
from py.measure.fit.kind_fit import KindFit, Quantity
from py.measure.fit.nested import rows_in_folds
from py.measure.report.learner import WAYS, Learned, drawn, inputs, learned, multiplied

Places = NDArray[np.intp]
Name = Literal["runtime", "power", "energy"]
_LEAST_ROWS = 20
"""With fewer rows a learner has nothing to learn from."""


@dataclass(frozen=True, slots=True)
class Rival:
    """The learner's errors by the way it was fitted, and those of the fit on the same rows."""

    rows: int
    errors: dict[str, ErrorsOfFit]
    ours: ErrorsOfFit

    @property
    def better(self) -> str:
        """Return the way with the lesser RMSPE."""
        return min(WAYS, key=lambda way: self.errors[way].rmspe)

    @property
    def times(self) -> float | None:
        """Return the fit's RMSPE over the learner's; None where the learner makes no error."""
        learner = self.errors[self.better].rmspe
        return self.ours.rmspe / learner if learner > 0 else None


def rivals_of(
    kind: KindFit, quantities: Mapping[Name, Quantity], *, own_folds: bool
) -> dict[Name, Rival]:
    """Return a rival of each quantity that a learner was tried on; an energy is a power x a time.

    ``own_folds``: the rows with a power are in folds of their own.
    """
    samples = kind.samples
    everywhere = np.arange(len(samples.works))
    powered = np.flatnonzero(np.isfinite(samples.power_w))
    chosen = drawn(everywhere)
    if len(chosen) < _LEAST_ROWS:
        return {}
    features = inputs(samples)
    times = learned(features, samples.time_s[chosen], kind.fold, chosen)
    found: dict[Name, Rival] = {"runtime": _rival(quantities["runtime"], everywhere, times)}
    both = np.intersect1d(chosen, powered)
    if "power" in quantities and len(both) >= _LEAST_ROWS:
        fold = kind.fold.copy()
        if own_folds:
            fold[powered] = rows_in_folds(len(powered))
        powers = learned(features, samples.power_w[both], fold, both)
        found["power"] = _rival(quantities["power"], powered, powers)
        if "energy" in quantities:
            energies = multiplied(times, powers)
            found["energy"] = _rival(quantities["energy"], powered, energies)
    return found


def _rival(quantity: Quantity, places: Places, rival: Learned) -> Rival:
    at = np.searchsorted(places, rival.places)
    measured = quantity.measured[at].tolist()
    return Rival(
        len(measured),
        {way: errors_of_fit(rival.predicted[way].tolist(), measured) for way in WAYS},
        errors_of_fit(quantity.predicted[at].tolist(), measured),
    )
