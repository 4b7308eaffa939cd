"""Is a capture whole, without faults, and measured on a machine that was left alone?"""

from collections.abc import Mapping
from statistics import median
from typing import Any

from py.columns import several
from py.measure.capture.columns import COLUMNS
from py.measure.check.bounds import bounds
from py.measure.check.finding import Finding, listed, not_checked, passed, worst
from py.measure.check.form import schema_error
from py.measure.check.subject import Subject
from py.measure.check.survey import Counts, Survey
from py.measure.machine.told import Told
from py.measure.report import units

_NONE = "There is no capture to look at."
_AGAIN = "Measure again with python -m py.measure capture."
_ALONE = "Close other programs, let the device cool down, and measure again."


def _survey(subject: Subject) -> Survey | None:
    """Return what there is to look at; None where the capture is none."""
    found = subject.survey
    return None if found is None or found.problem or not found.rows else found


def capture_form(subject: Subject) -> Finding:
    """Say whether it has the header and columns of its schema, and numbers in their cells."""
    survey = subject.survey
    if survey is None:
        return not_checked(_NONE)
    if survey.problem:
        identity = str(subject.data.get("id"))
        if subject.tables[0].path.name != f"{identity}.csv.gz":
            return not_checked(f"It is a table that is no capture: {survey.problem}")
        return Finding("fail", survey.problem, _AGAIN)
    if survey.columns != COLUMNS:
        return Finding("fail", "The columns are those of a capture in another order.", _AGAIN)
    header = None if survey.header is None else _json(survey)
    wrong = schema_error(header, "capture")
    if wrong is not None:
        return Finding("fail", f"Its header: {wrong}", _AGAIN)
    if survey.wrong_cells:
        return Finding("fail", f"{listed(survey.wrong)}.", _AGAIN)
    if not survey.rows:
        return Finding("fail", "It has no rows.", _AGAIN)
    if survey.cut:
        return Finding(
            "fail",
            f"The file ends early, after {survey.rows:,} whole rows.",
            "Give the same capture command again: it goes on after the last row.",
        )
    return passed(
        f"{survey.rows:,} rows in {len(COLUMNS)} columns, all numbers where they should be."
    )


def _json(survey: Survey) -> Mapping[str, Any]:
    """Return the header as the schema has it."""
    import json  # the line is what was read, whatever the header's class makes of it

    from py.measure.capture.header import MARK

    assert survey.header is not None
    found: Mapping[str, Any] = json.loads(survey.header.line[len(MARK) :])
    return found


def duplicates(subject: Subject) -> Finding:
    """Say whether each layer was measured once."""
    survey = _survey(subject)
    if survey is None:
        return not_checked(_NONE)
    if survey.duplicate_rows:
        return Finding(
            "fail",
            f"{several(survey.duplicate_rows, 'row')} with a layer that was measured before: "
            f"{listed(survey.duplicates)}.",
            "Take one of them out: a row that is there twice counts twice, in two folds.",
        )
    return passed(f"No layer twice in {several(survey.measured.timed, 'measured row')}.")


def lost(subject: Subject) -> Finding:
    """Say how many layers could not be measured."""
    survey = _survey(subject)
    if survey is None:
        return not_checked(_NONE)
    counts = survey.measured
    missing = counts.rows - counts.timed
    if not counts.rows:
        return Finding("fail", "The capture has rows of idling alone.", _AGAIN)
    share = missing / counts.rows
    said = (
        f"{several(missing, 'layer')} of {counts.rows:,} ({units.percent(share)}) without a "
        f"result: {counts.skipped} skipped, {counts.failed} failed."
    )
    verdict = bounds().limits["lost"].verdict(share)
    return passed(said) if verdict == "pass" else Finding(verdict, said, "Read the rows' notes.")


def outliers(subject: Subject) -> Finding:
    """Say how many rows scatter more than is normal."""
    survey = _survey(subject)
    return not_checked(_NONE) if survey is None else _share(survey.measured, "outliers", "scatter")


def throttled(subject: Subject) -> Finding:
    """Say how many rows were measured while the device ran below its clocks."""
    survey = _survey(subject)
    if survey is None:
        return not_checked(_NONE)
    why = ", ".join(f"{name[:40]} {count}" for name, count in survey.reasons.most_common(4))
    return _share(survey.measured, "throttled", "were throttled", why)


def _share(counts: Counts, name: str, said: str, why: str = "") -> Finding:
    if not counts.timed:
        return not_checked("No row has a runtime.")
    number: int = getattr(counts, name)
    share = number / counts.timed
    text = f"{number:,} of {counts.timed:,} rows {said}, {units.percent(share)}"
    text += f" ({why})." if why else "."
    verdict = bounds().limits[name].verdict(share)
    return passed(text) if verdict == "pass" else Finding(verdict, text, _ALONE)


def scatter(subject: Subject) -> Finding:
    """Say how well the rows' means are known."""
    survey = _survey(subject)
    if survey is None:
        return not_checked(_NONE)
    if not survey.time_scatter:
        return not_checked("No row states the standard error of its runtime.")
    verdicts, parts = [], []
    for name, what, values in (
        ("time-scatter", "runtime", survey.time_scatter),
        ("energy-scatter", "energy", survey.energy_scatter),
    ):
        if values:
            middle = median(values)
            verdicts.append(bounds().limits[name].verdict(middle))
            parts.append(f"of {what} {units.percent(middle)}")
    said = f"Standard error of the mean in the median row: {', '.join(parts)}."
    verdict = worst(verdicts)
    return passed(said) if verdict == "pass" else Finding(verdict, said, _ALONE)


def alone(subject: Subject) -> Finding:
    """Say how much of the machine other programs took when the capture began."""
    survey = _survey(subject)
    if survey is None or survey.header is None:
        return not_checked(_NONE)
    machine = Told(survey.header.machine)
    load, threads = machine.at("load"), machine.at("share").number("threads")
    others = load.number("others_cpus")
    if others is None or not threads:
        return not_checked("The header does not say what else ran when it began.")
    share = others / threads
    said = (
        f"Other programs took {units.ratio(others)} of {threads:g} processors' time when it began."
    )
    verdict = bounds().limits["others"].verdict(share)
    return passed(said) if verdict == "pass" else Finding(verdict, said, _ALONE)


def idle_drift(subject: Subject) -> Finding:
    """Say whether the idle device draws after the capture what it drew before."""
    survey = _survey(subject)
    if survey is None:
        return not_checked(_NONE)
    readings = survey.idle
    if len(readings) < 2:
        return not_checked("The idle power was not measured both before and after.")
    first, last = readings[0].power_w, readings[-1].power_w
    drift = last / first - 1 if first > 0 else float("inf")
    said = (
        f"Idle power {units.quantity(first, 'W')} before and {units.quantity(last, 'W')} after, "
        f"{units.percent(drift, sign=True)}, in {several(len(readings), 'reading')}."
    )
    verdict = bounds().limits["idle-drift"].verdict(abs(drift))
    return passed(said) if verdict == "pass" else Finding(verdict, said, _ALONE)
