"""What a profile knows of one kind of layer: polynomials of time and power, where they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from py.platforms.estimate import Quantity
from py.platforms.measured.features import TIME, features_of
from py.platforms.measured.polynomial import Polynomial, added
from py.platforms.measured.regimes import Regimes
from py.platforms.measured.spread import Range, Spread
from py.platforms.measured.workload import Workload

Of = Literal["energy_j", "power_w"]
LAUNCH = "1"
"""The term of what starting takes."""
MOST_S = 1e18
_MOST_W = 1e18
"""What a strange file says beyond is no time and no power; the ends of intervals stay finite."""


@dataclass(frozen=True, slots=True)
class TimeModel:
    """Seconds: a polynomial times the factor of a regime."""

    polynomial: Polynomial
    regimes: Regimes
    spread: Spread | None


@dataclass(frozen=True, slots=True)
class PowerModel:
    """Watts (``of`` power_w), or joules (``of`` energy_j), whose features have the time too.

    Joules over seconds are watts: so both time and energy grow with the work, and power stays
    between what its terms say. ``bounds`` are the least and the most power that was measured but
    for outliers: no layer is predicted to draw less or more. ``unreliable`` says why it is not to
    be trusted, where it is not.
    """

    of: Of
    polynomial: Polynomial
    spread: Spread | None
    energy_spread: Spread | None
    bounds: Range | None = None
    unreliable: str | None = None


class Predicted(NamedTuple):
    """What is predicted of a workload. ``shares`` are the terms of the time with their seconds.

    ``distance`` is how far outside of the measured range it lies, 0 inside.
    """

    time_s: float
    power_w: float | None
    shares: tuple[tuple[str, float], ...]
    distance: float
    intervals: dict[Quantity, tuple[float, float]]

    @property
    def energy_j(self) -> float | None:
        return None if self.power_w is None else self.power_w * self.time_s

    def repeated(self, times: int) -> "Predicted":
        """Return what so many of these take that are started together; power stays."""
        if times == 1:
            return self
        shares = tuple(
            (term, part if term == LAUNCH else part * times) for term, part in self.shares
        )
        time_s = added([part for _, part in shares])
        return self.scaled(time_s / self.time_s)._replace(time_s=time_s, shares=shares)

    def scaled(self, time: float, power: float = 1.0) -> "Predicted":
        """Return the prediction with times and powers multiplied, and energies with both."""
        by: dict[Quantity, float] = {"time_s": time, "power_w": power, "energy_j": time * power}
        return Predicted(
            self.time_s * time,
            None if self.power_w is None else self.power_w * power,
            tuple((term, part * time) for term, part in self.shares),
            self.distance,
            {
                name: (low * by[name], high * by[name])
                for name, (low, high) in self.intervals.items()
            },
        )


@dataclass(frozen=True, slots=True)
class KindModel:
    """The model of one kind of layer at one pair of widths.

    ``ranges`` are those of the rows by feature; ``fixed`` features had a single value, and the
    model says nothing of others. ``clock_hz`` is the clock of layers that state none, where the
    rows varied it. ``about`` has the errors and whatever else a reader may want.
    """

    kind: str
    dtype: str
    ranges: Mapping[str, Range]
    fixed: Mapping[str, float]
    time: TimeModel
    power: PowerModel | None
    clock_hz: float | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def covers(self, features: Mapping[str, float]) -> bool:
        """Return whether the features that never varied have the values that were measured."""
        return all(features[name] == value for name, value in self.fixed.items())

    def predict(self, work: Workload) -> Predicted | None:
        """Return what a workload takes; None where a fixed feature differs, or nothing sane.

        A fit without constraints (NeuralPower's) may give times below zero far from its data:
        these are no answer.
        """
        features = features_of(work)
        if self.clock_hz is not None and not work.clock_hz:
            features["clock_hz"] = self.clock_hz
        if not self.covers(features):
            return None
        scale = self.time.regimes.at(features)
        seconds = [part * scale for part in self.time.polynomial.contributions(features)]
        time_s = added(seconds)
        if not 0 < time_s < MOST_S:
            return None
        distance = max(
            (found.distance(features[name]) for name, found in self.ranges.items()), default=0.0
        )
        shares = tuple(
            (term.text, part)
            for term, part in zip(self.time.polynomial.terms, seconds, strict=True)
        )
        power_w = self._power(features, time_s)
        return Predicted(
            time_s, power_w, shares, distance, self._intervals(time_s, power_w, distance)
        )

    def _power(self, features: dict[str, float], time_s: float) -> float | None:
        if self.power is None:
            return None
        value = self.power.polynomial.value(features | {TIME: time_s})
        power_w = value / time_s if self.power.of == "energy_j" else value
        if self.power.bounds is not None:
            power_w = min(max(power_w, self.power.bounds.least), self.power.bounds.most)
        return power_w if 0 < power_w < _MOST_W else None

    def _intervals(
        self, time_s: float, power_w: float | None, distance: float
    ) -> dict[Quantity, tuple[float, float]]:
        found: dict[Quantity, tuple[float, float]] = {}
        if self.time.spread is not None:
            found["time_s"] = self.time.spread.around(time_s, time_s, distance)
        if power_w is not None and self.power is not None:
            if self.power.spread is not None:
                found["power_w"] = self.power.spread.around(power_w, time_s, distance)
            if self.power.energy_spread is not None:
                energy_j = power_w * time_s
                found["energy_j"] = self.power.energy_spread.around(energy_j, time_s, distance)
        return found
