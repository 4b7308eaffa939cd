"""What a profile tells people: read as strictly as what is computed with, for the page shows it.

Every field is there; what nobody knows is null.
"""

import re
from collections.abc import Callable
from typing import Any

from py.platforms.fields import Fields, invalid, number, whole

_MOST = 1e30
_MOST_POINTS = 1000
_MOST_ENTRIES = 200
_TEXTS = ("about", "device", "host", "driver", "software", "precision", "clocks", "cooling")
_MEASURED = ("who", "date", "source", "licence", "method")
_ERRORS = ("rmspe", "mape", "median", "rmse")
_NULLABLE = ("rated_power_w", "idle_power_w", "host_idle_power_w", "correlation")


def told_of_profile(fields: Fields) -> dict[str, Any]:
    """Return what is said of device, software, source and fit.

    Raises:
        JoulegraphError: ``platform-invalid`` naming the field.
    """
    whole(fields.at("version"), fields.raw("version"))
    require(fields, *_NULLABLE)
    found: dict[str, Any] = {name: _text_or_null(fields, name) for name in _TEXTS}
    found["measured"] = _or_null(fields, "measured", _measured)
    found["rows"] = [_source(each) for each in fields.items("rows", _MOST_ENTRIES)]
    found["fit"] = _fit(fields.inner("fit"))
    found["networks"] = [_network(each) for each in fields.items("networks", _MOST_ENTRIES, 0)]
    return found


def told_of_model(fields: Fields) -> dict[str, Any]:
    """Return what is said of one kind: its rows, its errors, the points of its plots."""
    require(fields, "power_w")
    if not re.fullmatch(r"[0-9]{1,9}x[0-9]{1,9}|tf32|bf16", fields.text("dtype")):
        expected = "bits of a weight x bits of an activation, such as 32x32"
        raise invalid(fields.at("dtype"), expected, fields.raw("dtype"))
    return {
        "rows": whole(fields.at("rows"), fields.raw("rows")),
        "extrapolation": _or_null(fields, "extrapolation", _extrapolation),
        "time_s": _quantity(fields.inner("time_s")),
        "power_w": _or_null(fields, "power_w", _power),
    }


def told_of_others(fields: Fields) -> dict[str, Any]:
    """Return what is said of kinds without a model."""
    require(fields, "power_w", "interval")
    return {"errors": _errors(fields.inner("errors")), "tested": fields.text("tested")}


def require(fields: Fields, *names: str) -> None:
    """Refuse an object without one of the fields; they may be null."""
    for name in names:
        if not fields.has(name):
            raise invalid(fields.at(name), "there: null where it is not known", None)


def _or_null(fields: Fields, name: str, read: Callable[[Fields], Any]) -> Any:
    require(fields, name)
    return None if fields.raw(name) is None else read(fields.inner(name))


def _text_or_null(fields: Fields, name: str) -> str | None:
    require(fields, name)
    return None if fields.raw(name) is None else fields.text(name)


def _number(fields: Fields, name: str, least: float = 0.0) -> float:
    return number(fields.at(name), fields.raw(name), least, _MOST)


def _measured(fields: Fields) -> dict[str, Any]:
    found = {name: _text_or_null(fields, name) for name in _MEASURED}
    fields.end()
    return found


def _source(fields: Fields) -> dict[str, Any]:
    sha256, where = fields.raw("sha256"), fields.raw("where")
    if not isinstance(sha256, str) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise invalid(fields.at("sha256"), "64 hex digits", sha256)
    if not isinstance(where, list) or not all(isinstance(one, str) and "=" in one for one in where):
        raise invalid(fields.at("where"), "a list of conditions COLUMN=VALUE", where)
    found = {"file": fields.text("file"), "sha256": sha256, "where": where}
    fields.end()
    return found


def _fit(fields: Fields) -> dict[str, int]:
    found = {
        "seed": whole(fields.at("seed"), fields.raw("seed"), 0),
        "folds": whole(fields.at("folds"), fields.raw("folds"), 2),
        "rows": whole(fields.at("rows"), fields.raw("rows")),
    }
    fields.end()
    return found


def _network(fields: Fields) -> dict[str, Any]:
    found = {
        "network": fields.text("network"),
        "batch": whole(fields.at("batch"), fields.raw("batch")),
        "measured_s": _number(fields, "measured_s"),
        "predicted_s": _number(fields, "predicted_s"),
        "error": _number(fields, "error", -_MOST),
    }
    if fields.has("dtype"):
        found["dtype"] = fields.text("dtype")
    for name in ("measured_j", "predicted_j"):
        if fields.has(name):
            found[name] = _number(fields, name)
    fields.end()
    return found


def _extrapolation(fields: Fields) -> dict[str, Any]:
    found = {
        "rows": whole(fields.at("rows"), fields.raw("rows")),
        "median": _number(fields, "median"),
        "least_ratio": _number(fields, "least_ratio", -_MOST),
        "wider": _number(fields, "wider"),
    }
    fields.end()
    return found


def _power(fields: Fields) -> dict[str, Any]:
    found = _quantity(fields)
    require(fields, "energy_interval")
    found["energy_errors"] = _or_null(fields, "energy_errors", _errors)
    if fields.has("unreliable"):
        found["unreliable"] = fields.text("unreliable")
    return found


def _quantity(fields: Fields) -> dict[str, Any]:
    require(fields, "interval")
    points = fields.raw("points")
    if not isinstance(points, list) or len(points) > _MOST_POINTS:
        raise invalid(fields.at("points"), f"a list of up to {_MOST_POINTS} points", points)
    return {
        "errors": _errors(fields.inner("errors")),
        "interval": fields.raw("interval"),
        "points": [
            _point(f"{fields.at('points')}[{place}]", one) for place, one in enumerate(points)
        ],
    }


def _point(path: str, value: Any) -> list[float]:
    if not isinstance(value, list) or len(value) != 2:
        raise invalid(path, "two numbers, measured and predicted", value)
    return [number(path, value[0], 0.0, _MOST), number(path, value[1], -_MOST, _MOST)]


def _errors(fields: Fields) -> dict[str, Any]:
    found: dict[str, Any] = {"rows": whole(fields.at("rows"), fields.raw("rows"))}
    found |= {name: _number(fields, name) for name in _ERRORS}
    found["bias"] = _number(fields, "bias", -_MOST)
    found["not_positive"] = whole(fields.at("not_positive"), fields.raw("not_positive"), 0)
    fields.end()
    return found
