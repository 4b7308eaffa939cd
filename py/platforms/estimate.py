"""What a platform of any kind answers for one layer: quantities, each known or None, with reasons.

``py.platforms.counted`` has that of an accelerator, which counts what moves; ``py.platforms.timed``
has that of a measured device, or of a datasheet, which is timed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, get_args

from py.notes import Note

Origin = Literal["modelled", "measured", "datasheet"]
Quantity = Literal["time_s", "power_w", "energy_j"]
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)
TENSORS = ("computation", "ifmap", "weight", "ofmap")
STATIC = "static"
"""What is drawn whatever is computed: tensor and level of its term, where a platform knows it."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Between what each quantity lies, low and high, with a probability of ``level``.

    ``rule`` says, of an interval of totals, how those of the layers were combined.
    """

    ranges: Mapping[Quantity, tuple[float, float]]
    level: float = 0.8
    rule: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise ValueError(f"Interval.level: between 0 and 1, got {self.level!r}")
        for name, (low, high) in self.ranges.items():
            if name not in QUANTITIES:
                raise ValueError(f"Interval: of {', '.join(QUANTITIES)}, got {name!r}")
            if not 0 <= low <= high < math.inf:
                raise ValueError(f"Interval.{name}: 0 <= low <= high, got {low!r} to {high!r}")

    def of(self, name: str) -> tuple[float, float] | None:
        """Return the ends of a quantity, None of one that has none."""
        return next((ends for own, ends in self.ranges.items() if own == name), None)

    def repeated(self, runs: float) -> "Interval":
        """Return that of so many equal runs, which are all off by the same; power stays."""
        ranges = {
            name: (low, high) if name == "power_w" else (low * runs, high * runs)
            for name, (low, high) in self.ranges.items()
        }
        return replace(self, ranges=ranges)

    def as_json(self) -> dict[str, Any]:
        rule = {} if self.rule is None else {"rule": self.rule}
        return {name: list(ends) for name, ends in self.ranges.items()} | {
            "level": self.level,
            **rule,
        }


def often(runs: float) -> str:
    """Return how often a layer runs, in words: a share of a time has few digits."""
    return f"{runs:,} times" if isinstance(runs, int) else f"{runs:.6g} times"


class Estimate(Protocol):
    """The cost of one layer for the whole batch; None where the platform does not know.

    Layers that cost the same may share one estimate.
    """

    @property
    def energy_j(self) -> float | None: ...

    @property
    def energy_macs(self) -> float | None:
        """Return the energy in MAC energies, None on platforms that do not count in these."""
        ...

    @property
    def time_s(self) -> float | None: ...

    @property
    def power_w(self) -> float | None: ...

    @property
    def interval(self) -> Interval | None: ...

    @property
    def origin(self) -> Origin: ...

    @property
    def origins(self) -> Mapping[Quantity, Origin | None]:
        """Return where each quantity is from, None for one that is not known."""
        ...

    @property
    def in_range(self) -> bool | None:
        """Return whether the layer lies where the platform was measured, None where it was not."""
        ...

    @property
    def bits(self) -> Mapping[str, int]: ...

    @property
    def mapping(self) -> dict[str, Any] | None: ...

    @property
    def notes(self) -> tuple[Note, ...]: ...

    def parts(self) -> dict[str, dict[str, float]]:
        """Return {tensor: {level: energy}}, in joules where known, else in MAC energies."""
        ...

    def terms_as_json(self) -> list[dict[str, Any]]:
        """Return what adds up to the energy, or to the time, each with its reason."""
        ...

    def repeated(self, runs: float) -> "Estimate":
        """Return the cost of so many runs."""
        ...
