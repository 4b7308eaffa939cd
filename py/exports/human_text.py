"""One inference in everyday units as lines for the terminal."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from py.breakdown.quantity import with_unit
from py.columns import counted
from py.exports.human import Figure, Usage
from py.exports.plain import plain
from py.exports.regions import Region
from py.layers.report.totals import wrapped

_GRAMS_OF_KWH = "a yearly average of what is generated there, whoever buys it (location-based)"


def human_lines(
    figures: Mapping[str, Figure],
    usage: Usage,
    *,
    each: str = "inference",
    currency: str = "",
    region: Region | None = None,
    level: float | None = None,
    width: int = 100,
) -> list[str]:
    """Return the lines, a figure each; ``each`` is the word for what is counted."""
    interval = "" if level is None else f", {100 * level:.0f} % intervals"
    lines = [f"in everyday units   (for the {each}s alone{interval})"]

    def line(name: str, text: str, about: str = "") -> None:
        lines.append(f"{name:15}{text}{f'   ({about})' if about else ''}")

    def joules(name: str) -> str:
        return _spread(figures[name], lambda value: with_unit(value, "J"))

    line("one", joules("inference_j"))
    line("a thousand", joules("thousand_j"))
    if "day_j" in figures:
        line("a day", joules("day_j"), f"{_plain(usage.per_day)} {each}s")
    if "charge_inferences" in figures:
        counts = _spread(figures["charge_inferences"], lambda value: with_unit(value, ""))
        days = figures.get("charge_days")
        lasts = "" if days is None else f", {_spread(days, _plain)} days"
        line("a charge", f"{counts} {each}s{lasts}", f"of {with_unit(usage.battery_j, 'J')}")
    if "cost_thousand" in figures:
        money = f" {plain(currency)}" if currency else ""
        said = f"{_spread(figures['cost_thousand'], _money)}{money} a thousand"
        for span in ("day", "year"):
            if f"cost_{span}" in figures:
                said += f", {_spread(figures[f'cost_{span}'], _money)}{money} a {span}"
        its = "" if currency else ", in the price's currency"
        line("electricity", said, f"at {_plain(usage.price_per_kwh)}{money} a kWh{its}")
    if "co2e_thousand_g" in figures:
        said = f"{_grams(figures['co2e_thousand_g'])} a thousand"
        for span in ("day", "year"):
            if f"co2e_{span}_g" in figures:
                said += f", {_grams(figures[f'co2e_{span}_g'])} a {span}"
        where = f"{region.name} {region.year}, " if region is not None else ""
        line("CO2e", said, f"{where}{_plain(usage.g_per_kwh)} g a kWh")
        if region is not None:
            lines += wrapped("  ", f"{_GRAMS_OF_KWH}; {plain(region.source)}", width, "")
    return lines


def _grams(figure: Figure) -> str:
    return _spread(figure, lambda value: with_unit(value, "g"))


def _money(value: float | None) -> str:
    """Return an amount with two significant digits or whole units, never in powers of ten."""
    if value is None:
        return "unknown"
    if value == 0:
        return "0"
    power = int(f"{value:.1e}".split("e")[1])
    return f"{value:.{min(100, max(0, 1 - power))}f}"


def _plain(value: float | None) -> str:
    """Return a number of four digits, or of as many as it has before the point."""
    if value is None:
        return "unknown"
    if value == 0 or abs(value) >= 1000:
        return counted(round(value), "0")
    if abs(value) >= 1e-4:
        return f"{Decimal(f'{value:.4g}').normalize():f}"
    digits, power = f"{value:.3e}".split("e")
    return f"{digits}e{int(power)}"


def _spread(figure: Figure, written: Callable[[float | None], str]) -> str:
    value, low, high = figure
    if low is None or high is None:
        return written(value)
    return f"{written(value)} [{written(low)} to {written(high)}]"
