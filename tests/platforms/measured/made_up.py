"""A made-up profile with round figures: nothing was measured, and no device is like it."""

from typing import Any

from py.platforms.load import platform_from_json
from py.platforms.measured.engine import Measured
from tests.platforms.accelerator.edited import edited as changed

ERRORS: dict[str, Any] = {
    **{"rows": 100, "rmspe": 0.2, "mape": 0.15, "median": 0.1, "bias": -0.01, "rmse": 0.001},
    "not_positive": 0,
}


def _interval(wider: float = 0.5) -> dict[str, Any]:
    bands = [
        {"up_to_s": 0.001, "low": 0.5, "high": 2.0},
        {"up_to_s": 0.1, "low": 0.75, "high": 1.5},
        {"up_to_s": None, "low": 0.875, "high": 1.25},
    ]
    return {"level": 0.8, "coverage": 0.79, "wider": wider, "bands": bands}


def _terms(**coefficients: float) -> list[dict[str, Any]]:
    return [{"term": term, "coefficient": value} for term, value in coefficients.items()]


def _model(kind: str, **ranges: list[float]) -> dict[str, Any]:
    return {
        "kind": kind,
        "dtype": "32x32",
        "rows": 100,
        "ranges": ranges,
        "fixed": {},
        "time_s": {
            "terms": [
                {"term": "1", "coefficient": 1e-5},
                {"term": "macs", "coefficient": 1e-12},
                {"term": "ceil(cin,8) * cout * out_side^2", "coefficient": 2e-9},
                {"term": "ifmap_bytes", "coefficient": 1e-10},
                {"term": "ofmap_bytes * above(ofmap_bytes,1000000)", "coefficient": 1e-10},
            ],
            "regimes": None,
            "errors": ERRORS,
            "interval": _interval(),
            "points": [[0.001, 0.0011], [0.1, 0.09]],
        },
        "power_w": {
            "of": "energy_j",
            "terms": [
                {"term": "time_s", "coefficient": 40.0},
                {"term": "macs", "coefficient": 1e-11},
            ],
            "bounds_w": [20.0, 200.0],
            "errors": ERRORS,
            "energy_errors": ERRORS,
            "interval": _interval(),
            "energy_interval": _interval(),
            "points": [[50.0, 51.0]],
        },
        "extrapolation": {"rows": 50, "median": 0.2, "least_ratio": 0.5, "wider": 0.5},
    }


def _split(feature: str, most: float, low: Any, high: Any) -> dict[str, Any]:
    return {"feature": feature, "most": most, "low": low, "high": high}


_CONV = _model("conv", batch=[1.0, 64.0], cin=[1.0, 256.0], cout=[1.0, 256.0], in_side=[4.0, 128.0])
_CONV["time_s"]["regimes"] = _split("kernel", 1.0, 0.5, _split("cin", 3.0, 2.0, 1.0))
_POOL = _model("pool", batch=[1.0, 64.0], cin=[1.0, 256.0], in_side=[4.0, 128.0])
_POOL["power_w"] = None
_POOL["fixed"] = {"stride": 2.0}

MADE_UP: dict[str, Any] = {
    "schema": "joulegraph/profile/1",
    "id": "made-up",
    "kind": "measured",
    "name": "A made-up machine",
    "version": 1,
    "licence": "CC0-1.0",
    "about": "made up for tests",
    "device": "nothing",
    "host": None,
    "driver": None,
    "software": "none",
    "precision": "fp32",
    "clocks": None,
    "cooling": None,
    "measured": {
        **{"who": "nobody", "date": "2026-11-21", "source": "nowhere", "licence": "CC0-1.0"},
        "method": "made up",
    },
    "rated_power_w": {"value": 100.0, "source": "nowhere: made up for tests"},
    "idle_power_w": {"value": 10.0, "source": "nowhere: made up for tests"},
    "host_idle_power_w": {"value": 30.0, "source": "nowhere: made up for tests"},
    "remarks": ["Nothing of this was measured."],
    "networks": [
        {"network": "lenet5", "batch": 1, "measured_s": 0.001, "predicted_s": 0.0011, "error": 0.1}
    ],
    "rows": [{"file": "none.csv", "sha256": 64 * "0", "where": ["device=nothing"]}],
    "form": "default",
    "fit": {"seed": 2017, "folds": 10, "rows": 300},
    "models": [_CONV, _model("dense", batch=[1.0, 64.0], cin=[1.0, 4096.0]), _POOL],
    "otherwise": {
        "terms": _terms(**{"1": 1e-5, "bytes": 1e-10, "macs": 1e-12}),
        "power_w": 60.0,
        "interval": _interval(0.0),
        "errors": ERRORS,
        "tested": "on nothing",
    },
    "correlation": None,
}


def edited(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the made-up profile with values at dotted paths replaced; ... leaves one out."""
    return changed(changes, MADE_UP)


def profile(**changes: Any) -> Measured:
    """Return it as a platform, with changes by dotted paths."""
    found = platform_from_json(edited(changes))
    assert isinstance(found, Measured)
    return found
