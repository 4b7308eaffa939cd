"""Are the profile's own errors within bounds? They are those of rows that a fit had not seen."""

import math
from collections.abc import Mapping
from typing import Any

from py.measure.check.bounds import Limit, bounds
from py.measure.check.finding import VERDICTS, Finding, Verdict, listed, not_checked, passed, worst
from py.measure.check.subject import Subject
from py.measure.report import units

_UNREAD = "The profile can't be read: see the check of its form."
_MORE = "Measure more layers of that kind, on a machine that is left alone."


def time_errors(subject: Subject) -> Finding:
    """Say whether runtimes of layers are predicted well enough."""
    if subject.platform is None:
        return not_checked(_UNREAD)
    found = []
    for model in subject.data["models"]:
        limits = [bounds().of_kind(name, model["kind"]) for name in ("time-rmspe", "time-median")]
        found.append(_judged(model, model["time_s"]["errors"], limits))
    return _finding("runtime", found)


def power_errors(subject: Subject) -> Finding:
    """Say whether powers and energies of layers are predicted well enough."""
    if subject.platform is None:
        return not_checked(_UNREAD)
    limits = [bounds().limits[name] for name in ("power-rmspe", "power-median")]
    of_energy = [bounds().limits["energy-rmspe"]]
    found = []
    for model in subject.data["models"]:
        power = model["power_w"]
        if power is None:
            continue
        parts = [_judged(model, power["errors"], limits)]
        if power["energy_errors"] is not None:
            parts.append(_judged(model, power["energy_errors"], of_energy, "energy "))
        verdict = worst(one for one, _, _ in parts)
        if verdict == "fail" and "unreliable" in power:  # said to be so, in the profile and page
            parts = [("warn" if one == "fail" else one, size, said) for one, size, said in parts]
            parts = [(one, size, f"{said} (stated to be unreliable)") for one, size, said in parts]
        found += parts
    return _finding("power", found)


_Judged = tuple[Verdict, float, str]


def _judged(
    model: Mapping[str, Any], errors: Mapping[str, Any], limits: list[Limit], what: str = ""
) -> _Judged:
    """Return a verdict, the RMSPE, and what is said of the errors of a kind."""
    values = [errors["rmspe"], errors["median"]]
    verdict = worst(
        limit.verdict(value, errors["rows"]) for limit, value in zip(limits, values, strict=False)
    )
    said = (
        f"{model['kind']} ({model['dtype']}) {what}RMSPE {units.percent(values[0])}, median "
        f"{units.percent(values[1])}"
    )
    if verdict == "fail":
        most = " and ".join(units.percent(limit.fail) for limit in limits)
        said += f", at most {most}"
    return verdict, errors["rmspe"], said


def _finding(quantity: str, found: list[_Judged]) -> Finding:
    if not found:
        return not_checked(f"No {quantity} was measured.")
    verdict = worst(one for one, _, _ in found)
    if verdict == "pass":
        _, _, said = max(found, key=lambda one: one[1])
        return passed(f"Errors of {quantity} on unseen rows, {len(found)} in all; largest: {said}.")
    beyond = [one for one in found if one[0] != "pass"]
    beyond.sort(key=lambda one: (-VERDICTS.index(one[0]), -one[1]))
    return Finding(
        verdict, f"Large errors of {quantity}: {listed([one[2] for one in beyond])}.", _MORE
    )


def coverage(subject: Subject) -> Finding:
    """Say whether the intervals hold the share of rows that they state."""
    if subject.platform is None:
        return not_checked(_UNREAD)
    found: list[tuple[Verdict, float, str]] = []
    for model in subject.data["models"]:
        power = model["power_w"] or {}
        for name, errors, interval in (
            ("runtime", model["time_s"]["errors"], model["time_s"]["interval"]),
            ("power", power.get("errors"), power.get("interval")),
            ("energy", power.get("energy_errors"), power.get("energy_interval")),
        ):
            if interval is None or errors is None or interval["coverage"] is None:
                continue
            share, rows = interval["coverage"], errors["rows"]
            kind = f"{model['kind']} ({model['dtype']})"
            said = f"{name} of {kind} {units.percent(share)} of {rows} rows"
            found.append((bounds().coverage.verdict(share, rows), share, said))
    if not found:
        return not_checked("No interval states its coverage: too few rows.")
    verdict = worst(one for one, _, _ in found)
    within = f"{units.percent(bounds().coverage.least)} to {units.percent(bounds().coverage.most)}"
    if verdict == "pass":
        shares = [share for _, share, _ in found]
        return passed(
            f"Intervals of 80 % hold {units.percent(min(shares))} to {units.percent(max(shares))} "
            f"of unseen rows, in {len(found)} quantities."
        )
    beyond = [said for one, _, said in found if one != "pass"]
    return Finding(
        verdict, f"Intervals of 80 % should hold {within} of unseen rows: {listed(beyond)}.", _MORE
    )


def networks(subject: Subject) -> Finding:
    """Say whether whole networks are predicted well enough from their layers."""
    if subject.platform is None:
        return not_checked(_UNREAD)
    found = subject.data["networks"]
    if not found:
        return not_checked("No whole network was measured.")
    errors = [one["error"] for one in found]
    mean = math.fsum(map(abs, errors)) / len(errors)
    furthest = max(found, key=lambda one: abs(one["error"]))
    said = (
        f"Mean error of {len(found)} whole networks {units.percent(mean)}; the furthest is "
        f"{str(furthest['network'])[:40]} (batch {furthest['batch']}), "
        f"{units.percent(furthest['error'], sign=True)}."
    )
    verdict = bounds().limits["networks"].verdict(mean)
    if verdict == "pass":
        return passed(said)
    return Finding(verdict, said, "Measure the kinds of layers that these networks are made of.")
