"""The default form fitted to one kind of layer, with all that the fit can say of itself."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from py.measure.fit import bands
from py.measure.fit.errors_of_fit import ErrorsOfFit, errors_of_fit, twelve_digits
from py.measure.fit.extrapolation import Extrapolation, extrapolated
from py.measure.fit.nested import Nested, rows_in_folds
from py.measure.fit.power_form import PowerFit, bounds_of
from py.measure.fit.samples import Samples
from py.measure.fit.time_form import Candidate, TimeFit
from py.platforms.measured.regimes import Leaf, Regimes

Floats = NDArray[np.float64]
_LEAST_POWERS = 20
_POINTS = 120


@dataclass(frozen=True, slots=True)
class Quantity:
    """What cross-validation says of one quantity: measured and predicted, by row; its errors."""

    measured: Floats
    predicted: Floats
    errors: ErrorsOfFit
    coverage: float | None
    candidates: dict[str, float]
    chosen: str


@dataclass(frozen=True, slots=True)
class KindFit:
    """A kind's part of a profile, and what a report says beside it."""

    samples: Samples
    fold: NDArray[np.intp]
    time: Quantity
    power: Quantity | None
    energy: Quantity | None
    extrapolation: Extrapolation | None
    json: dict[str, Any]


def fit_kind(samples: Samples) -> KindFit:
    """Return the default form fitted to samples of one kind and width, ten at least."""
    fold = rows_in_folds(len(samples.works))
    fit = TimeFit(samples, fold)
    found = fit.nested()
    assert isinstance(found.chosen, Candidate)
    terms, regimes = fit.polynomial(found.chosen)
    fit.forget()
    beyond = extrapolated(samples, found.chosen)
    wider = 0.0 if beyond is None else beyond.wider
    spread = bands.bands_of(samples.time_s, found.plain, found.plain, wider)
    covered = bands.coverage(found, samples.time_s)
    time = _quantity(found, samples.time_s, covered)
    power, energy, power_json = _power(fit, samples, found, wider)
    json = {
        "kind": samples.kind,
        "dtype": samples.dtype,
        "rows": len(samples.works),
        "ranges": samples.ranges(),
        "fixed": samples.fixed(),
        "clock_hz": samples.clock_hz,
        "time_s": {
            "terms": terms_json(terms),
            "regimes": _tree(regimes),
            "errors": errors_json(time),
            "interval": bands.as_json(spread, covered),
            "points": points(time),
        },
        "power_w": power_json,
        "extrapolation": None if beyond is None else beyond.as_json(),
    }
    return KindFit(samples, fold, time, power, energy, beyond, json)


def _power(
    fit: TimeFit, samples: Samples, times: Nested, wider: float
) -> tuple[Quantity | None, Quantity | None, dict[str, Any] | None]:
    rows = np.flatnonzero(np.isfinite(samples.power_w))
    if len(rows) < _LEAST_POWERS or len(set(fit.fold[rows].tolist())) < int(fit.fold.max()) + 1:
        return None, None, None
    measured = samples.power_w[rows]
    power_fit = PowerFit(fit, rows, measured, times)
    found = power_fit.nested()
    inner = [values[rows] for values in times.inner]
    covered = bands.coverage(found, measured, times.predicted[rows], inner)
    plain_s = times.plain[rows]
    spread = bands.bands_of(measured, found.plain, plain_s, wider)
    both = Nested(
        found.fold,
        found.chosen,
        found.by_fold,
        found.predicted * times.predicted[rows],
        found.plain * plain_s,
        tuple(power * time for power, time in zip(found.inner, inner, strict=True)),
        {},
    )
    measured_j = measured * samples.time_s[rows]
    energy_covered = bands.coverage(both, measured_j, times.predicted[rows], inner)
    energy_spread = bands.bands_of(measured_j, both.plain, plain_s, wider)
    power = _quantity(found, measured, covered)
    energy = _quantity(both, measured_j, energy_covered)
    return (
        power,
        energy,
        {
            "of": "energy_j",
            "terms": terms_json(power_fit.polynomial(found.chosen)),
            "bounds_w": list(bounds_of(measured)),
            "errors": errors_json(power),
            "energy_errors": errors_json(energy),
            "interval": bands.as_json(spread, covered),
            "energy_interval": bands.as_json(energy_spread, energy_covered),
            "points": points(power),
        },
    )


def _quantity(found: Nested, measured: Floats, covered: float | None) -> Quantity:
    return Quantity(
        measured,
        found.predicted,
        errors_of_fit(found.predicted.tolist(), measured.tolist()),
        covered,
        {_name(one): error for one, error in found.errors.items()},
        _name(found.chosen),
    )


def _name(candidate: object) -> str:
    if isinstance(candidate, Candidate):
        regimes = "no regimes" if candidate.leaves < 2 else f"up to {candidate.leaves} regimes"
        return f"{candidate.size} terms, {regimes}"
    return f"{candidate} terms"


def terms_json(terms: dict[str, float]) -> list[dict[str, Any]]:
    """Return terms as a profile has them."""
    return [{"term": text, "coefficient": value} for text, value in terms.items()]


def errors_json(quantity: Quantity) -> dict[str, Any]:
    """Return cross-validated errors as a profile has them, to four digits."""
    return {
        name: value if isinstance(value, int) else float(f"{value:.4g}")
        for name, value in quantity.errors.as_json().items()
    }


def points(quantity: Quantity) -> list[list[float]]:
    """Return measured and predicted of rows spread evenly from the least to the most."""
    order = np.argsort(quantity.measured, kind="stable")
    places = np.unique(np.linspace(0, len(order) - 1, min(_POINTS, len(order))).round().astype(int))
    return [
        [
            float(f"{float(quantity.measured[row]):.4g}"),
            float(f"{float(quantity.predicted[row]):.4g}"),
        ]
        for row in order[places]
    ]


def _tree(regimes: Regimes) -> Any:
    if isinstance(regimes, Leaf):
        return None if regimes.factor == 1.0 else regimes.factor
    return {
        "feature": regimes.feature,
        "most": twelve_digits(regimes.most),
        "low": _branch(regimes.low),
        "high": _branch(regimes.high),
    }


def _branch(regimes: Regimes) -> Any:
    return regimes.factor if isinstance(regimes, Leaf) else _tree(regimes)
