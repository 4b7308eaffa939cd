"""A meter that may or may not work here, before anyone has tried to open it."""

from collections.abc import Callable
from dataclasses import dataclass

from py.measure.meters.meter import Domain, Meter, MeterFacts, Source
from py.measure.meters.report import MeterReport, MeterUnavailableError


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one kind of meter offers on this machine.

    ``open`` takes the facts that the open meter shall state; it raises ``MeterUnavailableError``
    where the meter can't work. ``device`` is as in ``MeterReport``.
    """

    name: str
    domain: Domain
    source: Source
    about: str
    open: Callable[[MeterFacts], Meter]
    device: int | None = None

    @property
    def facts(self) -> MeterFacts:
        return MeterFacts(self.name, self.domain, self.source)

    def working(
        self, resolution_j: float | None = None, update_period_s: float | None = None
    ) -> MeterReport:
        """Return the report of this meter when it works."""
        return MeterReport(
            self.name,
            self.domain,
            self.source,
            True,
            self.about,
            self.device,
            resolution_j,
            update_period_s,
        )

    def failing(self, reason: str, remedy: str = "") -> MeterReport:
        """Return the report of this meter when it doesn't work."""
        return MeterReport(
            self.name,
            self.domain,
            self.source,
            False,
            self.about,
            self.device,
            reason=reason,
            remedy=remedy,
        )


def unavailable(
    name: str, domain: Domain, source: Source, about: str, reason: str, remedy: str = ""
) -> Candidate:
    """Return a candidate of which it is known already that, and why, it can't be opened."""

    def refuse(_facts: MeterFacts) -> Meter:
        raise MeterUnavailableError(reason, remedy)

    return Candidate(name, domain, source, about, refuse)
