"""What a pricing comes to: energy and time, and the power that follows from them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from py.breakdown import Result
from py.quantities import divided, total


@dataclass(frozen=True, slots=True)
class Cost:
    """Energy and time of some work; None where nobody knows."""

    energy_j: float | None
    energy_macs: float | None
    time_s: float | None

    def __post_init__(self) -> None:
        for quantity in fields(self):
            value = getattr(self, quantity.name)
            if value is not None and not value >= 0:
                raise ValueError(f"Cost.{quantity.name}: 0 or more, got {value!r}")

    @classmethod
    def of(cls, result: Result) -> "Cost":
        """Return what a whole batch comes to."""
        return cls(result.energy_j, result.energy_macs, result.time_s)

    @classmethod
    def summed(cls, costs: Iterable[tuple[float, "Cost"]]) -> "Cost":
        """Return the sum of costs, each so many times."""
        listed = tuple(costs)
        sums = (
            total(
                None if (value := getattr(cost, quantity.name)) is None else times * value
                for times, cost in listed
            )
            for quantity in fields(cls)
        )
        return cls(*sums)

    @property
    def power_w(self) -> float | None:
        """The mean over the time."""
        return None if self.energy_j is None or not self.time_s else self.energy_j / self.time_s

    def divided(self, by: int) -> "Cost":
        """Return one of ``by`` equal parts."""
        return Cost(*(divided(getattr(self, quantity.name), by) for quantity in fields(self)))

    def of_each(self) -> dict[str, Any]:
        """Return the quantities that are shared out, as JSON: the power is the same for each."""
        return {quantity.name: getattr(self, quantity.name) for quantity in fields(self)}

    def as_json(self) -> dict[str, Any]:
        return {**self.of_each(), "power_w": self.power_w}
