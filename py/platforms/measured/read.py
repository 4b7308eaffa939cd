"""From the JSON of a profile to a ``Profile``; one clear error for the first thing wrong."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from py.platforms.fields import Fields, choice, invalid, number
from py.platforms.measured import SCHEMA
from py.platforms.measured.features import FEATURES, TIME
from py.platforms.measured.model import KindModel, PowerModel, TimeModel
from py.platforms.measured.polynomial import MOST_TERMS, Polynomial, polynomial
from py.platforms.measured.profile import Otherwise, Profile, RatedPower
from py.platforms.measured.regimes import EVERYWHERE, MOST_DEPTH, Leaf, Regimes, Split
from py.platforms.measured.spread import LEVEL, MOST_BANDS, Band, Range, Spread
from py.platforms.measured.told import (
    require,
    told_of_model,
    told_of_others,
    told_of_profile,
)
from py.platforms.measured.workload import KINDS
from py.platforms.platform import Standing

FORMS = ("default", "neuralpower")
_MOST_MODELS = 100
_MOST_COEFFICIENT = 1e30
_MOST_RANGE = 1e18
_MOST_REMARKS = 30
T = TypeVar("T")


def profile_from_json(data: Any) -> Profile:
    """Return the profile that a file describes.

    Raises:
        JoulegraphError: ``platform-invalid`` naming the field, what it must be and what it is.
    """
    fields = Fields(data)
    for name in ("id", "kind", "name", "licence"):
        fields.raw(name)
    choice("schema", fields.raw("schema"), SCHEMA)
    models: dict[tuple[str, str], KindModel] = {}
    for each in fields.items("models", _MOST_MODELS):
        model = _model(each)
        if (model.kind, model.dtype) in models:
            expected = f"the only model of {model.kind} at {model.dtype}"
            raise invalid(each.at("kind"), expected, model.kind)
        models[model.kind, model.dtype] = model
    about = told_of_profile(fields)
    found = Profile(
        models=models,
        otherwise=_otherwise(fields.inner("otherwise")),
        form=choice("form", fields.raw("form"), *FORMS),
        rated_power=_rated(fields),
        host=_standing(fields, "host_idle_power", included=False),
        idle=_standing(fields, "idle_power", included=True),
        correlation=_optional(fields, "correlation", 1.0),
        remarks=_remarks(fields),
        about=about,
        of_training=fields.has("direction")
        and choice("direction", fields.raw("direction"), "forward", "training") == "training",
    )
    fields.end()
    return found


def _model(fields: Fields) -> KindModel:
    about = told_of_model(fields)
    time, power = fields.inner("time_s"), fields.raw("power_w")
    found = KindModel(
        kind=choice(fields.at("kind"), fields.raw("kind"), *KINDS),
        dtype=fields.text("dtype"),
        ranges=_features(fields, "ranges", _range),
        fixed=_features(fields, "fixed", lambda at, value: number(at, value, 0.0, _MOST_RANGE)),
        time=_time(time),
        power=None if power is None else _power(fields.inner("power_w")),
        clock_hz=_optional(fields, "clock_hz", 1e12),
        about=about,
    )
    fields.end()
    return found


def _time(fields: Fields) -> TimeModel:
    require(fields, "regimes")
    found = TimeModel(
        polynomial=_polynomial(fields, FEATURES),
        regimes=_regimes(fields.at("regimes"), fields.raw("regimes")),
        spread=_spread(fields, "interval"),
    )
    for name in ("errors", "points"):
        fields.raw(name)
    fields.end()
    return found


def _power(fields: Fields) -> PowerModel:
    of = choice(fields.at("of"), fields.raw("of"), "energy_j", "power_w")
    found = PowerModel(
        of="energy_j" if of == "energy_j" else "power_w",
        polynomial=_polynomial(fields, {**FEATURES, TIME: None}),
        spread=_spread(fields, "interval"),
        energy_spread=_spread(fields, "energy_interval"),
        bounds=None
        if fields.raw("bounds_w") is None
        else _range(fields.at("bounds_w"), fields.raw("bounds_w")),
        unreliable=fields.text("unreliable") if fields.has("unreliable") else None,
    )
    for name in ("errors", "energy_errors", "points"):
        fields.raw(name)
    fields.end()
    return found


def _otherwise(fields: Fields) -> Otherwise:
    found = Otherwise(
        polynomial=_polynomial(fields, {"bytes": None, "macs": None}, least=0.0),
        spread=_spread(fields, "interval"),
        power_w=_optional(fields, "power_w", 1e9),
        about=told_of_others(fields),
    )
    fields.end()
    return found


def _polynomial(
    fields: Fields, known: Mapping[str, Any], least: float = -_MOST_COEFFICIENT
) -> Polynomial:
    terms: dict[str, float] = {}
    for each in fields.items("terms", MOST_TERMS):
        text = each.text("term")
        if text in terms:
            raise invalid(each.at("term"), "a term that is not there twice", text)
        terms[text] = number(
            each.at("coefficient"), each.raw("coefficient"), least, _MOST_COEFFICIENT
        )
        each.end()
        found = _made(each.at("term"), text, partial(polynomial, {text: 1.0}))
        strange = sorted(found.features - set(known))
        if strange:
            raise invalid(each.at("term"), f"of the features {', '.join(known)}", strange[0])
    return polynomial(terms)


def _regimes(path: str, data: Any, depth: int = 0) -> Regimes:
    if data is None and depth == 0:
        return EVERYWHERE
    if depth > MOST_DEPTH:
        raise invalid(path, f"a tree of at most {MOST_DEPTH} questions one after another", depth)
    if not isinstance(data, dict):
        factor = number(path, data, 1e-6, 1e6)
        return Leaf(factor)
    fields = Fields(data, path)
    split = _made(
        path,
        data,
        lambda: Split(
            fields.text("feature"),
            number(fields.at("most"), fields.raw("most"), 0.0, _MOST_RANGE),
            _regimes(fields.at("low"), fields.raw("low"), depth + 1),
            _regimes(fields.at("high"), fields.raw("high"), depth + 1),
        ),
    )
    fields.end()
    return split


def _spread(fields: Fields, name: str) -> Spread | None:
    if fields.raw(name) is None:
        return None
    inner = fields.inner(name)
    bands = []
    for each in inner.items("bands", MOST_BANDS):
        require(each, "up_to_s")
        end = each.raw("up_to_s")
        up_to_s = math.inf if end is None else number(each.at("up_to_s"), end, 0.0, 1e9)
        low = number(each.at("low"), each.raw("low"), 0.0, 1e6)
        high = number(each.at("high"), each.raw("high"), 0.0, 1e6)
        each.end()
        bands.append(_made(each.path, each.data, partial(Band, up_to_s, low, high)))
    number(inner.at("level"), inner.raw("level"), LEVEL, LEVEL)
    require(inner, "coverage")
    _optional(inner, "coverage", 1.0)
    wider = number(inner.at("wider"), inner.raw("wider"), 0.0, 50.0)
    found = _made(inner.path, inner.data, lambda: Spread(tuple(bands), wider))
    inner.end()
    return found


def _features(fields: Fields, name: str, read: Callable[[str, Any], T]) -> Mapping[str, T]:
    inner = fields.inner(name)
    strange = sorted(set(inner.data) - set(FEATURES))
    if strange:
        raise invalid(inner.at(strange[0][:60]), f"one of {', '.join(FEATURES)}", strange[0])
    return {each: read(inner.at(each), inner.raw(each)) for each in inner.data}


def _range(path: str, value: Any) -> Range:
    if not isinstance(value, list) or len(value) != 2:
        raise invalid(path, "two numbers, the least and the most", value)
    least, most = (number(path, end, 0.0, _MOST_RANGE) for end in value)
    if least > most:
        raise invalid(path, "the least before the most", value)
    return Range(least, most)


def _rated(fields: Fields) -> RatedPower | None:
    if fields.raw("rated_power_w") is None:
        return None
    found = fields.sourced("rated_power_w")
    return RatedPower(found.number(1e-6, 1e9), found.source)


def _standing(fields: Fields, name: str, *, included: bool) -> Standing | None:
    if fields.raw(f"{name}_w") is None:
        return None
    found = fields.sourced(f"{name}_w")
    return Standing(found.number(0.0, 1e9), found.source, included=included)


def _optional(fields: Fields, name: str, most: float) -> float | None:
    value = fields.raw(name)
    return None if value is None else number(fields.at(name), value, 0.0, most)


def _remarks(fields: Fields) -> tuple[str, ...]:
    found = fields.raw("remarks")
    texts = isinstance(found, list) and all(isinstance(text, str) for text in found)
    if not texts or len(found) > _MOST_REMARKS or any(len(text) > 2000 for text in found):
        raise invalid("remarks", f"a list of up to {_MOST_REMARKS} texts", found)
    return tuple(found)


def _made(path: str, got: Any, make: Callable[[], T]) -> T:
    """Return what is made; what its type refuses is an error of the file."""
    try:
        return make()
    except ValueError as error:
        raise invalid(path, str(error), got) from None
