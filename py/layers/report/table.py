"""A model for people to read: what it is, its blocks as a table, what they come to, notes."""

from py.columns import columns, counted, shortened, sizes
from py.layers.model import Model
from py.layers.report.block import Block
from py.layers.report.heading import heading
from py.layers.report.totals import remarks, totals
from py.layers.report.tree import Tree
from py.layers.report.view import Row, rows_of
from py.quantities import total_count

WIDTH = 100
"""Columns of text where no terminal says how many it has."""
_GAP = 2
_LEAST_NAME, _LEAST_OPERATORS = 20, 12
_LONGEST_SHAPE = 22
_LONGEST_RANGE = 26


def model_table(
    model: Model, *, width: int = WIDTH, depth: int | None = None, every: bool = False
) -> str:
    """Return heading, table, totals and notes; every column adds up.

    ``depth`` is how many levels of blocks are opened, None for as many as read well; ``every``
    shows each layer, alike or not.
    """
    tree = Tree(model, repeats=not every)
    root, inside = _inmost(tree.root)
    rows = rows_of(root, 1 << 30 if every else depth)
    lines = [*heading(model, width), ""]
    lines += _table(model, rows, inside, width)
    hints = list(_hints(rows, by_weights=tree.by_weights))
    lines += [*hints, "", *totals(model), *remarks(model, width)]
    return "\n".join(lines) + "\n"


def _inmost(root: Block) -> tuple[Block, str]:
    """Return the first block that holds more than one thing, and the names that lead to it."""
    names = []
    while len(root.children) == 1 and root.children[0].children and root.children[0].times == 1:
        root = root.children[0]
        names.append(root.name)
    return root, "/".join(names)


def _table(model: Model, rows: list[Row], inside: str, width: int) -> list[str]:
    """Return the table: names and operators get what the numbers leave of the width."""
    whole = total_count(row.macs or 0 for row in rows if row.level == 0) or 0
    header = ["output", "times", "parameters", "MACs", "share" if model.macs else "of known"]
    foot = _foot(model, rows, whole)
    counts = [*(_numbers(row, whole) for row in rows), *(line[1:] for line in foot)]
    if not any(cells[1] for cells in counts):
        header, counts = _without_times(header), [_without_times(cells) for cells in counts]
    taken = (max(map(len, column)) + _GAP for column in zip(header, *counts, strict=True))
    names = [f"{'  ' * row.level}{row.name}" for row in rows] + [line[0] for line in foot]
    operators = [_operators(row) for row in rows] + [""] * len(foot)
    title = f"layer of {inside}" if inside else "layer"
    for_name, for_operators = _shared_out(
        width - _GAP - (total_count(taken) or 0),
        max([len("layer"), *map(_wanted, names)]),
        max(map(len, [*operators, "operators"])),
    )
    cells = [
        [_indented(name, for_name), _cut(operator, for_operators), *numbers]
        for name, operator, numbers in zip(names, operators, counts, strict=True)
    ]
    header = [shortened(title, max(for_name, _LEAST_NAME)), "operators", *header]
    if for_operators:
        return columns(header, cells, left=2, foot=1)
    narrow = [[line[0], *line[2:]] for line in (header, *cells)]
    return columns(narrow[0], narrow[1:], left=1, foot=1)


def _without_times(cells: list[str]) -> list[str]:
    return [cells[0], *cells[2:]]


def _hints(rows: list[Row], *, by_weights: bool) -> list[str]:
    """Return what a reader must know of the rows: what is closed, where the blocks come from."""
    hints = []
    if any(row.closed for row in rows):
        hints.append("Some rows sum up several layers: --depth N opens blocks, --all shows each.")
    if any(row.times > 1 for row in rows):
        hints.append("A block with × is the sum of so many alike; the first of them is under it.")
    if by_weights:
        hints.append("Blocks are named after weights; a layer without is by the one before.")
    return hints


def _numbers(row: Row, whole: int) -> list[str]:
    """Return a row's output, times, parameters, MACs and share."""
    often = row.times if row.times > 1 else row.runs
    return [
        "" if row.shape is None else shortened(sizes(row.shape), _LONGEST_SHAPE),
        "" if often == 1 else f"×{often:,.4g}" if isinstance(often, float) else f"×{often:,}",
        counted(row.parameters),
        counted(row.macs),
        _share(row.macs, whole),
    ]


def _share(macs: int | None, whole: int) -> str:
    if not macs or not whole:
        return ""
    per_cent = 100 * macs / whole
    return f"{per_cent:.1f} %" if per_cent >= 0.05 else "<0.1 %"


def _operators(row: Row) -> str:
    return f"{row.layers} layers" if row.closed else " ".join(row.operators)


def _cut(operators: str, most: int) -> str:
    """Return the first of a layer's operators, which lead it, as many as there is room for."""
    if len(operators) <= most:
        return operators
    kept, _, _ = operators[: most - 1].rpartition(" ")
    return f"{kept} …" if kept else shortened(operators, most)


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
    total = counted(model.parameters), counted(model.macs), everything
    return [*foot, ["total", "", "", *total]]


def _shared_out(room: int, names: int, operators: int) -> tuple[int, int]:
    """Return how wide names and operators may be; there are no operators where room is short."""
    if names + operators <= room:
        return names, operators
    if room < _LEAST_NAME + _LEAST_OPERATORS:
        return max(_LEAST_NAME, min(names, room + _GAP)), 0
    for_operators = min(operators, max(_LEAST_OPERATORS, room - names, room // 3))
    return max(_LEAST_NAME, min(names, room - for_operators)), for_operators


def _wanted(name: str) -> int:
    """Return the room for a name; what stands for several does with less than both its ends."""
    if " … " not in name:
        return len(name)
    indent = len(name) - len(name.lstrip(" "))
    return min(len(name), indent + _LONGEST_RANGE)


def _indented(name: str, most: int) -> str:
    """Return a name in at most ``most`` characters, its indentation kept."""
    own = name.lstrip(" ")
    indent = min(len(name) - len(own), most // 2)
    room = most - indent
    first, several, last = own.partition(" … ")
    if several and len(own) > room:
        first = shortened(first, max((room - 3) // 2, room - 3 - len(last)))
        own = f"{first}{several}{shortened(last, room - 3 - len(first))}"
    return f"{' ' * indent}{shortened(own, room)}"
