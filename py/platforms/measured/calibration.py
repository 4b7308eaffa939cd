"""Scaling a profile to one's own software: one factor on times, one on powers.

The factor is the geometric mean of measured over predicted for whole networks, so that one network
is met exactly and several are missed equally.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Calibration:
    """Factors on the times and the powers of a profile, and how many networks they are from."""

    time: float
    power: float | None
    networks: int

    def __post_init__(self) -> None:
        for name, value in (("time", self.time), ("power", self.power)):
            if value is not None and not 1e-6 <= value <= 1e6:
                raise ValueError(f"Calibration.{name}: a factor from 1e-6 to 1e6, got {value!r}")
        if self.networks < 1:
            raise ValueError(f"Calibration.networks: at least one, got {self.networks!r}")

    @classmethod
    def from_json(cls, given: Any) -> "Calibration":
        """Return the calibration of a link or a request.

        Raises:
            ValueError: it is none.
        """
        if not isinstance(given, dict) or not {"time", "networks"} <= set(given):
            raise ValueError(f"a calibration has time and networks, got {str(given)[:60]}")
        time, power, networks = given["time"], given.get("power"), given["networks"]
        factors = [time] if power is None else [time, power]
        if any(isinstance(one, bool) or not isinstance(one, (int, float)) for one in factors):
            raise ValueError(f"Calibration: factors are numbers, got {str(given)[:60]}")
        if isinstance(networks, bool) or not isinstance(networks, int):
            raise ValueError(f"Calibration.networks: a whole number, got {str(networks)[:40]}")
        return cls(float(time), None if power is None else float(power), networks)

    def as_json(self) -> dict[str, Any]:
        return {"time": self.time, "power": self.power, "networks": self.networks}


def factor(measured: Sequence[float], predicted: Sequence[float]) -> float:
    """Return the geometric mean of measured over predicted, to 12 significant digits.

    Raises:
        ValueError: none, not as many of one as of the other, or one that is not positive.
    """
    if len(measured) != len(predicted) or not measured:
        raise ValueError(f"factor: pairs, got {len(measured)} and {len(predicted)}")
    if not all(0 < value < math.inf for value in (*measured, *predicted)):
        raise ValueError("factor: positive and finite values")
    logs = [math.log(a / b) for a, b in zip(measured, predicted, strict=True)]
    return float(f"{math.exp(math.fsum(logs) / len(logs)):.11e}")
