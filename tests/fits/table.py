"""Every shipped fit as a line: its limit, its cross-validated error, coverage, extrapolation."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py.columns import columns
from py.measure.fit.profile_fit import written
from py.measure.shipped.recipe import Recipe, fitted, recipes
from py.platforms.load import PUBLIC
from tests.fits.limits import Limit, limit_of, shortfall_beyond

PROFILES = PUBLIC / "profiles"
TABLES = Path(__file__).resolve().parents[2].parent / "shared" / "data"

HEADER = (
    *("profile", "kind", "quantity", "rows", "at most", "RMSPE", "median", "coverage"),
    *("beyond", "bytes", "state"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity of one kind of layer of a profile; errors are shares, not per cent."""

    profile: str
    kind: str
    quantity: str
    rows: int
    rmspe: float
    median: float
    coverage: float | None
    beyond: Mapping[str, float] | None
    size_bytes: int

    @property
    def limit(self) -> Limit | None:
        return limit_of(self.profile, self.kind, self.quantity)

    @property
    def state(self) -> str:
        if self.limit is None:
            return "shown"
        return "within" if 100 * self.rmspe <= self.limit.percent else "OUTSIDE"


def shipped_text(recipe: Recipe) -> str:
    """Return a shipped profile's file."""
    return (PROFILES / f"{recipe.id}.json").read_text(encoding="utf-8")


def refitted_text(recipe: Recipe) -> str:
    """Return the file of a profile that is fitted anew to its tables."""
    return written(fitted(recipe, TABLES, lambda _: None).json)


def chosen(ids: Iterable[str] = ()) -> tuple[Recipe, ...]:
    """Return the recipes of some profiles, all if none is named."""
    asked = set(ids)
    return tuple(recipe for recipe in recipes() if not asked or recipe.id in asked)


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines of a profile's file."""
    data: dict[str, Any] = json.loads(text)
    size = len(text.encode())
    for model in data["models"]:
        parts = [("time_s", model["time_s"]["errors"], model["time_s"]["interval"])]
        power = model["power_w"]
        if power is not None:
            parts.append(("power_w", power["errors"], power["interval"]))
            parts.append(("energy_j", power["energy_errors"], power["energy_interval"]))
        for quantity, errors, interval in parts:
            yield Line(
                data["id"],
                model["kind"],
                quantity,
                model["rows"],
                errors["rmspe"],
                errors["median"],
                None if interval is None else interval["coverage"],
                model["extrapolation"] if quantity == "time_s" else None,
                size,
            )


def table(lines: Iterable[Line]) -> str:
    """Return lines as text, with the reasons of those that are outside below."""
    listed = list(lines)
    rows = [_cells(line) for line in listed]
    reasons = [
        f"{line.profile}, {line.kind}: {line.limit.reason} (floor {line.limit.floor_percent} %)"
        for line in listed
        if line.limit is not None and line.state == "OUTSIDE" and line.limit.reason
    ]
    reasons += [
        f"{line.profile}, {line.kind}, beyond: {known.reason}"
        for line in listed
        for known in [shortfall_beyond(line.profile, line.kind)]
        if line.beyond is not None and known is not None
    ]
    return "\n".join([*columns(HEADER, rows, left=3), *reasons])


def _cells(line: Line) -> list[str]:
    limit, beyond = line.limit, line.beyond
    return [
        line.profile,
        line.kind,
        line.quantity,
        str(line.rows),
        "" if limit is None else f"{limit.percent:g} %",
        f"{line.rmspe:.2%}",
        f"{line.median:.2%}",
        "" if line.coverage is None else f"{line.coverage:.1%}",
        "" if beyond is None else f"{beyond['median']:.1%}",
        str(line.size_bytes),
        line.state,
    ]
