"""What the page says of a capture: on what, which rows, what became of them, power over time."""

from py.columns import several
from py.measure.capture.columns import IDLE
from py.measure.check.header_facts import header_facts
from py.measure.check.plots import idle_over_time, power_over_time
from py.measure.check.survey import Survey
from py.reports.content import Block, Facts, Heading, Plots, Section, Table


def capture_section(survey: Survey) -> Section:
    """Return the section of a capture."""
    blocks: list[Block] = []
    if survey.header is not None:
        blocks.append(Facts(header_facts(survey.header)))
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
