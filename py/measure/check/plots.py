"""The plots of the page: what was predicted against what was measured, and power over time."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from py.measure.check.survey import Reading, Survey
from py.measure.report import units
from py.measure.report.frame import grid
from py.reports import svg
from py.reports.axis import Axis, around
from py.reports.even_axis import EvenAxis
from py.reports.frame import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, names

Plot = tuple[str, str]
_MINUTE = 60.0
_LONG = 300.0
_MARGIN = 0.08
_UNITS: Mapping[str, tuple[str, str]] = {"time_s": ("runtime", "s"), "power_w": ("power", "W")}


def against(model: Mapping[str, Any], quantity: str) -> Plot | None:
    """Return predicted against measured, as the profile's points have it; None without points."""
    name, unit = _UNITS[quantity]
    points = [(a, b) for a, b in (model[quantity] or {}).get("points", ()) if a > 0 and b > 0]
    if not points:
        return None
    ends = around([value for point in points for value in point])
    x, y = Axis(*ends, LEFT, RIGHT), Axis(*ends, BOTTOM, TOP)
    parts = [
        *grid(x, y, unit, unit),
        svg.line((LEFT, BOTTOM), (RIGHT, TOP), "same"),
        svg.dots([(x.place(a), y.place(b)) for a, b in points], "dots few"),
        *names(f"measured {name}", f"predicted {name}"),
    ]
    errors = model[quantity]["errors"]
    said = (
        f"{model['kind']} ({model['dtype']}): {name} of {len(points)} of {errors['rows']:,} rows "
        f"that the fit had not seen; RMSPE {units.percent(errors['rmspe'])}, median "
        f"{units.percent(errors['median'])}. On the line both are the same."
    )
    return svg.picture(WIDTH, HEIGHT, said, parts), said


def power_over_time(survey: Survey) -> Plot | None:
    """Return the sampled and the idle powers of a capture over its time; None without any."""
    rows = _told(survey.powers.kept)
    return _over_time(rows, _told(survey.idle), "power", "Dots are rows, rings the idle device.")


def idle_over_time(survey: Survey) -> Plot | None:
    """Return the idle powers of a capture over its time; None with fewer than two."""
    idle = _told(survey.idle)
    if len(idle) < 2:
        return None
    return _over_time([], idle, "idle power", "Rings are readings of the idle device.")


def _told(readings: Sequence[Reading]) -> list[Reading]:
    return [one for one in readings if math.isfinite(one.at_s)]


def _over_time(rows: list[Reading], idle: list[Reading], name: str, said: str) -> Plot | None:
    every = [*rows, *idle]
    if not every:
        return None
    last = max(one.at_s for one in every)
    size, unit = (_MINUTE, "min") if last > _LONG else (1.0, "s")
    x = EvenAxis(0.0, max(last / size, 1.0) * 1.02, LEFT, RIGHT)
    y = EvenAxis(*_ends([one.power_w for one in every]), BOTTOM, TOP)
    parts = [*_grid(x, y, unit)]
    at = [((x.place(one.at_s / size), y.place(one.power_w)), one) for one in every]
    parts.append(svg.dots([place for place, one in at[: len(rows)]], "dots"))
    parts += [
        svg.told_dot(place, f"{units.quantity(one.power_w, 'W')} idle", "worst")
        for place, one in at[len(rows) :]
    ]
    parts += names("time since the capture began", name)
    label = (
        f"{name.capitalize()} over {last / size:.3g} {unit}, from "
        f"{units.quantity(min(one.power_w for one in every), 'W')} to "
        f"{units.quantity(max(one.power_w for one in every), 'W')}. {said}"
    )
    return svg.picture(WIDTH, HEIGHT, label, parts), label


def _ends(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    apart = max((high - low) * _MARGIN, high * 0.02, 1e-3)
    return max(low - apart, 0.0), high + apart


def _grid(x: EvenAxis, y: EvenAxis, unit: str) -> list[str]:
    parts = []
    for value in x.named():
        parts.append(svg.line((x.place(value), TOP), (x.place(value), BOTTOM), "grid"))
        parts.append(svg.text(x.place(value), BOTTOM + 20, f"{value:g} {unit}", "tick middle"))
    for value in y.named():
        parts.append(svg.line((LEFT, y.place(value)), (RIGHT, y.place(value)), "grid"))
        parts.append(svg.text(LEFT - 8, y.place(value) + 4.5, f"{value:g} W", "tick end"))
    return parts
