"""What a report says of a kind beside its fit: learner, noise, intervals, terms; by quantity."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py.measure.fit.design import Design
from py.measure.fit.kind_fit import KindFit, Quantity
from py.measure.fit.profile_fit import ProfileFit
from py.measure.fit.regime_tree import factors
from py.measure.report.largest_terms import LargeTerm, largest_terms, values_of
from py.measure.report.noise_floor import NoiseFloor, noise_floor
from py.measure.report.rival import Name, Rival, rivals_of
from py.measure.report.stated_spread import StatedSpread, stated_spread
from py.platforms.measured.features import TIME
from py.platforms.measured.model import KindModel
from py.platforms.measured.profile import Profile
from py.platforms.measured.read import profile_from_json
from py.platforms.measured.regimes import ASKED, Leaf, Regimes
from py.platforms.measured.spread import Range, Spread

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
UNITS: dict[Name, str] = {"runtime": "s", "power": "W", "energy": "J"}


@dataclass(frozen=True, slots=True)
class Terms:
    """How many terms a polynomial has, the largest of them, and the unit of what they add up to.

    ``bounds`` are what the prediction stays between, whatever the terms add up to, in watts.
    """

    number: int
    largest: tuple[LargeTerm, ...]
    unit: str
    bounds: Range | None = None


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
    """A kind's fit, its quantities, the factors of its regimes, and why not to trust its power."""

    fit: KindFit
    quantities: tuple[QuantityFindings, ...]
    factors: tuple[float, ...]
    unreliable: str | None

    @property
    def title(self) -> str:
        samples = self.fit.samples
        return f"{samples.kind}, {samples.dtype}{' bits' if 'x' in samples.dtype else ''}"


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
    rivals = rivals_of(kind, dict(_quantities(kind)), own_folds=profile.form == "neuralpower")
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
                rivals.get(name),
                noise_floor(
                    [samples.works[place] for place in places],
                    [samples.rows[place] for place in places],
                    quantity.measured.tolist(),
                    quantity.predicted.tolist(),
                ),
                stated_spread(samples.rows) if name == "runtime" else None,
            )
        )
    unreliable = None if model.power is None else model.power.unreliable
    return KindFindings(kind, tuple(quantities), tuple(_leaves(model.time.regimes)), unreliable)


def _quantities(kind: KindFit) -> list[tuple[Name, Quantity]]:
    every: list[tuple[Name, Quantity | None]] = [
        *(("runtime", kind.time), ("power", kind.power), ("energy", kind.energy))
    ]
    return [(name, quantity) for name, quantity in every if quantity is not None]


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
            len(power.terms), shares, "J" if energy else "W", model.power.bounds
        )
    return found


def _leaves(regimes: Regimes) -> list[float]:
    if isinstance(regimes, Leaf):
        return [regimes.factor]
    return [*_leaves(regimes.low), *_leaves(regimes.high)]
