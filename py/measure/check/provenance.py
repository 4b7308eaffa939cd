"""Does the profile say what was measured, on what, with what, when, and whose the data are?"""

import math
import re
from collections.abc import Mapping
from typing import Any

from py.errors import JoulegraphError
from py.measure.check.bounds import bounds
from py.measure.check.finding import Finding, listed, not_checked, passed
from py.measure.check.subject import Subject
from py.measure.report import units

_UNREAD = "The profile can't be read: see the check of its form."
_SAY = "State it in the facts that python -m py.measure fit takes as --about."
_URL = re.compile(r"https?://\S+")
_GPU = re.compile(r"GPU|NVIDIA|GeForce|Tesla|Quadro|RTX|Radeon|Instinct", re.IGNORECASE)
_COMPARED = ("device", "host", "driver", "software", "clocks", "measured.date")
_POWERS = ("idle_power_w", "host_idle_power_w", "rated_power_w")
_NEAR = 0.05
"""Of a power: another meter may read it so much otherwise."""
_NOTHING = ("", "not stated", "unknown")


def provenance(subject: Subject) -> Finding:
    """Say whether device, software, precision, clocks, method and date are stated."""
    if subject.platform is None:
        return not_checked(_UNREAD)
    data = subject.data
    missing = [name for name in ("device", "software") if not _stated(data[name])]
    if not _stated(data["precision"]) and len({one["dtype"] for one in data["models"]}) == 1:
        missing.append("precision")
    measured: Mapping[str, Any] = data["measured"] or {}
    missing += [
        f"measured.{name}" for name in ("date", "method") if not _stated(measured.get(name))
    ]
    if missing:
        return Finding("fail", f"Not stated: {', '.join(missing)}.", _SAY)
    wanted = [name for name in ("clocks", "driver") if not _stated(data[name])]
    if "driver" in wanted and not _is_gpu(subject):
        wanted.remove("driver")
    if wanted:
        return Finding(
            "warn",
            f"Not stated: {', '.join(wanted)}. Device, software, precision, method and date are.",
            "State them in the facts (--about) if they are known.",
        )
    return passed(
        f"Measured on {str(data['device'])[:80]}, {str(measured['date'])[:40]}; all stated."
    )


