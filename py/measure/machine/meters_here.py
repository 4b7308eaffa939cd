"""The meters of this machine, tried; and what of their words may be published."""

from typing import Any

from py.measure.machine.redacted import free_lines, free_text
from py.measure.meters.report import MeterReport


def published(report: MeterReport) -> dict[str, Any]:
    """Return a meter's report as JSON, its texts free of names and addresses."""
    found = report.as_json()
    for name in ("name", "about", "reason"):
        found[name] = free_text(found[name], 400)
    found["remedy"] = "\n".join(free_lines(report.remedy)) or None
    return found
