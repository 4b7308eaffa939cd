"""What is known of one meter that could exist here: whether it works, how finely, and why not."""

from dataclasses import dataclass
from typing import Any

from py.measure.meters.meter import Domain, MeterError, MeterFacts, Source


class MeterUnavailableError(MeterError):
    """A meter that can't be opened here. ``remedy`` is a command or a step, "" if there is none."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class MeterReport:
    """One meter as it was found.

    ``about`` says what it counts and how. A meter that works has no ``reason``; one that doesn't
    has one, and a ``remedy`` where there is any. Resolution and update period are as measured when
    the report was made, None where the meter did not step often enough to tell. ``device`` is the
    index of the device among those of its kind, None where the meter is of the whole machine.
    """

    name: str
    domain: Domain
    source: Source
    works: bool
    about: str
    device: int | None = None
    resolution_j: float | None = None
    update_period_s: float | None = None
    reason: str = ""
    remedy: str = ""

    def __post_init__(self) -> None:
        if self.works == bool(self.reason):
            raise ValueError(
                f"MeterReport: a reason if and only if it doesn't work, got {self.reason!r}"
            )

    @property
    def facts(self) -> MeterFacts:
        return MeterFacts(
            self.name, self.domain, self.source, self.resolution_j, self.update_period_s
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON; what is not known is null."""
        return {
            "name": self.name,
            "domain": self.domain,
            "source": self.source,
            "device": self.device,
            "works": self.works,
            "about": self.about,
            "resolution_j": self.resolution_j,
            "update_period_s": self.update_period_s,
            "reason": self.reason or None,
            "remedy": self.remedy or None,
        }
