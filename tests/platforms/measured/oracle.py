"""A profile evaluated by other means, from its JSON and what its schema says of the fields.

Terms are read by Python's own parser, features are worked out from a row's columns, and nothing of
py.platforms.measured is used.
"""

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "log": lambda x: math.log(x) if x > 1e-30 else math.log(1e-30),
    "per": lambda x: 1 / x if x else 0.0,
    "ceil": lambda x, n: n * math.ceil(x / n),
    "floor": lambda x, n: n * math.floor(x / n),
    "reach": lambda x, n: x if x >= n else 0.0,
    "above": lambda x, n: 1.0 if x > n else 0.0,
    "excess": lambda x, n: x - n if x > n else 0.0,
    "beyond": lambda x, n: (x - n) / x if x > n else 0.0,
    "least": lambda x, n: x if x < n else n,
    "between": lambda x, a, b: 1.0 if a < x <= b else 0.0,
}
_ZERO = 1e-300


class Sizes(NamedTuple):
    """A layer by the columns of a table; ``pad`` is on all sides."""

    op: str
    batch: int
    cin: int
    cout: int = 1
    h: int = 1
    w: int = 1
    kh: int = 1
    kw: int = 1
    stride: int = 1
    pad: int = 0
    groups: int = 1

    @property
    def kind(self) -> str:
        if self.op == "conv" and self.groups > 1:
            return "depthwise" if self.groups == self.cin else "grouped"
        return {"fc": "dense"}.get(self.op, self.op)


def features(one: Sizes) -> dict[str, float]:
    """Return a layer's features in single precision, by their descriptions."""
    groups = one.groups
    cin, cout = one.cin // groups, one.cout // groups
    oh = (one.h + 2 * one.pad - one.kh) // one.stride + 1
    ow = (one.w + 2 * one.pad - one.kw) // one.stride + 1
    outputs = one.batch * (one.cin if one.op == "pool" else one.cout) * oh * ow
    window, reads = one.kh * one.kw, one.batch * one.cin * oh * ow * one.kh * one.kw
    weights = 0 if one.op == "pool" else one.cout * cin * window
    moved = {
        "ifmap_bytes": 4.0 * one.batch * one.cin * one.h * one.w,
        "weight_bytes": 4.0 * weights,
        "ofmap_bytes": 4.0 * outputs,
    }
    return {
        "batch": one.batch,
        "groups": groups,
        "images": one.batch * groups,
        "planes": one.batch * one.cin,
        "cin": cin,
        "cout": 1 if one.op == "pool" else cout,
        **{"h": one.h, "w": one.w, "oh": oh, "ow": ow, "kh": one.kh, "kw": one.kw},
        "stride": one.stride,
        "pad": 0 if one.op == "pool" else one.pad,
        "uneven_pad": 0.0,
        "kernel": window**0.5,
        "in_side": (one.h * one.w) ** 0.5,
        "out_side": (oh * ow) ** 0.5,
        "clock_hz": 0.0,
        "macs": 0 if one.op == "pool" else outputs * cin * window,
        "ops": reads if one.op == "pool" else 0,
        "patches": reads,
        "row_reads": outputs * window**0.5,
        **moved,
        "bytes": sum(moved.values()),
    }


def term(text: str, known: Mapping[str, float]) -> float:
    """Return the value of a term without its coefficient."""
    return _value(ast.parse(text.replace("^", "**"), mode="eval").body, known)


def _value(node: ast.expr, known: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=number):
            assert isinstance(number, (int, float))
            return float(number)
        case ast.Name(id=name):
            return float(known[name])
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _value(left, known) * _value(right, known)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return float(_value(left, known) ** _value(right, known))
        case ast.Call(func=ast.Name(id=name), args=given):
            return float(_FUNCTIONS[name](*(_value(one, known) for one in given)))
    raise AssertionError(f"no term: {ast.dump(node)}")


def polynomial(terms: list[dict[str, Any]], known: Mapping[str, float]) -> float:
    return math.fsum(each["coefficient"] * term(each["term"], known) for each in terms)


def factor(tree: Any, known: Mapping[str, float]) -> float:
    """Return the factor of regimes."""
    if tree is None:
        return 1.0
    if not isinstance(tree, dict):
        return float(tree)
    return factor(tree["low" if known[tree["feature"]] <= tree["most"] else "high"], known)


def distance(ranges: Mapping[str, list[float]], known: Mapping[str, float]) -> float:
    """Return the logarithm of how many times the furthest feature is too large or too small."""
    found = [0.0]
    for name, (least, most) in ranges.items():
        value = known[name]
        if value > most:
            found.append(math.log(value / max(most, _ZERO)))
        elif value < least:
            found.append(math.log(least / max(value, _ZERO)))
    return max(found)


def ends(
    interval: dict[str, Any] | None, value: float, time_s: float, far: float
) -> tuple[float, float] | None:
    if interval is None:
        return None
    band = next(
        one for one in interval["bands"] if one["up_to_s"] is None or time_s <= one["up_to_s"]
    )
    apart = math.exp(min(50.0, interval["wider"] * far))
    return value * band["low"] / apart, value * band["high"] * apart


class Said(NamedTuple):
    """What a profile says of a layer; ends where there are any."""

    time_s: float
    power_w: float | None
    in_range: bool
    time_ends: tuple[float, float] | None
    power_ends: tuple[float, float] | None
    energy_ends: tuple[float, float] | None


def said(profile: dict[str, Any], one: Sizes) -> Said | None:
    """Return what a model of a profile says of a layer; None where no model answers."""
    known = features(one)
    found = [model for model in profile["models"] if model["kind"] == one.kind]
    if not found or any(known[name] != value for name, value in found[0]["fixed"].items()):
        return None
    model = found[0]
    known["clock_hz"] = model.get("clock_hz") or 0.0
    time = model["time_s"]
    time_s = polynomial(time["terms"], known) * factor(time["regimes"], known)
    far = distance(model["ranges"], known)
    at = (time_s, far)
    power, watts = model["power_w"], None
    if power is not None:
        watts = polynomial(power["terms"], known | {"time_s": time_s})
        watts = watts / time_s if power["of"] == "energy_j" else watts
        if power.get("bounds_w"):
            watts = min(max(watts, power["bounds_w"][0]), power["bounds_w"][1])
    return Said(
        time_s,
        watts,
        far == 0,
        ends(time["interval"], time_s, *at),
        None if power is None or watts is None else ends(power["interval"], watts, *at),
        None
        if power is None or watts is None
        else ends(power["energy_interval"], watts * time_s, *at),
    )
