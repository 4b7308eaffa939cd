"""One inference in the units of everyday life: pure arithmetic, the same digits on the page.

The page's twin is web/lib/human.ts; tests/vectors/human.json holds both to it. A figure is value,
low and high: the ends of the energy's interval carry over, and are None where it has none.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

Figure = tuple[float | None, float | None, float | None]
J_PER_KWH = 3.6e6
DAYS_PER_YEAR = 365
_MOST = 1e18
_LEAST = 1e-100
"""Less than this is nothing: nothing real costs as little, and the quotient stays a number."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What inferences are run for; what is not given gives no figure.

    ``per_day`` inferences, ``battery_j`` the capacity of a battery, ``price_per_kwh`` in any
    currency, ``g_per_kwh`` grams of CO2e that electricity emits.
    """

    per_day: float | None = None
    battery_j: float | None = None
    price_per_kwh: float | None = None
    g_per_kwh: float | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and not (0 <= value <= _MOST and math.isfinite(value)):
                raise ValueError(f"Usage.{field.name}: 0 to {_MOST:g}, got {value!r}")

    def as_json(self) -> dict[str, float]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


def human(
    energy_j: float | None, ends: tuple[float, float] | None, usage: Usage
) -> Mapping[str, Figure]:
    """Return the figures of inferences that cost ``energy_j`` each, between ``ends``.

    ``*_j`` joules of one inference, of a thousand, of a day; ``charge_*`` inferences and days that
    a battery lasts for them alone; ``cost_*`` in the price's currency and ``co2e_*_g`` grams, of a
    thousand, of a day and of a year of 365 days. Unknown stays unknown.
    """
    low, high = ends or (None, None)
    each: Figure = (energy_j, low, high)
    rate, battery = usage.per_day, usage.battery_j
    thousand = _times(each, 1000)
    found = {"inference_j": each, "thousand_j": thousand}
    day = None if rate is None else _times(each, rate)
    if day is not None:
        found["day_j"] = day
    if battery is not None:
        found["charge_inferences"] = _into(battery, each)
        if day is not None:
            found["charge_days"] = _into(battery, day)
    for name, end, per_kwh in (
        ("cost", "", usage.price_per_kwh),
        ("co2e", "_g", usage.g_per_kwh),
    ):
        if per_kwh is not None:
            found[f"{name}_thousand{end}"] = _of_energy(thousand, per_kwh)
            if day is not None:
                found[f"{name}_day{end}"] = _of_energy(day, per_kwh)
                found[f"{name}_year{end}"] = _of_energy(_times(day, DAYS_PER_YEAR), per_kwh)
    return found


def _times(figure: Figure, factor: float) -> Figure:
    value, low, high = (None if one is None else one * factor for one in figure)
    return value, low, high


def _of_energy(joules: Figure, per_kwh: float) -> Figure:
    value, low, high = (None if one is None else one / J_PER_KWH * per_kwh for one in joules)
    return value, low, high


def _into(whole: float, figure: Figure) -> Figure:
    """Return how often a figure goes into a whole: the most for its low end; never into nothing."""
    value, low, high = (whole / one if one and one > _LEAST else None for one in figure)
    return value, high, low
