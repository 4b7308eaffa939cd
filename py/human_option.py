"""--human: one inference in everyday units, for a usage that the user states.

``rate=1000/day,region=DE,battery=15Wh,price=0.30EUR``: each part once, in any order, none needed.
"""

import argparse
import re
from dataclasses import dataclass
from typing import Any

from py.bounded_json import parse_json, read_bounded
from py.breakdown import Result
from py.errors import JoulegraphError
from py.exports.human import Usage, human
from py.exports.regions import Region
from py.platforms.load import PUBLIC

_MOST_BYTES = 1_000_000
_NUMBER = r"(\d{1,15}(?:\.\d{1,12})?(?:e[+-]?\d{1,2})?)"
_PER_DAY = {"second": 86400, "s": 86400, "minute": 1440, "min": 1440, "hour": 24, "h": 24, "day": 1}
_JOULES = {"J": 1.0, "kJ": 1e3, "MJ": 1e6, "Wh": 3600.0, "kWh": 3.6e6, "mWh": 3.6}
_COULOMBS = {"mAh": 3.6, "Ah": 3600.0}
EXAMPLE = "rate=1000/day,region=DE,battery=15Wh,price=0.30EUR"


@dataclass(frozen=True, slots=True)
class Asked:
    """The usage, where its electricity is from, and in what its price is."""

    usage: Usage
    region: Region | None = None
    currency: str = ""

    def json(self, result: Result) -> dict[str, Any]:
        """Return the part ``human`` of a result's JSON."""
        usage: dict[str, Any] = self.usage.as_json()
        if self.region is not None:
            usage["region"] = self.region.as_json()
        if self.currency:
            usage["currency"] = self.currency
        figures = human(*_each(result), self.usage)
        return {"usage": usage, "figures": {name: list(one) for name, one in figures.items()}}

    def text(self, result: Result, width: int) -> str:
        """Return the lines that follow a result's table, ``width`` wide where they are prose."""
        from py.exports.human_text import human_lines  # needed where it is asked for

        energy, ends = _each(result)
        if energy is None:
            return "\nin everyday units   unknown: the platform gives no joules for all layers\n"
        interval = result.interval
        lines = human_lines(
            human(energy, ends, self.usage),
            self.usage,
            each="training example" if result.options.get("train") else "inference",
            currency=self.currency,
            region=self.region,
            level=None if ends is None or interval is None else interval.level,
            width=width,
        )
        return "\n".join(["", *lines, ""])


def _each(result: Result) -> tuple[float | None, tuple[float, float] | None]:
    """Return the energy of one inference and between what it lies."""
    batch = result.model.batch
    energy: float | None = result.totals()["per_inference"]["energy_j"]
    interval = result.interval
    ends = None if interval is None else interval.of("energy_j")
    return energy, None if ends is None else (ends[0] / batch, ends[1] / batch)


def add_human_argument(parser: argparse.ArgumentParser) -> None:
    """Add --human."""
    parser.add_argument(
        "--human",
        metavar="USAGE",
        type=human_of,
        help="say too what inferences cost in everyday units, for a usage such as "
        f"{EXAMPLE}; battery=4000mAh@3.85V and region=350g (of CO2e a kWh) do as well, and parts "
        "may be left out",
    )


def human_of(given: str) -> Asked:
    """Return what --human asks for.

    Raises:
        JoulegraphError: ``human-invalid`` naming the part, ``region-unknown``.
    """
    parts: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in given[:1000].split(","))):
        name, _, value = (one.strip() for one in part.partition("="))
        if name not in _READ or name in parts or not value:
            raise _invalid(f"has {', '.join(_READ)}, each once", part)
        parts[name] = value
    region = _region(parts["region"]) if "region" in parts else None
    price, currency = _price(parts["price"]) if "price" in parts else (None, "")
    usage = {
        "per_day": _rate(parts["rate"]) if "rate" in parts else None,
        "battery_j": _battery(parts["battery"]) if "battery" in parts else None,
        "price_per_kwh": price,
        "g_per_kwh": region.g_per_kwh if isinstance(region, Region) else region,
    }
    try:
        return Asked(Usage(**usage), region if isinstance(region, Region) else None, currency)
    except ValueError as error:
        raise _invalid("has numbers in range", str(error)) from None


_READ = ("rate", "region", "battery", "price")


def _rate(text: str) -> float:
    match = re.fullmatch(rf"{_NUMBER}\s*/\s*([a-z]+)", text)
    if match is None or match[2] not in _PER_DAY:
        raise _invalid("says rate=1000/day, or per second, minute or hour", text)
    return float(match[1]) * _PER_DAY[match[2]]


def _battery(text: str) -> float:
    if match := re.fullmatch(rf"{_NUMBER}\s*([a-zA-Z]+)", text):
        if match[2] in _JOULES:
            return float(match[1]) * _JOULES[match[2]]
    elif (match := re.fullmatch(rf"{_NUMBER}\s*(mAh|Ah)\s*@\s*{_NUMBER}\s*V", text)) is not None:
        return float(match[1]) * _COULOMBS[match[2]] * float(match[3])
    raise _invalid("says battery=15Wh, or 4000mAh@3.85V with its voltage", text)


def _price(text: str) -> tuple[float, str]:
    match = re.fullmatch(rf"{_NUMBER}\s*(\S{{0,8}})", text)
    if match is None:
        raise _invalid("says price=0.30, of a kWh, with or without a currency", text)
    return float(match[1]), match[2]


def _region(text: str) -> Region | float:
    """Return a region of the table, or the grams that the user states."""
    if match := re.fullmatch(rf"{_NUMBER}\s*g(?:/kWh)?", text):
        return float(match[1])
    from py.exports.regions import region_named, regions_of

    path = PUBLIC / "regions.json"
    try:
        data = parse_json(read_bounded(path, _MOST_BYTES), what=path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise JoulegraphError(
            "regions-invalid", f"{path.name} can't be read: {error}.", "Install it again."
        ) from None
    return region_named(regions_of(data), text)


def _invalid(expected: str, got: str) -> JoulegraphError:
    return JoulegraphError(
        "human-invalid", f"--human {expected}, got {got[:60]!r}.", f"Give, for example, {EXAMPLE}."
    )
