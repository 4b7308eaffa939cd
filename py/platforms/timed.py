"""What a timed platform (measured or datasheet) answers: terms that add up to a layer's time.

Energy is power times time. The time is known of every layer that is priced; power, and so energy,
may be unknown, then they are None. Each quantity says where it is from.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from py.notes import Note
from py.platforms.estimate import Interval, Origin, Quantity, often
from py.platforms.platform import Level

ROLES: Mapping[str, str] = {
    "computation": "mac",
    "ifmap": "memory",
    "weight": "memory",
    "ofmap": "memory",
    "data": "memory",
    "launch": "launch",
    "other": "other",
}
"""What time goes into, and the level where that is: tensors, bytes that no tensor owns (data),
the start of a kernel (launch), and what a fit says without naming a cause (other)."""
LEVELS = (Level("memory", "Memory"), Level("launch", "Launch"), Level("other", "Other"))
"""The levels of a timed platform's parts, besides the MACs."""


@dataclass(frozen=True, slots=True)
class TimeTerm:
    """A share of a layer's time: its name, its ``role`` (of ``ROLES``), and why it is so long.

    A term of a fit may be below zero; the time of the layer may not.
    """

    term: str
    role: str
    time_s: float
    why: str

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"TimeTerm.role: one of {', '.join(ROLES)}, got {self.role!r}")
        if not math.isfinite(self.time_s):
            raise ValueError(f"TimeTerm.time_s: finite, got {self.time_s!r}")

    def as_json(self) -> dict[str, Any]:
        return {"term": self.term, "role": self.role, "time_s": self.time_s, "why": self.why}


@dataclass(frozen=True, slots=True)
class TimedEstimate:
    """The time, power and energy of one layer for the whole batch.

    ``terms`` add up to the time; there are none where nothing takes any.
    ``in_range``: whether the layer lies where the platform was measured, None where it was not.
    Layers that cost the same share one estimate, so its sums are kept.
    """

    terms: tuple[TimeTerm, ...]
    time_origin: Origin
    power_w: float | None = None
    power_origin: Origin | None = None
    interval: Interval | None = None
    in_range: bool | None = None
    bits: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    _sums: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if (self.power_w is None) != (self.power_origin is None):
            raise ValueError("TimedEstimate: power_w and power_origin are both known or both None")
        if self.power_w is not None and not 0 <= self.power_w < math.inf:
            raise ValueError(f"TimedEstimate.power_w: a number from 0, got {self.power_w!r}")
        time = math.fsum(term.time_s for term in self.terms)
        if not 0 <= time < math.inf:
            raise ValueError(f"TimedEstimate.terms: their sum is a time from 0, got {time!r}")
        self._sums["time_s"] = time

    @property
    def energy_macs(self) -> None:
        """Nothing: a timed platform does not count in energies of a MAC."""
        return None

    @property
    def mapping(self) -> None:
        return None

    @property
    def time_s(self) -> float:
        time: float = self._sums["time_s"]
        return time

    @property
    def energy_j(self) -> float | None:
        """Power times time; what takes no time takes none, whatever its power."""
        if not self.terms:
            return 0.0
        return None if self.power_w is None else self.power_w * self.time_s

    @property
    def origins(self) -> dict[Quantity, Origin | None]:
        """Return where each quantity is from; energy is as good as the lesser of its two."""
        time, power = self.time_origin, self.power_origin
        energy: Origin | None = None if self.terms else time
        if power is not None:
            energy = "datasheet" if "datasheet" in (time, power) else time
        return {"time_s": time, "power_w": power, "energy_j": energy}

    @property
    def origin(self) -> Origin:
        """Where the layer's energy is from; its time where there is no energy."""
        return self.origins["energy_j"] or self.time_origin

    def repeated(self, runs: float) -> "TimedEstimate":
        """Return the cost of so many runs, which take equally long; each term says their number."""
        if runs == 1:
            return self
        terms = tuple(
            replace(term, time_s=term.time_s * runs, why=f"{term.why}; {often(runs)}")
            for term in self.terms
        )
        interval = None if self.interval is None else self.interval.repeated(runs)
        return replace(self, terms=terms, interval=interval)

    def parts(self) -> dict[str, dict[str, float]]:
        """Return {role: {level: joules}}: the energy, shared as the terms share the time.

        Empty where the energy is not known.
        """
        power = self.power_w
        if power is None:
            return {}
        return {
            role: {level: power * time for level, time in levels.items()}
            for role, levels in self.time_parts().items()
        }

    def time_parts(self) -> dict[str, dict[str, float]]:
        """Return {role: {level: seconds}}."""
        if "parts" not in self._sums:
            times: dict[str, list[float]] = {}
            for term in self.terms:
                times.setdefault(term.role, []).append(term.time_s)
            self._sums["parts"] = {
                role: {ROLES[role]: math.fsum(found)} for role, found in times.items()
            }
        parts: dict[str, dict[str, float]] = self._sums["parts"]
        return parts

    def terms_as_json(self) -> list[dict[str, Any]]:
        return [term.as_json() for term in self.terms]
