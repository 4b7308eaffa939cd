"""The table of a result: the blocks of ``py.layers``'s table, with columns of energy."""

from collections.abc import Sequence
from dataclasses import dataclass

from py.breakdown.blocks import (
    ENERGY,
    ESTIMATED,
    HIGH,
    LOW,
    OUTSIDE,
    PARTS,
    PRICED,
    TIME,
    WITHOUT_ENERGY,
    WITHOUT_INTERVAL,
    WITHOUT_TIME,
    WORTH,
    ZEROS,
    spread_of,
    sums,
)
from py.breakdown.quantity import share as percent
from py.breakdown.quantity import with_unit
from py.breakdown.result import Result
from py.columns import columns, shortened
from py.layers.report.block import Amounts
from py.layers.report.cells import GAP, LEAST_NAME, cut, often, operators, share, shared_out
from py.layers.report.names import row_names, wanted
from py.layers.report.totals import known_count
from py.layers.report.view import Row
from py.platforms.estimate import STATIC, TENSORS
from py.quantities import total_count

LABELS = {"computation": "compute", "ifmap": "ifmap", "weight": "weight", "ofmap": "ofmap"}
LABELS |= {name: name for name in (STATIC, "data", "launch", "other")}
ALWAYS = 9
_RANKS = {"computation": 0, STATIC: 4}
_RANKS_TIMED = {"data": 1, "other": 1}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of numbers, the total last; of those too many the lowest ``rank`` goes first."""

    header: str
    cells: list[str]
    rank: int = ALWAYS

    @property
    def width(self) -> int:
        return GAP + max(map(len, (self.header, *self.cells)))


def energy_table(result: Result, rows: Sequence[Row], inside: str, width: int) -> list[str]:
    """Return the lines of the table; ``inside`` names the block that holds all of ``rows``.

    Where the width is too small for all columns, some are left out.
    """
    numbers = _columns(result, rows)
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


def _columns(result: Result, rows: Sequence[Row]) -> list[_Column]:
    partial = bool(result.not_modelled)
    everything = sums([row for row in rows if row.level == 0])
    total = everything[WORTH] if everything else None
    timed = result.platform.kind != "accelerator"
    amounts = [*(row.amounts for row in rows), everything]
    macs = known_count(result.model.macs, (row.layer.all_macs for row in result.rows))
    counts = [*(known_count(row.macs, [row.known_macs]) for row in rows), macs]
    found = [_Column("MACs", counts, 0 if timed else 3)]
    times = [often(row) for row in rows]
    if any(times):
        found.insert(0, _Column("times", [*times, ""]))
    for tensor, (zeros, known) in ZEROS.items():
        if everything and everything[known] and not timed:
            cells = [percent(own[zeros], own[known]) if own else "" for own in amounts]
            found.append(_Column(f"{tensor} 0s", cells, 4 if everything[zeros] else 1))
    lacking = [*(row.unpriced > 0 for row in rows), partial]
    shares = [share(own[WORTH], total) if own else "" for own in amounts]
    if timed:
        found += _timed(result, amounts, lacking)
    else:
        unit = result.basis.unit
        cells = [
            _cell(own, WORTH, unit, lacks) for own, lacks in zip(amounts, lacking, strict=True)
        ]
        found.append(_Column("energy", cells))
    found.append(_Column("of known" if partial else "share", shares))
    for tensor, place in PARTS.items():
        needed = tensor in TENSORS and not timed
        if not needed and not (everything and everything[place]):
            continue
        cells = [share(own[place], own[WORTH]) if own else "" for own in amounts]
        found.append(
            _Column(LABELS[tensor], cells, (_RANKS_TIMED if timed else _RANKS).get(tensor, 2))
        )
    return found


def _timed(result: Result, amounts: Sequence[Amounts], lacking: Sequence[bool]) -> list[_Column]:
    """Return time and energy, with the interval of that by which layers are ranked."""
    found = [
        _Column(
            header,
            [
                _cell(own, place, unit, lacks, unknown)
                for own, lacks in zip(amounts, lacking, strict=True)
            ],
        )
        for header, place, unknown, unit in (
            ("time", TIME, WITHOUT_TIME, "s"),
            ("energy", ENERGY, WITHOUT_ENERGY, "J"),
        )
        if any(own and own[unknown] < own[PRICED] for own in amounts)
    ]
    spread, interval = spread_of(result), result.interval
    if spread is not None:
        ends = None if interval is None else interval.of(spread.name)
        at = TIME if spread.name == "time_s" else ENERGY
        cells = [_spread(own, at) for own in amounts[:-1]]
        cells.append("" if ends is None else off(ends, getattr(result, spread.name)))
        found.append(_Column(f"{spread.word}, {100 * spread.level:g} %", cells, 3))
    origins = [_origin(own) for own in amounts[:-1]]
    if len(set(origins)) > 1:
        found.append(_Column("origin", [*origins, ""], 5))
    return found


def _cell(own: Amounts, place: int, unit: str, lacks: bool, unknown: int | None = None) -> str:
    """Return a quantity; at least so much, where it is not known of something in it."""
    without = own[unknown] if own and unknown is not None else 0.0
    if not own or (without and without == own[PRICED]):
        return "unknown"
    return f"≥ {with_unit(own[place], unit)}" if lacks or without else with_unit(own[place], unit)


def _spread(own: Amounts, at: int) -> str:
    """Return an interval; those of a block add up, as if all its layers were off by the same."""
    if not own or own[WITHOUT_INTERVAL]:
        return ""
    return off((own[LOW], own[HIGH]), own[at])


def off(ends: tuple[float, float], value: float | None) -> str:
    """Return how far the ends of an interval are from a value: -12 +18 %."""
    if not value:
        return ""
    return f"{100 * (ends[0] / value - 1):+.0f} {100 * (ends[1] / value - 1):+.0f} %"


def ends_of(ends: tuple[float, float], unit: str) -> str:
    """Return between what a quantity lies: 1.1 - 1.9 ms."""
    return f"{with_unit(ends[0], unit)} – {with_unit(ends[1], unit)}"


def _origin(own: Amounts) -> str:
    """Return where a block's figures are from, and whether they are out of the range measured."""
    if not own:
        return "unavailable"
    if own[ESTIMATED]:
        return "estimated" if own[ESTIMATED] == own[PRICED] else "in part estimated"
    if own[OUTSIDE]:
        return "out of range" if own[OUTSIDE] == own[PRICED] else "in part out of range"
    return "measured"
