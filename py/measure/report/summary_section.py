"""The findings of all kinds beside each other: the first thing to read."""

from collections.abc import Sequence

from py.measure.report import units
from py.measure.report.findings import KindFindings
from py.platforms.measured.spread import LEVEL
from py.reports.content import Section, Table

ANCHOR = "summary"


def summary_section(kinds: Sequence[KindFindings]) -> Section:
    """Return a table with a row for each quantity of each kind."""
    rows = []
    alone = len({kind.fit.samples.kind for kind in kinds}) == len(kinds)
    for kind in kinds:
        title = kind.fit.samples.kind if alone else kind.title
        for found in kind.quantities:
            errors, rival, noise = found.quantity.errors, found.rival, found.noise
            rows.append(
                (
                    f"{title}: {found.name}",
                    units.count(errors.rows),
                    units.percent(errors.rmspe),
                    units.percent(errors.median),
                    units.percent(errors.bias, sign=True),
                    units.percent(found.quantity.coverage),
                    units.percent(None if rival is None else rival.errors[rival.better].rmspe),
                    units.ratio(None if rival is None else rival.times),
                    units.percent(None if noise is None else noise.rmspe),
                )
            )
    return Section(
        "In short",
        ANCHOR,
        (
            Table(
                "Errors of rows that the fit had not seen",
                (
                    *("of", "rows", "RMSPE", "median", "bias"),
                    *(f"inside {100 * LEVEL:.0f} %", "learner's RMSPE", "fit ÷ learner"),
                    "noise floor",
                ),
                tuple(rows),
                note="Learner: a flexible one on the same features and folds; fit ÷ learner: the "
                "RMSPEs on the rows drawn for it. Noise floor: what even a perfect function of "
                "the sizes would have, where rows were repeated. A dash: not known.",
            ),
        ),
    )
