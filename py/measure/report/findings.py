"""What a report says of a kind beside its fit: learner, noise, intervals, terms; by quantity."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from py.measure.design import Design
from py.measure.errors_of_fit import ErrorsOfFit, errors_of_fit
from py.measure.kind_fit import KindFit, Quantity
from py.measure.nested import rows_in_folds
from py.measure.profile_fit import ProfileFit
from py.measure.regime_tree import factors
from py.measure.report.largest_terms import LargeTerm, largest_terms, values_of
from py.measure.report.learner import WAYS, Learned, drawn, inputs, learned, multiplied
from py.measure.report.noise_floor import NoiseFloor, noise_floor
from py.measure.report.stated_spread import StatedSpread, stated_spread
from py.platforms.measured.features import TIME
from py.platforms.measured.model import KindModel
from py.platforms.measured.profile import Profile
from py.platforms.measured.read import profile_from_json
from py.platforms.measured.regimes import ASKED, Leaf, Regimes
from py.platforms.measured.spread import Spread

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Name = Literal["runtime", "power", "energy"]
UNITS: dict[Name, str] = {"runtime": "s", "power": "W", "energy": "J"}
_LEAST_ROWS = 20
"""With fewer rows a learner has nothing to learn from."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How many terms a polynomial has, the largest of them, and the unit of what they add up to."""

    number: int
    largest: tuple[LargeTerm, ...]
    unit: str


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
    def times(self) -> float:
        """Return the fit's RMSPE over the learner's."""
        return self.ours.rmspe / self.errors[self.better].rmspe


@dataclass(frozen=True, slots=True)
class QuantityFindings:
    """One quantity of a kind; ``places`` are its rows among the kind's, ``times_s`` predicted."""

    name: Name
    quantity: Quantity
    places: Places
    times_s: Floats
    spread: Spread | None
    terms: Terms | None
    rival: Rival | None
    noise: NoiseFloor | None
    stated: StatedSpread | None

    @property
    def unit(self) -> str:
        return UNITS[self.name]

    @property
    def ratios(self) -> Floats:
        """Return measured over predicted of each row; NaN where nothing above zero is predicted."""
        sane = self.quantity.predicted > 0
        predicted = np.where(sane, self.quantity.predicted, np.nan)
        return np.asarray(self.quantity.measured / predicted, dtype=np.float64)

    def worst(self, most: int) -> list[int]:
        """Return the rows with the largest relative errors, the worst first."""
        errors = np.abs(self.quantity.predicted / self.quantity.measured - 1)
        return [int(place) for place in np.argsort(-errors, kind="stable")[:most]]


@dataclass(frozen=True, slots=True)
class KindFindings:
    """A kind's fit, its quantities, and the factors of its regimes."""

    fit: KindFit
    quantities: tuple[QuantityFindings, ...]
    factors: tuple[float, ...]

    @property
    def title(self) -> str:
        return f"{self.fit.samples.kind}, {self.fit.samples.dtype} bits"


def findings(found: ProfileFit, progress: Callable[[str], None]) -> tuple[KindFindings, ...]:
    """Return what is found of each kind of a profile."""
    profile = profile_from_json(found.json)
    return tuple(_kind(profile, kind, progress) for kind in found.kinds)


def _kind(profile: Profile, kind: KindFit, progress: Callable[[str], None]) -> KindFindings:
    samples = kind.samples
    model = profile.models[samples.kind, samples.dtype]
    everywhere = np.arange(len(samples.works))
    powered = np.flatnonzero(np.isfinite(samples.power_w))
    progress(f"{samples.kind}: a flexible learner for the report")
    fold_of_power = kind.fold.copy()
    if profile.form == "neuralpower":  # it has folds of the rows with a power alone
        fold_of_power[powered] = rows_in_folds(len(powered))
    rivals = _learned(kind, drawn(everywhere), powered, fold_of_power)
    terms = _terms(kind, model)
    spreads: dict[Name, Spread | None] = {
        "runtime": model.time.spread,
        "power": None if model.power is None else model.power.spread,
        "energy": None if model.power is None else model.power.energy_spread,
    }
    quantities = []
    for name, quantity in _quantities(kind):
        places = everywhere if name == "runtime" else powered
        quantities.append(
            QuantityFindings(
                name,
                quantity,
                places,
                kind.time.predicted[places],
                spreads[name],
                terms.get(name),
                _rival(quantity, places, rivals.get(name)),
                noise_floor(
                    [samples.works[place] for place in places],
                    [samples.rows[place] for place in places],
                    quantity.measured.tolist(),
                    quantity.predicted.tolist(),
                ),
                stated_spread(samples.rows) if name == "runtime" else None,
            )
        )
    return KindFindings(kind, tuple(quantities), tuple(_leaves(model.time.regimes)))


def _quantities(kind: KindFit) -> list[tuple[Name, Quantity]]:
    every: list[tuple[Name, Quantity | None]] = [
        *(("runtime", kind.time), ("power", kind.power), ("energy", kind.energy))
    ]
    return [(name, quantity) for name, quantity in every if quantity is not None]


def _learned(
    kind: KindFit, chosen: Places, powered: Places, fold_of_power: Places
) -> dict[Name, Learned]:
    """Return what a learner predicts of the quantities; an energy is a power times a time."""
    features = inputs(kind.samples)
    if len(chosen) < _LEAST_ROWS:
        return {}
    times = learned(features, kind.samples.time_s[chosen], kind.fold, chosen)
    found: dict[Name, Learned] = {"runtime": times}
    both = np.intersect1d(chosen, powered)
    if kind.power is not None and len(both) >= _LEAST_ROWS:
        powers = learned(features, kind.samples.power_w[both], fold_of_power, both)
        found |= {"power": powers, "energy": multiplied(times, powers)}
    return found


def _rival(quantity: Quantity, places: Places, rival: Learned | None) -> Rival | None:
    if rival is None:
        return None
    at = np.searchsorted(places, rival.places)
    measured = quantity.measured[at].tolist()
    return Rival(
        len(measured),
        {way: errors_of_fit(rival.predicted[way].tolist(), measured) for way in WAYS},
        errors_of_fit(quantity.predicted[at].tolist(), measured),
    )


def _terms(kind: KindFit, model: KindModel) -> dict[Name, Terms]:
    """Return the terms of runtime, and of what power is worked out from: energy, or itself."""
    design = Design(kind.samples.works)
    time = model.time.polynomial
    values = values_of(design, time)
    found: dict[Name, Terms] = {"runtime": Terms(len(time.terms), largest_terms(time, values), "s")}
    if model.power is not None:
        asked = np.column_stack([design.feature(name) for name in ASKED])
        times_s = values.sum(axis=1) * factors(model.time.regimes, asked)
        power = model.power.polynomial
        shares = largest_terms(power, values_of(design, power, {TIME: times_s}))
        energy = model.power.of == "energy_j"
        found["energy" if energy else "power"] = Terms(
            len(power.terms), shares, "J" if energy else "W"
        )
    return found


def _leaves(regimes: Regimes) -> list[float]:
    if isinstance(regimes, Leaf):
        return [regimes.factor]
    return [*_leaves(regimes.low), *_leaves(regimes.high)]
