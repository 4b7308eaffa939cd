"""The table of a result: the blocks of ``py.layers``'s table, with columns of energy."""

from collections.abc import Sequence
from dataclasses import dataclass

from py.breakdown.blocks import ENERGY, PARTS, ZEROS, sums
from py.breakdown.quantity import share as percent
from py.breakdown.quantity import with_unit
from py.breakdown.result import Result
from py.columns import columns, shortened
from py.layers.report.block import Amounts
from py.layers.report.cells import GAP, LEAST_NAME, cut, often, operators, share, shared_out
from py.layers.report.names import row_names, wanted
from py.layers.report.totals import known_count
from py.layers.report.view import Row
from py.platforms.estimate import STATIC
from py.quantities import total_count

LABELS = {"computation": "compute", "ifmap": "ifmap", "weight": "weight", "ofmap": "ofmap"}
LABELS[STATIC] = STATIC
ALWAYS = 9
_RANKS = {"computation": 0, STATIC: 4}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of numbers, the total last; of those too many the lowest ``rank`` goes first."""

    header: str
    cells: list[str]
    rank: int = ALWAYS

    @property
    def width(self) -> int:
        return GAP + max(map(len, (self.header, *self.cells)))


def energy_table(
    result: Result, rows: Sequence[Row], inside: str, width: int, unit: str
) -> list[str]:
    """Return the lines of the table; ``inside`` names the block that holds all of ``rows``.

    Where the width is too small for all columns, some are left out.
    """
    numbers = _columns(result, rows, unit)
    widest = max(len("layer"), wanted(rows))
    while _room(numbers, width) < min(LEAST_NAME, widest):
        least = min(column.rank for column in numbers)
        if least == ALWAYS:
            break
        numbers = [column for column in numbers if column.rank != least]
    leads = [operators(row) for row in rows]
    for_name, for_operators = shared_out(
        _room(numbers, width),
        widest,
        max(map(len, ["operators", *leads])),
    )
    title = f"layer of {inside}" if inside else "layer"
    names = [
        shortened(title, max(for_name, LEAST_NAME)),
        *row_names(rows, for_name),
        "total",
    ]
    cells = [
        [name, *([lead] if for_operators else []), *line]
        for name, lead, line in zip(
            names,
            ["operators", *(cut(lead, for_operators) for lead in leads), ""],
            zip(*([column.header, *column.cells] for column in numbers), strict=True),
            strict=True,
        )
    ]
    return columns(cells[0], cells[1:], left=2 if for_operators else 1, foot=1)


def _room(numbers: Sequence[_Column], width: int) -> int:
    """Return what the numbers leave of the width for names and operators."""
    return width - GAP - (total_count(column.width for column in numbers) or 0)


def _columns(result: Result, rows: Sequence[Row], unit: str) -> list[_Column]:
    partial = bool(result.not_modelled)
    everything = sums([row for row in rows if row.level == 0])
    total = everything[ENERGY] if everything else None
    amounts = [*(row.amounts for row in rows), everything]
    macs = known_count(result.model.macs, (row.layer.all_macs for row in result.rows))
    found = [_Column("MACs", [*(known_count(row.macs, [row.known_macs]) for row in rows), macs], 3)]
    times = [often(row) for row in rows]
    if any(times):
        found.insert(0, _Column("times", [*times, ""]))
    for tensor, (zeros, known) in ZEROS.items():
        if everything and everything[known]:
            cells = [percent(own[zeros], own[known]) if own else "" for own in amounts]
            found.append(_Column(f"{tensor} 0s", cells, 4 if everything[zeros] else 1))
    lacking = [*(row.unpriced > 0 for row in rows), partial]
    energies = [_energy(own, unit, lacks) for own, lacks in zip(amounts, lacking, strict=True)]
    shares = [share(own[ENERGY], total) if own else "" for own in amounts]
    found += [_Column("energy", energies), _Column("of known" if partial else "share", shares)]
    for tensor, place in PARTS.items():
        if tensor == STATIC and not (everything and everything[place]):
            continue
        cells = [share(own[place], own[ENERGY]) if own else "" for own in amounts]
        found.append(_Column(LABELS[tensor], cells, _RANKS.get(tensor, 2)))
    return found


def _energy(own: Amounts, unit: str, lacks: bool) -> str:
    """Return an energy; at least so much, where something in it has no estimate."""
    if not own:
        return "unknown"
    return f"≥ {with_unit(own[ENERGY], unit)}" if lacks else with_unit(own[ENERGY], unit)
