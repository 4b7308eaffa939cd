"""Which models cost least and most, of each platform at each point of the grid."""

from py.columns import several
from py.reports.content import Block, Paragraph, Plots, Section, Table
from py.sweep.summary.cells import Cells
from py.sweep.summary.plots.ranked import ranked
from py.sweep.summary.summary import Told


def rankings(cells: Cells) -> Section:
    """Return the rankings, by energy of an inference, or by time where no energy is known."""
    summary = cells.summary
    blocks: list[Block] = []
    if not cells.told:
        blocks.append(Paragraph("No row has a known energy or time."))
    plots = ranked(cells, cells.drawn(cells.told))
    if plots:
        blocks.append(Plots(tuple(plots)))
    partial = summary.outcomes.partial
    if partial and cells.told:
        blocks.append(
            Paragraph(
                f"≥: {several(partial, 'row')} got no estimate of some layers, so they cost at "
                "least that. They are ranked, but left out of all that follows."
            )
        )
    for told in cells.told:
        blocks += _tables(cells, told)
    left = summary.groups - len(cells.told)
    if left:
        blocks.append(
            Paragraph(
                f"{several(left, 'further point')} of the grid, of all platforms together, are "
                "not shown here; the rows have them."
            )
        )
    return Section("Ranking", "ranking", tuple(blocks))


def _tables(cells: Cells, told: Told) -> list[Table]:
    ranking, group = told.ranking, told.group
    word = f"{group.costs.basis.word} of an inference"
    if not len(ranking.most):
        return [cells.rows(f"{group.title}: by {word}", group, ranking.least)]
    of = f"of {ranking.of:,}"
    return [
        cells.rows(f"{group.title}: least {word}, {of}", group, ranking.least),
        cells.rows(f"{group.title}: most {word}, {of}", group, ranking.most),
    ]
