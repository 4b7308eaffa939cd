"""The form neuralpower as a kind's part of a profile."""

from typing import Any

import numpy as np

from py.measure.fit import bands
from py.measure.fit.kind_fit import KindFit, Quantity, errors_json, points, terms_json
from py.measure.fit.neuralpower.fit import LEAST_ROWS, FittedPolynomial, fit_neuralpower
from py.measure.fit.samples import Floats, Samples
from py.platforms.measured.spread import Spread


def fit_neuralpower_kind(samples: Samples) -> KindFit:
    """Return NeuralPower's form fitted to samples of one kind, for runtime and, measured, power.

    Raises:
        JoulegraphError: ``form-not-for-kind`` or ``rows-few``.
    """
    fitted = fit_neuralpower(samples.works, samples.time_s.tolist(), "time_s")
    time = _quantity(fitted, samples.time_s)
    rows = np.flatnonzero(np.isfinite(samples.power_w))
    power, power_json = None, None
    if len(rows) >= LEAST_ROWS:
        part = samples.part(rows)
        fitted_w = fit_neuralpower(part.works, part.power_w.tolist(), "power_w")
        power = _quantity(fitted_w, part.power_w)
        spread = _spread(power, time.predicted[rows])
        power_json = {
            "of": "power_w",
            "terms": terms_json(dict(fitted_w.terms)),
            "errors": errors_json(power),
            "energy_errors": None,
            "interval": bands.as_json(spread, None),
            "energy_interval": None,
            "points": points(power),
        }
    json: dict[str, Any] = {
        "kind": samples.kind,
        "dtype": samples.dtype,
        "rows": len(samples.works),
        "ranges": samples.ranges(),
        "fixed": samples.fixed(),
        "clock_hz": None,
        "time_s": {
            "terms": terms_json(dict(fitted.terms)),
            "regimes": None,
            "errors": errors_json(time),
            "interval": bands.as_json(_spread(time, time.predicted), None),
            "points": points(time),
        },
        "power_w": power_json,
        "extrapolation": None,
    }
    fold = np.array(fitted.fold, dtype=np.intp)
    return KindFit(samples, fold, time, power, None, None, json)


def _quantity(fitted: FittedPolynomial, measured: Floats) -> Quantity:
    return Quantity(
        measured,
        np.array(fitted.predicted),
        fitted.errors,
        None,
        {f"degree {one.degree}, {one.terms} terms": one.rmse for one in fitted.tried},
        f"degree {fitted.degree}, {fitted.model_size} of its terms",
    )


def _spread(quantity: Quantity, times_s: Floats) -> Spread | None:
    """Return the spread of the rows whose prediction is above zero: the others have no ratio."""
    sane = (quantity.predicted > 0) & (times_s > 0)
    return bands.bands_of(quantity.measured[sane], quantity.predicted[sane], times_s[sane])
