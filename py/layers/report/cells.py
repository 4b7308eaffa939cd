"""What stands in the cells of a table of layers, whatever else its columns are."""

from collections.abc import Sequence

from py.columns import shortened
from py.layers.report.block import Block
from py.layers.report.names import ASSUMED
from py.layers.report.view import Row

GAP = 2
LEAST_NAME, LEAST_OPERATORS = 20, 12


def inmost(root: Block) -> tuple[Block, str]:
    """Return the first block that holds more than one thing, and the names that lead to it."""
    names = []
    while len(root.children) == 1 and root.children[0].children and root.children[0].times == 1:
        root = root.children[0]
        names.append(root.name)
    return root, "/".join(names)


def often(row: Row) -> str:
    """Return how many blocks a row stands for, or how often its layer runs; empty for once."""
    times = row.times if row.times > 1 else row.runs
    if times == 1:
        return ""
    return f"×{times:,.4g}" if isinstance(times, float) else f"×{times:,}"


def share(part: float | None, whole: float | None) -> str:
    """Return a part of a whole in per cent, to one decimal; empty for nothing and for unknown."""
    if not part or not whole:
        return ""
    per_cent = 100 * part / whole
    return f"{per_cent:.1f} %" if abs(per_cent) >= 0.05 else "<0.1 %"


def operators(row: Row) -> str:
    """Return a row's operators; of a closed block how many layers are in it."""
    return f"{row.layers} layers" if row.closed else " ".join(row.operators)


def cut(operators: str, most: int) -> str:
    """Return the first of a layer's operators, which lead it, as many as there is room for."""
    if len(operators) <= most:
        return operators
    kept, _, _ = operators[: most - 1].rpartition(" ")
    return f"{kept} …" if kept else shortened(operators, most)


def shared_out(room: int, names: int, operators: int) -> tuple[int, int]:
    """Return how wide names and operators may be; there are no operators where room is short."""
    if names + operators <= room:
        return names, operators
    if room < LEAST_NAME + LEAST_OPERATORS:
        return max(LEAST_NAME, min(names, room + GAP)), 0
    for_operators = min(operators, max(LEAST_OPERATORS, room - names, room // 3))
    return max(LEAST_NAME, min(names, room - for_operators)), for_operators


def hints(rows: Sequence[Row], *, by_weights: bool) -> list[str]:
    """Return what a reader must know of the rows: what is closed, where the blocks come from."""
    said = []
    if any(row.closed for row in rows):
        said.append("Some rows sum up several layers: --depth N opens blocks, --all shows each.")
    if any(row.times > 1 for row in rows):
        said.append("A block with × is the sum of so many alike; the first of them is under it.")
    if any(row.times == 1 != row.runs for row in rows):
        said.append("A layer with × runs so often; what stands beside it is of all runs.")
    if by_weights:
        said.append("Blocks are named after weights; a layer without is by the one before.")
    if any(row.assumed for row in rows):
        said.append(f"{ASSUMED} Values decide a size in it; what is taken for that is said above.")
    return said
