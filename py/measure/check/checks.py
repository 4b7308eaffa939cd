"""All checks in order, and a profile put through them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from py.measure.check import captures, fit_errors, form, powers, privacy, provenance, refit
from py.measure.check.finding import Finding, Verdict, worst
from py.measure.check.roofline import roofline
from py.measure.check.subject import Subject
from py.measure.check.trends import trends


@dataclass(frozen=True, slots=True)
class Check:
    """One of them: ``code`` is stable, ``title`` is for people."""

    code: str
    title: str
    look: Callable[[Subject], Finding]


CHECKS = (
    Check("schema", "Form", form.schema),
    Check("name-and-size", "Name and size", form.name_and_size),
    Check("provenance", "Provenance", provenance.provenance),
    Check("facts", "Facts", provenance.facts),
    Check("licence", "Licence", provenance.licence),
    Check("sources", "Sources", provenance.sources),
    Check("privacy", "No private data", privacy.privacy),
    Check("capture-recorded", "Its capture", provenance.recorded),
    Check("capture-form", "Form of the capture", captures.capture_form),
    Check("refit", "Fitted again", refit.refit),
    Check("time-errors", "Errors of runtime", fit_errors.time_errors),
    Check("power-errors", "Errors of power", fit_errors.power_errors),
    Check("coverage", "Intervals", fit_errors.coverage),
    Check("networks", "Whole networks", fit_errors.networks),
    Check("powers", "Powers", powers.powers),
    Check("energies", "Energy is power × time", powers.energies),
    Check("trends", "More work, more time", trends),
    Check("roofline", "Not faster than it can", roofline),
    Check("duplicates", "Each layer once", captures.duplicates),
    Check("lost", "Layers without a result", captures.lost),
    Check("outliers", "Outliers", captures.outliers),
    Check("throttled", "Throttled", captures.throttled),
    Check("scatter", "Scatter", captures.scatter),
    Check("alone", "Left alone", captures.alone),
    Check("idle-drift", "Idle power", captures.idle_drift),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A profile and what was found of it, check by check."""

    subject: Subject
    findings: tuple[tuple[Check, Finding], ...]

    @property
    def verdict(self) -> Verdict:
        return worst(finding.verdict for _, finding in self.findings)

    @property
    def fit(self) -> bool:
        """Whether it is fit to publish: no check failed."""
        return self.verdict != "fail"

    def of(self, verdict: Verdict) -> Sequence[tuple[Check, Finding]]:
        """Return the checks with a verdict."""
        return [(check, found) for check, found in self.findings if found.verdict == verdict]

    def finding(self, code: str) -> Finding:
        """Return what one check found.

        Raises:
            KeyError: there is no such check.
        """
        return {check.code: found for check, found in self.findings}[code]


def checked(subject: Subject, progress: Callable[[str], None] = lambda _: None) -> Checked:
    """Return a profile put through all checks."""

    def findings() -> Iterator[tuple[Check, Finding]]:
        for check in CHECKS:
            progress(check.title)
            yield check, check.look(subject)

    return Checked(subject, tuple(findings()))
