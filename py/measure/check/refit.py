"""Does the capture, fitted again, give the profile?"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from py.errors import JoulegraphError
from py.measure.check.difference import differences
from py.measure.check.finding import Finding, listed, not_checked, passed
from py.measure.check.subject import Subject
from py.measure.table.row import Row

if TYPE_CHECKING:
    from py.measure.fit.profile_fit import ProfileFit

_REMEDY = "Fit the profile again with this version of Joulegraph, and publish both files together."


def refit(subject: Subject) -> Finding:
    """Say whether fitting the capture again gives the same profile, byte by byte."""
    from py.measure.fit.profile_fit import written

    if subject.platform is None:
        return not_checked("The profile can't be read: see the check of its form.")
    if not subject.tables:
        return not_checked("No capture is there to fit again.")
    try:
        found = refitted(subject)
    except JoulegraphError as error:
        return Finding("fail", f"The capture can't be fitted: {error.message}", error.remedy)
    text = written(found.json)
    if text == subject.text:
        return passed(f"{len(text.encode()):,} bytes, the same when fitted again.")
    again = json.loads(text)
    differing = list(differences(subject.data, again))
    if not differing:
        return Finding(
            "fail",
            "Fitted again it says the same, written otherwise.",
            "Leave the file as python -m py.measure fit writes it.",
        )
    real = [one for one in differing if not one.rounding]
    if not real:
        return passed(
            f"The same to 6 digits: {len(differing)} numbers differ beyond them, as another "
            "processor adds up."
        )
    return Finding(
        "fail",
        f"Fitted again it differs in {len(real)} fields: {listed([str(one) for one in real])}.",
        _REMEDY,
    )


def refitted(subject: Subject) -> "ProfileFit":
    """Return the profile that the capture gives, with all that is no matter of fitting as it is.

    Raises:
        JoulegraphError: as reading rows and fitting do; ``refit-tables``.
    """
    from py.measure.fit.profile_fit import Source, fit_profile
    from py.measure.table.condition import condition_of
    from py.measure.table.rows import stream_rows

    sources, tables = subject.sources, subject.tables
    if len(sources) != len(tables):
        raise JoulegraphError(
            "refit-tables",
            f"The profile is of {len(sources)} tables, got {len(tables)}.",
            "Give each of them with --capture.",
        )
    data = subject.data
    where = [condition_of(text) for text in sources[0]["where"]]
    rows = stream_rows([table.path for table in tables], where)
    found = fit_profile(
        str(data["id"]),
        _without(rows, str(data["id"])),
        [
            Source(one["file"], one["sha256"], tuple(one["where"]))  # provenance.recorded compares
            for one in sources
        ],
        facts_in(data) | _worked_out(data, measured_facts(subject)),
        data["form"],
        folder=tables[0].path.parent,
    )
    found.json["version"] = data["version"]
    return found


def facts_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that a profile was fitted with: what it states of device and source."""
    from py.measure.fit.about import FACTS

    facts = {name: data[name] for name in FACTS if data.get(name) is not None}
    unreliable = {
        model["kind"]: model["power_w"]["unreliable"]
        for model in data["models"]
        if model["power_w"] is not None and "unreliable" in model["power_w"]
    }
    return facts | ({"unreliable": unreliable} if unreliable else {})


def measured_facts(subject: Subject) -> dict[str, Any]:
    """Return what the captures themselves say of device, software and idle power.

    Raises:
        JoulegraphError: as reading captures does; ``rows-mixed``.
    """
    from py.measure.fit.capture_facts import facts_of_captures
    from py.measure.table.condition import condition_of
    from py.measure.table.row import IDLE
    from py.measure.table.rows import stream_rows

    paths = [table.path for table in subject.tables]
    where = [condition_of(text) for one in subject.sources[:1] for text in one["where"]]
    return facts_of_captures(paths, stream_rows(paths, where).of_op(IDLE))


def _worked_out(data: Mapping[str, Any], measured: Mapping[str, Any]) -> dict[str, Any]:
    """Return anew the powers that a profile says were worked out from its capture."""
    from py.measure.fit.capture_facts import is_of_capture

    return {
        name: measured.get(name)
        for name in ("idle_power_w", "host_idle_power_w")
        if is_of_capture(data[name])
    }


def _without(rows: Iterable[Row], identity: str) -> Iterable[Row]:
    """Return rows without the powers that the recipe of a shipped profile leaves out."""
    from py.measure.shipped.recipe import recipes

    recipe = next((one for one in recipes() if one.id == identity), None)
    if recipe is None or "power_w" not in recipe.leave_out:
        return rows
    return [replace(row, power_w=None, energy_j=None) for row in rows]
