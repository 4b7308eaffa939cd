"""Energy from power: samples added up by the trapezoidal rule."""

from dataclasses import dataclass


@dataclass(slots=True)
class PowerIntegral:
    """The energy since the first sample. Times only grow; one that doesn't is left out."""

    time_s: float
    power_w: float
    energy_j: float = 0.0

    def add(self, time_s: float, power_w: float) -> float:
        """Take a sample and return the energy until then."""
        if time_s > self.time_s:
            self.energy_j += (time_s - self.time_s) * (power_w + self.power_w) / 2
            self.time_s, self.power_w = time_s, power_w
        return self.energy_j
