"""What the page says of a capture: on what, which rows, what became of them, power over time."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from py.columns import several, shortened
from py.measure.capture.columns import IDLE
from py.measure.check.plots import idle_over_time, power_over_time
from py.measure.check.survey import Survey
from py.measure.report.content import Block, Facts, Heading, Plots, Section, Table

_MOST_SHOWN = 300
_MOST_FACTS = 60
_NOT_STATED = "not stated"


def capture_section(survey: Survey) -> Section:
    """Return the section of a capture."""
    blocks: list[Block] = []
    header = survey.header
    if header is not None:
        facts = [
            ("plan", header.plan),
            ("device", header.device),
            ("started", header.started),
            ("engine", header.engine),
            *(
                (f"{part} {name}", value)
                for part in ("runner", "method", "machine")
                for name, value in _flat(getattr(header, part))
            ),
        ]
        shown = facts[:_MOST_FACTS]
        blocks.append(Facts(tuple((name, value or _NOT_STATED) for name, value in shown)))
    blocks.append(_rows(survey))
    if survey.reasons:
        blocks.append(
            Table(
                "Why rows were throttled",
                ("reason", "rows"),
                tuple((name[:40], f"{count:,}") for name, count in survey.reasons.most_common()),
            )
        )
    if survey.notes:
        more = survey.noted - len(survey.notes)
        blocks.append(
            Table(
                f"Notes: {several(survey.noted, 'row')}",
                ("line", "op", "note"),
                tuple((str(line), op, note) for line, op, note in survey.notes),
                left=3,
                note=f"And {more:,} more." if more > 0 else "",
            )
        )
    plots = tuple(
        plot for plot in (power_over_time(survey), idle_over_time(survey)) if plot is not None
    )
    if plots:
        blocks += [Heading("Power over time"), Plots(plots)]
    return Section("The capture", "capture", tuple(blocks))


def _rows(survey: Survey) -> Table:
    return Table(
        f"Rows: {survey.rows:,}",
        (
            *("op", "dtype", "direction", "rows", "timed", "with power", "outliers", "throttled"),
            *("skipped", "failed"),
        ),
        tuple(
            (
                *(op, dtype or "–", direction or "–"),
                *(
                    f"{count:,}" if op != IDLE or place == 0 else "–"
                    for place, count in enumerate(
                        (
                            *(counts.rows, counts.timed, counts.powered, counts.outliers),
                            *(counts.throttled, counts.skipped, counts.failed),
                        )
                    )
                ),
            )
            for (op, dtype, direction), counts in sorted(survey.groups.items())
        ),
        left=3,
    )


def _flat(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the values in JSON with where they stand; what is nested deeply as JSON."""
    if isinstance(value, Mapping) and depth < 3:
        for name, one in value.items():
            yield from _flat(one, f"{path}.{name}" if path else str(name), depth + 1)
    elif value is not None and value != [] and value != {}:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield path, shortened(text, _MOST_SHOWN)
