"""A model for people to read: what it is, its blocks as a table, what they come to, notes."""

from py.columns import columns, counted, shortened, sizes
from py.layers.model import Model
from py.layers.report.cells import (
    GAP,
    LEAST_NAME,
    cut,
    hints,
    inmost,
    often,
    operators,
    share,
    shared_out,
)
from py.layers.report.heading import heading
from py.layers.report.names import row_names, wanted
from py.layers.report.totals import known_count, remarks, totals
from py.layers.report.tree import Tree
from py.layers.report.view import Row, rows_of
from py.quantities import total_count

WIDTH = 100
"""Columns of text where no terminal says how many it has."""
_LONGEST_SHAPE = 22


def model_table(
    model: Model, *, width: int = WIDTH, depth: int | None = None, every: bool = False
) -> str:
    """Return heading, table, totals and notes; every column adds up.

    ``depth`` is how many levels of blocks are opened, None for as many as read well; ``every``
    shows each layer, alike or not.
    """
    tree = Tree(model, repeats=not every)
    root, inside = inmost(tree.root)
    rows = rows_of(root, 1 << 30 if every else depth)
    lines = [*heading(model, width), ""]
    lines += _table(model, rows, inside, width)
    lines += [*hints(rows, by_weights=tree.by_weights), "", *totals(model), *remarks(model, width)]
    return "\n".join(lines) + "\n"


def _table(model: Model, rows: list[Row], inside: str, width: int) -> list[str]:
    """Return the table: names and operators get what the numbers leave of the width."""
    whole = total_count(layer.all_macs or 0 for layer in model.layers) or 0
    header = ["output", "times", "parameters", "MACs", "share" if model.macs else "of known"]
    foot = _foot(model, rows, whole)
    counts = [*(_numbers(row, whole) for row in rows), *(line[1:] for line in foot)]
    if not any(cells[1] for cells in counts):
        header, counts = _without_times(header), [_without_times(cells) for cells in counts]
    taken = (max(map(len, column)) + GAP for column in zip(header, *counts, strict=True))
    leads = [operators(row) for row in rows]
    title = f"layer of {inside}" if inside else "layer"
    for_name, for_operators = shared_out(
        width - GAP - (total_count(taken) or 0),
        max([len("layer"), wanted(rows), *(len(line[0]) for line in foot)]),
        max(map(len, [*leads, "operators"])),
    )
    cells = [
        [name, cut(lead, for_operators), *numbers]
        for name, lead, numbers in zip(
            [*row_names(rows, for_name), *(shortened(line[0], for_name) for line in foot)],
            [*leads, *[""] * len(foot)],
            counts,
            strict=True,
        )
    ]
    header = [shortened(title, max(for_name, LEAST_NAME)), "operators", *header]
    if for_operators:
        return columns(header, cells, left=2, foot=1)
    narrow = [[line[0], *line[2:]] for line in (header, *cells)]
    return columns(narrow[0], narrow[1:], left=1, foot=1)


def _without_times(cells: list[str]) -> list[str]:
    return [cells[0], *cells[2:]]


def _numbers(row: Row, whole: int) -> list[str]:
    """Return a row's output, times, parameters, MACs and share."""
    shape = "" if row.shape is None else shortened(sizes(row.shape), _LONGEST_SHAPE)
    return [
        shape,
        often(row),
        counted(row.parameters),
        known_count(row.macs, [row.known_macs]),
        share(row.known_macs, whole),
    ]


def _foot(model: Model, rows: list[Row], whole: int) -> list[list[str]]:
    """Return name and numbers of what makes the parameters add up, and of the total."""
    foot = []
    listed = total_count(row.parameters for row in rows if row.level == 0)
    if model.parameters is not None and listed is not None:
        shared = model.parameters - model.idle_parameters - listed
        for name, count in (
            ("shared, counted once", shared),
            ("in branches not run", model.idle_parameters),
        ):
            if count:
                foot.append([name, "", "", counted(count), "–", ""])
    everything = "100.0 %" if whole else ""
    macs = known_count(model.macs, (layer.all_macs for layer in model.layers))
    total = counted(model.parameters), macs, everything
    return [*foot, ["total", "", "", *total]]