def _stated(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower() not in _NOTHING


def _is_gpu(subject: Subject) -> bool:
    """Say whether the device is a GPU, which has a driver."""
    survey = subject.survey
    if survey is not None and survey.header is not None:
        return survey.header.device.startswith("cuda")
    return _GPU.search(str(subject.data["device"])) is not None


def facts(subject: Subject) -> Finding:
    """Say whether device, clocks, software, date and powers are those of the capture."""
    from py.measure.check.refit import measured_facts  # numbers and learners, only now

    survey = subject.survey
    if subject.platform is None or survey is None or survey.header is None:
        return not_checked("There is no header of a capture to compare with.")
    try:
        known = measured_facts(subject)
    except JoulegraphError as error:
        return not_checked(f"The capture can't be read: {error.message}")
    data = subject.data
    stated = dict(data) | {"measured.date": (data["measured"] or {}).get("date")}
    known["measured.date"] = known.get("measured", {}).get("date")
    both = [name for name in _COMPARED if known.get(name) and _stated(stated[name])]
    other = [
        f"{name} is {str(stated[name])[:60]!r} here and {str(known[name])[:60]!r} there"
        for name in both
        if not _same(str(stated[name]), str(known[name]))
    ]
    powers = [name for name in _POWERS if known.get(name) and stated[name]]
    other += [
        f"{name} is {units.quantity(had, 'W')} here and {units.quantity(found, 'W')} there"
        for name in powers
        for had, found in [(float(stated[name]["value"]), float(known[name]["value"]))]
        if not math.isclose(had, found, rel_tol=_NEAR)
    ]
    if other:
        return Finding(
            "warn",
            f"The profile says other than its capture: {listed(other)}.",
            "Say in the remarks why, if what the machine said of itself is wrong.",
        )
    if not both:
        return not_checked("The header of the capture knows neither device, driver nor software.")
    names = ", ".join(name.removeprefix("measured.") for name in (*both, *powers))
    return passed(f"{names.replace('_', ' ').capitalize()}: as in the capture.")


def _same(stated: str, known: str) -> bool:
    """Say whether one text is the other, or a part of it: people say more, or less."""
    one, other = (" ".join(text.casefold().split()) for text in (stated, known))
    return one in other or other in one


def licence(subject: Subject) -> Finding:
    """Say whether the licence lets everyone use the data."""
    found = subject.data.get("licence")
    if isinstance(found, str) and found in bounds().open_licences:
        return passed(f"The licence is {found}.")
    return Finding(
        "fail",
        f"The licence is {str(found)[:60]!r}, and no open one that we know by its SPDX identifier.",
        'State "licence": "CC0-1.0" in the facts (--about) for measurements of your own.',
    )


def sources(subject: Subject) -> Finding:
    """Say whether the tables that it was fitted to are named, and to be had."""
    if subject.platform is None:
        return not_checked(_UNREAD)
    odd = [str(one["file"])[:60] for one in subject.sources if re.search(r"[/\\]", one["file"])]
    if odd:
        return Finding(
            "fail",
            f"A source is named by its file name alone, got {odd[0]!r}.",
            "Fit again, with the table's name as it is published.",
        )
    empty = [str(one["file"])[:60] for one in subject.sources if set(one["sha256"]) == {"0"}]
    if empty:
        return Finding("fail", f"The SHA-256 of {empty[0]} is all zeros.", "Fit it again.")
    names = ", ".join(str(one["file"])[:60] for one in subject.sources[:3])
    if subject.tables:
        return passed(f"Fitted to {names}, here.")
    source = str((subject.data["measured"] or {}).get("source") or "")
    if _URL.search(source):
        return passed(f"Fitted to {names}, published at {source[:100]}.")
    return Finding(
        "fail",
        f"Fitted to {names}, which is neither here nor published: nobody can fit it again.",
        "Give the capture with --capture, or put it at public/captures/ID.csv.gz.",
    )


def recorded(subject: Subject) -> Finding:
    """Say whether the tables found are the ones that it was fitted to."""
    if not subject.tables:
        return not_checked(_where(subject))
    expected = {one["file"]: one["sha256"] for one in subject.sources}
    names = [table.path.name for table in subject.tables]
    if len(names) != len(expected):
        return Finding(
            "fail",
            f"It was fitted to {len(expected)} tables ({', '.join(expected)[:120]}), got "
            f"{len(names)}.",
            "Give each of them with --capture.",
        )
    for table, (name, digest) in zip(subject.tables, expected.items(), strict=True):
        if table.sha256 != digest:
            return Finding(
                "fail",
                f"{table.path.name} has the SHA-256 {table.sha256[:12]}…, and the profile was "
                f"fitted to {name[:60]} with {digest[:12]}….",
                "Fit the profile again to the capture that is published.",
            )
        # A capture is published under the profile's id, whatever it was called before.
        if table.path.name not in (name, f"{subject.data['id']}.csv.gz"):
            return Finding(
                "warn",
                f"The capture is called {table.path.name}, and {name[:60]} in the profile.",
                "Call the file as the profile names it.",
            )
    return passed(f"{', '.join(names)}: the SHA-256 that the profile names.")


def _where(subject: Subject) -> str:
    if subject.platform is None:
        return _UNREAD
    source = str((subject.data["measured"] or {}).get("source") or "")
    elsewhere = f" The rows are published at {source[:100]}." if _URL.search(source) else ""
    return f"No capture is there; looked for {', '.join(subject.sought) or 'none'}.{elsewhere}"
