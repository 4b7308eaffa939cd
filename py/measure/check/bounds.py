"""How much of anything is too much: read from ``bounds.json``, where each has its reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from py.measure.check.finding import Verdict

_FILE = Path(__file__).with_name("bounds.json")


@dataclass(frozen=True, slots=True)
class Limit:
    """Above ``warn`` a value is told, above ``fail`` it is too much; None is no limit.

    ``rows``: found on fewer, a value is told and fails nothing.
    """

    warn: float | None
    fail: float | None
    why: str
    rows: int = 0

    def __post_init__(self) -> None:
        if self.warn is not None and self.fail is not None and self.warn > self.fail:
            raise ValueError(f"Limit: warn comes before fail, got {self.warn} and {self.fail}")

    def verdict(self, value: float, rows: int | None = None) -> Verdict:
        """Return what is to be said of a value; NaN is too much."""
        if self.fail is not None and not value <= self.fail:
            return "warn" if rows is not None and rows < self.rows else "fail"
        return "warn" if self.warn is not None and not value <= self.warn else "pass"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Between what the share of rows inside of their interval lies; from ``rows`` rows it fails."""

    least: float
    most: float
    rows: int

    def verdict(self, share: float, rows: int) -> Verdict:
        """Return what is to be said of a share of so many rows."""
        if self.least <= share <= self.most:
            return "pass"
        return "fail" if rows >= self.rows else "warn"


@dataclass(frozen=True, slots=True)
class Bounds:
    """All of them."""

    limits: Mapping[str, Limit]
    main_kinds: frozenset[str]
    coverage: Coverage
    most_bytes: int
    open_licences: frozenset[str]

    def of_kind(self, name: str, kind: str) -> Limit:
        """Return a limit as it is for a kind of layer."""
        return self.limits[name if kind in self.main_kinds else f"{name}-of-others"]


@cache
def bounds() -> Bounds:
    """Return the project's bounds."""
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    limits = {
        name: Limit(one["warn"], one["fail"], one["why"], one.get("rows", 0))
        for name, one in data["limits"].items()
    }
    coverage = data["coverage"]
    return Bounds(
        limits,
        frozenset(data["limits"]["time-rmspe"]["kinds"]),
        Coverage(coverage["least"], coverage["most"], coverage["rows"]),
        data["most_bytes"]["value"],
        frozenset(data["open_licences"]["value"]),
    )
