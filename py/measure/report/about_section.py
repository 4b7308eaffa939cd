"""What a report is of: device, software, files with their checksums, rows that were not used."""

import json
from collections.abc import Sequence
from typing import Any

from py.columns import several
from py.measure.fit.profile_fit import ProfileFit
from py.measure.report.left_out import told
from py.measure.report.rows_csv import DIGITS
from py.measure.report.units import count, quantity
from py.reports.content import Block, Facts, Heading, Paragraph, Section, Table

_FACTS = (
    ("about", "about"),
    ("device", "device"),
    ("host", "host"),
    ("driver", "driver"),
    ("software", "software"),
    ("precision", "precision"),
    ("clocks", "clocks"),
    ("cooling", "cooling"),
    ("measured", "measured"),
    ("rated_power_w", "rated power"),
    ("idle_power_w", "idle power of the device"),
    ("host_idle_power_w", "idle power of the host"),
    ("licence", "licence"),
)
_ALWAYS = frozenset({"device", "software", "precision", "licence"})
_MOST_REASONS = 30
_NOT_STATED = "not stated"
_FORMS = {
    "default": "default: terms that are not below zero, fitted to relative errors, times regimes",
    "neuralpower": "neuralpower: polynomials fitted by Lasso, as in papers/003",
}
_FOLDS = {
    "default": "the folds of runtime and of power are the same",
    "neuralpower": "the folds are those of runtime: power has its own, of the rows that have one",
}


def about_section(found: ProfileFit, set_aside: Sequence[str]) -> Section:
    """Return the section that says of what a profile is, and from which rows."""
    data = found.json
    facts = [
        (label, _said(name, data[name]))
        for name, label in _FACTS
        if name in _ALWAYS or data[name] is not None
    ]
    fit = data["fit"]
    facts += [
        ("form", _FORMS[data["form"]]),
        (
            "cross-validation",
            f"{fit['folds']} folds, or as many as a kind has rows; shuffled with seed "
            f"{fit['seed']}. An error is that of rows a fit had not seen, its choices included.",
        ),
        ("numbers in folds.csv", f"{DIGITS} significant digits; {_FOLDS[data['form']]}"),
    ]
    blocks: list[Block] = [Facts(tuple(facts))]
    blocks += [Paragraph(f"Remark: {remark}") for remark in data["remarks"]]
    blocks += [Heading("Files"), _sources(data), *_rows(found), *_aside(set_aside)]
    return Section("What was measured", "measured", tuple(blocks))


def _said(name: str, value: Any) -> str:
    if value is None:
        return _NOT_STATED
    if name.endswith("_w") and isinstance(value, dict) and "value" in value:
        return f"{quantity(float(value['value']), 'W')} ({value.get('source', _NOT_STATED)})"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sources(data: dict[str, Any]) -> Facts:
    """Return the files, each with the conditions on its rows and its SHA-256."""
    return Facts(
        tuple(
            (source["file"], f"{_where(source['where'])}; SHA-256 {source['sha256']}")
            for source in data["rows"]
        )
    )


def _where(conditions: list[str]) -> str:
    return f"rows with {', '.join(conditions)}" if conditions else "all rows"


def _aside(set_aside: Sequence[str]) -> list[Block]:
    """Return what is said of rows that were not read in full, the first few reasons."""
    more = len(set_aside) - _MOST_REASONS
    rest = [f"And rows with {several(more, 'other reason')}."] if more > 0 else []
    return [Paragraph(f"Set aside: {said}") for said in (*set_aside[:_MOST_REASONS], *rest)]


def _rows(found: ProfileFit) -> list[Block]:
    used = Table(
        "Rows used",
        ("kind", "bits or precision", "rows", "with a power"),
        tuple(
            (
                kind.samples.kind,
                kind.samples.dtype,
                count(len(kind.samples.works)),
                count(len([power for power in kind.samples.power_w.tolist() if power == power])),
            )
            for kind in found.kinds
        ),
        left=2,
    )
    if not found.left_out:
        return [used, Paragraph("No row of a layer was left out of the fit.")]
    reasons = told(found.left_out)
    return [
        used,
        Table(
            f"Left out: {several(len(found.left_out), 'entry').replace('entrys', 'entries')}",
            ("reason", "rows"),
            reasons,
            left=2,
        ),
    ]
