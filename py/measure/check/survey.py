"""What a capture holds, as far as checks and the page ask: counts, extremes, a few of many rows."""

import math
from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from py.measure.capture.columns import IDLE
from py.measure.capture.header import Header
from py.measure.check.thinned import Thinned


@dataclass(slots=True)
class Counts:
    """How many rows of one kind there are, and what became of them."""

    rows: int = 0
    timed: int = 0
    powered: int = 0
    outliers: int = 0
    throttled: int = 0
    skipped: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A power in watts, at so many seconds after the capture began."""

    at_s: float
    power_w: float


@dataclass(slots=True)
class Extreme:
    """The largest value of something, and the line that has it."""

    value: float = -math.inf
    line: int = 0

    def see(self, value: float, line: int) -> None:
        """Keep a value if it is the largest yet."""
        if value > self.value:
            self.value, self.line = value, line


@dataclass(slots=True)
class Survey:
    """What a capture holds. Lines are those of the file, the header being the first.

    ``problem`` says why the file is no capture; ``wrong`` are cells that hold what they must not;
    ``rates`` are the most MACs a second by op and dtype. Times, powers and energies are SI.
    """

    problem: str = ""
    header: Header | None = None
    columns: tuple[str, ...] = ()
    cut: bool = False
    rows: int = 0
    groups: dict[tuple[str, str, str], Counts] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    wrong_cells: int = 0
    duplicates: list[str] = field(default_factory=list)
    duplicate_rows: int = 0
    notes: list[tuple[int, str, str]] = field(default_factory=list)
    noted: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    time_scatter: "array[float]" = field(default_factory=lambda: array("d"))
    energy_scatter: "array[float]" = field(default_factory=lambda: array("d"))
    idle: list[Reading] = field(default_factory=list)
    powers: Thinned[Reading] = field(default_factory=Thinned)
    least_power: Extreme = field(default_factory=Extreme)
    most_power: Extreme = field(default_factory=Extreme)
    energy_gap: Extreme = field(default_factory=Extreme)
    energies: int = 0
    rates: dict[tuple[str, str], Extreme] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    first: datetime | None = None

    @property
    def measured(self) -> Counts:
        """The counts of all kinds together, but for rows of idling."""
        total = Counts()
        for (op, _, _), counts in self.groups.items():
            if op != IDLE:
                for name in Counts.__slots__:
                    setattr(total, name, getattr(total, name) + getattr(counts, name))
        return total

    def idle_power_w(self) -> float | None:
        """Return the median of the idle powers."""
        return median(one.power_w for one in self.idle) if self.idle else None
