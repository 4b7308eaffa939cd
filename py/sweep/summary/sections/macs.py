"""How far MACs mislead: correlations, the spread at nearly equal MACs, outliers."""

import numpy as np

from py.breakdown.basis import TIME
from py.breakdown.quantity import with_unit
from py.compared.text import ratio_text
from py.reports.content import Block, Paragraph, Plots, Section, Table
from py.sweep.summary.cells import UNKNOWN, Cells
from py.sweep.summary.outliers import RULE, Outliers
from py.sweep.summary.plots.against_macs import against_macs
from py.sweep.summary.proxies import PROXIES, Correlation
from py.sweep.summary.spread import NEAR, Spread
from py.sweep.summary.summary import MOST_OUTLIERS, Told

_BINS = 10
_MOST_SENTENCES = 4
_LEAST_BINNED = 20
_HOW_RANKED = (
    "How each ranks the models against how energy does: Spearman's rho and Kendall's tau are 1 "
    "where they rank alike, 0 at random, -1 reversed."
)
_KEY = (
    "Dashed: what MACs predict. Rings joined by a line: the two rows of nearly equal MACs that are "
    "furthest apart. Other rings: outliers."
)


def macs(cells: Cells) -> Section | None:
    """Return how well MACs stand for energy in each group; None where no two rows compare."""
    groups = [told for told in cells.told if len(told.group.whole) > 1]
    if not groups:
        return None
    some = cells.some(groups, _MOST_SENTENCES)
    blocks: list[Block] = [Paragraph(said) for t in some if (said := _in_words(cells, t))]
    drawn = cells.drawn(groups)
    plots = tuple(p for told in drawn if (p := against_macs(cells, told)) is not None)
    if plots:
        blocks += [Plots(plots), Paragraph(_KEY)]
    blocks.append(_correlations(groups))
    if plots:  # what these show, in figures
        blocks += [table for told in groups if (table := _pair(cells, told)) is not None]
        blocks += [table for told in groups if (table := _bins(cells, told)) is not None]
    return Section("How far MACs mislead", "macs", tuple(blocks))


def outliers(cells: Cells) -> Section | None:
    """Return the rows that are far off what their MACs predict; None where none was looked for."""
    found = [(told, told.outliers) for told in cells.told if told.outliers is not None]
    if not found:
        return None
    blocks: list[Block] = [Paragraph(RULE)]
    for told, off in found:
        blocks.append(_outliers(cells, told, off))
    return Section("Outliers", "outliers", tuple(blocks))


def _in_words(cells: Cells, told: Told) -> str:
    """Return what a group says of MACs, in a sentence or two."""
    group, spread = told.group, told.spread
    first = next((one for one in told.correlations if one.proxy == "macs"), None)
    said = []
    word = group.costs.basis.word
    if first is not None and first.spearman is not None:
        said.append(f"MACs rank {word} with rho = {first.spearman:.3f}.")
    if spread is not None and spread.ratio > 1:
        low, high = (cells.full_name(place, group)[:80] for place in (spread.low, spread.high))
        said.append(
            f"At MACs within {100 * NEAR:g} % of each other {word} differs up to "
            f"{ratio_text(spread.ratio)}: {high} against {low}."
        )
    return f"{group.title}: {' '.join(said)}" if said else ""


def _correlations(groups: list[Told]) -> Table:
    proxies = list(dict.fromkeys(one.proxy for told in groups for one in told.correlations))
    header = ["group", *(name for p in proxies for name in (f"{PROXIES[p]} rho", "tau")), "rows"]
    rows = []
    for told in groups:
        found = {one.proxy: one for one in told.correlations}
        figures = [cell for proxy in proxies for cell in _figures(found.get(proxy))]
        counts = dict.fromkeys(f"{one.n:,}" for one in told.correlations)
        rows.append((told.group.title, *figures, " / ".join(counts)))
    note = _HOW_RANKED
    if any(one.n < one.of for told in groups for one in told.correlations):
        note += " Of many rows a sample is ranked, drawn at random and always the same."
    word = "time" if all(told.group.costs.basis is TIME for told in groups) else "energy"
    return Table(f"Stand-ins for {word}", tuple(header), tuple(rows), 1, note)


def _figures(one: Correlation | None) -> tuple[str, str]:
    if one is None or one.spearman is None or one.kendall is None:
        return UNKNOWN, UNKNOWN
    return f"{one.spearman:.3f}", f"{one.kendall:.3f}"


def _pair(cells: Cells, told: Told) -> Table | None:
    spread: Spread | None = told.spread
    if spread is None:
        return None
    title = f"{told.group.title}: furthest apart at nearly equal MACs"
    note = (
        f"{ratio_text(spread.ratio)} apart. From a row's own MACs to {100 * NEAR:g} % more, the "
        f"most is {ratio_text(spread.typical)} the least: the median over all rows."
    )
    return cells.rows(title, told.group, np.array([spread.high, spread.low]), note)


def _bins(cells: Cells, told: Told) -> Table | None:
    """Return the picture of cost against MACs as a table: tenths of the rows, by MACs."""
    collected, group = cells.summary.collected, told.group
    order = collected.in_order(group.positive(collected), collected.macs, group.costs.values)
    if len(order) < _LEAST_BINNED:
        return None
    unit = group.costs.basis.unit
    rows = []
    for own in np.array_split(order, _BINS):
        costs = np.sort(group.costs.values[own])
        low, high = float(costs[0]), float(costs[-1])
        rows.append(
            (
                f"{cells.macs(int(own[0]))} to {cells.macs(int(own[-1]))}",
                f"{len(own):,}",
                with_unit(low, unit),
                with_unit(float(np.median(costs)), unit),
                with_unit(high, unit),
                ratio_text(high / low),
            )
        )
    word = group.costs.basis.word
    header = ("MACs", "rows", "least", "median", "most", "most / least")
    return Table(f"{group.title}: {word} by tenths of the rows in MACs", header, tuple(rows))


def _outliers(cells: Cells, told: Told, off: Outliers) -> Block:
    group = told.group
    word = group.costs.basis.word
    slope = f"{word} goes as MACs to the power of {off.line.slope:.3f}"
    bound = f"more than {ratio_text(off.beyond)} off, one way or the other"
    every = [int(place) for place in off.places[:MOST_OUTLIERS]]
    if not every:
        return Paragraph(f"{group.title}: {slope}; of {off.of:,} rows none is {bound}.")
    unit = group.costs.basis.unit
    macs_of = cells.summary.collected.macs
    columns = [
        (word, [cells.cost(place, group) for place in every]),
        ("of predicted", [ratio_text(factor) for factor in off.factors[: len(every)]]),
        ("predicted", [with_unit(off.line.at(float(macs_of[place])), unit) for place in every]),
        ("MACs", [cells.macs(place) for place in every]),
        ("parameters", [cells.parameters(place) for place in every]),
    ]
    are = "is" if len(off.places) == 1 else "are"
    note = f"{slope[:1].upper()}{slope[1:]}; {len(off.places):,} of {off.of:,} rows {are} {bound}."
    title = f"{group.title}: furthest off what MACs predict"
    return cells.table(title, group, every, columns, note)
