"""What was found, as the content of a page for a reviewer."""

import json
from collections.abc import Mapping
from typing import Any

from py.columns import several, shortened
from py.measure.check.capture_section import capture_section
from py.measure.check.checks import Checked
from py.measure.check.finding import VERDICTS
from py.measure.check.plots import against
from py.measure.report import units
from py.reports.content import (
    Block,
    Content,
    Facts,
    Heading,
    Paragraph,
    Plots,
    Section,
    Table,
)
from py.version import ENGINE

_FACTS = (
    *("about", "device", "host", "driver", "software", "precision", "clocks", "cooling"),
    *("licence", "rated_power_w", "idle_power_w", "host_idle_power_w"),
)
_MEASURED = ("who", "date", "source", "licence", "method")
_MOST_SHOWN = 300
_NOT_STATED = "not stated"


def content_of(found: Checked) -> Content:
    """Return the page of a profile: verdict, checks, what was measured, errors, capture."""
    data = found.subject.data
    sections = [_checks(found)]
    if found.subject.platform is not None:
        sections += [_measured(data), _errors(data)]
    survey = found.subject.survey
    if survey is not None and survey.rows:
        sections.append(capture_section(survey))
    title = data["name"] if isinstance(data.get("name"), str) else found.subject.name
    return Content(str(title)[:200], told(found), tuple(sections))


def told(found: Checked) -> str:
    """Return the verdict in a sentence."""
    name = found.subject.name
    warned, failed = len(found.of("warn")), len(found.of("fail"))
    warnings = f", with {several(warned, 'warning')}" if warned else ""
    if found.fit:
        return f"{name}: fit to publish{warnings}."
    return f"{name}: not fit to publish: {several(failed, 'failed check')}{warnings}."


def _checks(found: Checked) -> Section:
    blocks: list[Block] = []
    open_ones = [(check, one) for check, one in found.findings if one.remedy]
    open_ones.sort(key=lambda pair: -VERDICTS.index(pair[1].verdict))
    if open_ones:
        rows = tuple((one.verdict, check.title, one.said, one.remedy) for check, one in open_ones)
        blocks.append(
            Table("To look at", ("verdict", "check", "found", "what to do"), rows, left=4)
        )
    rest = [(check, one) for check, one in found.findings if not one.remedy]
    order = sorted(rest, key=lambda pair: pair[1].verdict != "pass")
    rows_of_rest = tuple((one.verdict, check.title, one.said) for check, one in order)
    blocks.append(Table("The other checks", ("verdict", "check", "found"), rows_of_rest, left=3))
    blocks.append(Paragraph(f"Checked by Joulegraph {ENGINE}: python -m py.measure check."))
    return Section("Checks", "checks", tuple(blocks))


def _measured(data: Mapping[str, Any]) -> Section:
    facts = [(name.removesuffix("_w").replace("_", " "), _said(data[name])) for name in _FACTS]
    measured = data["measured"] or {}
    facts += [(f"measured: {name}", _said(measured.get(name))) for name in _MEASURED]
    for source in data["rows"]:
        where = f"; rows with {', '.join(source['where'])}" if source["where"] else ""
        facts.append((f"rows of {source['file']}", f"SHA-256 {source['sha256']}{where}"))
    remarks = [Paragraph(f"Remark: {remark}") for remark in data["remarks"]]
    return Section("What was measured", "measured", (Facts(tuple(facts)), *remarks))


def _said(value: Any) -> str:
    if value is None or value == "":
        return _NOT_STATED
    if isinstance(value, dict) and "value" in value:
        return f"{units.quantity(float(value['value']), 'W')} ({value.get('source', _NOT_STATED)})"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shortened(text, _MOST_SHOWN)


def _errors(data: Mapping[str, Any]) -> Section:
    rows = []
    for model in data["models"]:
        power = model["power_w"] or {}
        errors, of_power = model["time_s"]["errors"], power.get("errors") or {}
        rows.append(
            (
                model["kind"],
                model["dtype"],
                f"{model['rows']:,}",
                units.percent(errors["rmspe"]),
                units.percent(errors["median"]),
                units.percent((model["time_s"]["interval"] or {}).get("coverage")),
                units.percent(of_power.get("rmspe")),
                units.percent(of_power.get("median")),
                units.percent((power.get("energy_errors") or {}).get("rmspe")),
            )
        )
    header = (
        *("kind", "bits", "rows", "runtime RMSPE", "median", "in 80 % interval"),
        *("power RMSPE", "median", "energy RMSPE"),
    )
    blocks: list[Block] = [
        Table(
            "Errors by kind",
            header,
            tuple(rows),
            left=2,
            note="Cross-validated: of rows that the fit had not seen, its choices included.",
        )
    ]
    if data["networks"]:
        blocks.append(_networks(data["networks"]))
    plots = tuple(
        plot
        for model in data["models"]
        for quantity in ("time_s", "power_w")
        if (plot := against(model, quantity)) is not None
    )
    if plots:
        blocks += [Heading("Predicted and measured"), Plots(plots)]
    return Section("Errors", "errors", tuple(blocks))


def _networks(found: list[Mapping[str, Any]]) -> Table:
    return Table(
        "Whole networks",
        ("network", "batch", "measured", "predicted", "error"),
        tuple(
            (
                one["network"],
                str(one["batch"]),
                units.quantity(one["measured_s"], "s"),
                units.quantity(one["predicted_s"], "s"),
                units.percent(one["error"], sign=True),
            )
            for one in found
        ),
        note="Predicted from their layers; none was fitted to.",
    )
