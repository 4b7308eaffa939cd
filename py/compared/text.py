"""A comparison as text for the terminal: totals, kinds, layers, precision, cascade, notes."""

import math
from collections.abc import Mapping, Sequence

from py.breakdown.quantity import with_unit
from py.breakdown.table import ALWAYS
from py.columns import columns, printable, several, shortened
from py.compared.comparison import Comparison
from py.compared.differences import Beside, weight
from py.compared.precision_text import precision_lines
from py.layers.report.names import apart
from py.layers.report.table import WIDTH
from py.layers.report.totals import wrapped
from py.quantities import total

LONGEST_NAME = 28
_LONGEST_HEADER = 16
_SHORTEST_NAME = 16
_LARGE, _TOO_LARGE = 1000, 1_000_000
MOST_ROWS = 15
_GAP = 2
_ABSENT = "–"
_LIKE = "~"
_BY_FORM = "~ of the same kind and form in the same place, of other sizes and another name."
UNITS = {"energy_j": "J", "energy_macs": "MACe", "time_s": "s", "macs": "", "parameters": ""}
WORDS = {
    "energy_j": "energy",
    "energy_macs": "energy",
    "time_s": "time",
    "macs": "MACs",
    "parameters": "parameters",
}
_Column = tuple[str, list[str]]


def comparison_table(comparison: Comparison, *, width: int = WIDTH, every: bool = False) -> str:
    """Return the comparison as text; ``every`` shows each layer, not those that differ most."""
    runs = comparison.runs
    base = printable(runs[comparison.base].name)
    said = f"{several(len(runs), 'run')}, per inference; ratios and differences are to {base}"
    lines = [*wrapped("", said, width), "", *_totals(comparison, width)]
    if comparison.basis is not None:
        lines += ["", *_kinds(comparison, comparison.basis, width)]
        lines += ["", *_layers(comparison, comparison.basis, width, every=every)]
    lines += precision_lines(comparison, width)
    lines += _cascade(comparison, width)
    if comparison.notes:
        lines.append("")
    for note in comparison.notes:
        lines += wrapped("", f"Note: {printable(note.text)}", width)
    return "\n".join(lines) + "\n"


def name_of(name: str, most: int = LONGEST_NAME) -> str:
    """Return a name as it stands in a table."""
    return shortened(printable(name), most)


def _totals(comparison: Comparison, width: int) -> list[str]:
    names = [name_of(run.name) for run in comparison.runs]
    found: list[tuple[int, _Column]] = []
    for rank, quantity in enumerate(comparison.quantities):
        own = comparison.totals[quantity]
        values = [
            f"{'≥ ' if run.not_modelled and value is not None else ''}{_value(value, quantity)}"
            for run, value in zip(comparison.runs, own.values, strict=True)
        ]
        found.append((ALWAYS if rank == 0 else 8 - rank, (WORDS[quantity], values)))
        if len(names) > 1:
            ratios = [ratio_text(value) for value in own.ratios]
            found.append((8 if rank == 0 else 4 - rank, ("ratio", ratios)))
    if any(run.error is not None for run in comparison.runs):
        errors = [_percent(run.error) for run in comparison.runs]
        found.append((ALWAYS, ("error", errors)))
    kept = _fitting(found, width - max(map(len, ["run", *names])))
    return _table("run", names, kept)


def _kinds(comparison: Comparison, basis: str, width: int) -> list[str]:
    kinds = list(comparison.kinds)
    cells = [comparison.kinds[kind][basis] for kind in kinds]
    title = f"{WORDS[basis]} by kind"
    kept = _by_run(comparison, cells, basis, width - max(map(len, [title, *kinds])))
    return _table(title, kinds, kept)


def _layers(comparison: Comparison, basis: str, width: int, *, every: bool) -> list[str]:
    cells = [found[basis] for found in comparison.cells]
    shown = list(range(len(cells)))
    if not every and len(cells) > MOST_ROWS + 1:
        shown = sorted(sorted(shown, key=lambda place: -weight(cells[place]))[:MOST_ROWS])
    names = apart([printable(comparison.rows[place].name) for place in shown], LONGEST_NAME)
    lines = [cells[place] for place in shown]
    if len(shown) < len(cells):
        kept = set(shown)
        rest = [cell for place, cell in enumerate(cells) if place not in kept]
        names.append(f"{several(len(rest), 'other layer')}")
        lines.append(_together(rest))
    names.append("total")
    lines.append(comparison.totals[basis])
    title = f"{WORDS[basis]} by layer"
    widest = max(map(len, [title, *names]))
    found = _by_run(comparison, lines, basis, width - widest)
    left = width - widest - _needed([(0, column) for column in found]) - _GAP
    others = _other_names(comparison, shown)
    if others is None or left < _SHORTEST_NAME:
        return _table(title, names, found, foot=1)
    other = apart(list(map(printable, others)), min(left, LONGEST_NAME))
    other += [""] * (len(names) - len(other))
    header = name_of(comparison.runs[1 - comparison.base].name, min(left, LONGEST_NAME))
    table = _table(title, names, [(header, other), *found], left=2, foot=1)
    like = any(name.startswith(_LIKE) for name in other)
    return [*table, *wrapped("", _BY_FORM, width)] if like else table


def _other_names(comparison: Comparison, shown: Sequence[int]) -> list[str] | None:
    """Return what the other of two runs calls the layers, where it does not call all the same."""
    if len(comparison.runs) != 2:
        return None
    other = 1 - comparison.base
    layers = comparison.runs[other].layers
    found = []
    for row in (comparison.rows[place] for place in shown):
        place = row.places[other]
        own = _ABSENT if place is None else layers[place].name
        like = _LIKE if row.how[other] == "form" else ""
        found.append("" if own == row.name else f"{like}{own}")
    return found if any(name not in ("", _ABSENT) for name in found) else None


def _by_run(
    comparison: Comparison, cells: Sequence[Beside], basis: str, room: int
) -> list[_Column]:
    """Return a column for each run; differences and ratios to the base where there is room."""
    found: list[tuple[int, _Column]] = []
    for run, own in enumerate(comparison.runs):
        values = [_cell(cell, run, basis) for cell in cells]
        found.append((ALWAYS, (name_of(own.name, _LONGEST_HEADER), values)))
        if run == comparison.base:
            continue
        differences = [signed(cell.differences[run], basis) for cell in cells]
        found.append((1, ("difference", differences)))
        found.append((2, ("ratio", [ratio_text(cell.ratios[run]) for cell in cells])))
    return _fitting(found, room)


def _fitting(found: Sequence[tuple[int, _Column]], room: int) -> list[_Column]:
    """Return the columns that fit: of those too many the lowest rank goes first, all of it."""
    kept = list(found)
    while kept and _needed(kept) > room:
        least = min(rank for rank, _ in kept)
        if least == ALWAYS:
            break
        kept = [one for one in kept if one[0] != least]
    return [column for _, column in kept]


def _needed(found: Sequence[tuple[int, _Column]]) -> int:
    widths = [_GAP + max(map(len, [header, *cells])) for _, (header, cells) in found]
    return int(math.fsum(widths))


def _table(
    title: str, names: Sequence[str], found: Sequence[_Column], *, left: int = 1, foot: int = 0
) -> list[str]:
    rows = [[name, *(cells[place] for _, cells in found)] for place, name in enumerate(names)]
    return columns([title, *(header for header, _ in found)], rows, left=left, foot=foot)


def _together(cells: Sequence[Beside]) -> Beside:
    """Return several layers as one: what is not known of one is not known of all."""
    runs = range(len(cells[0].values))
    values = tuple(
        total(0 if _is_absent(cell, run) else cell.values[run] for cell in cells) for run in runs
    )
    differences = tuple(total(cell.differences[run] for cell in cells) for run in runs)
    return Beside(values, differences, (None,) * len(values))


def _is_absent(cell: Beside, run: int) -> bool:
    """Whether a run has not the layer: no value, but a difference."""
    return cell.values[run] is None and cell.differences[run] is not None


def _cell(cell: Beside, run: int, quantity: str) -> str:
    return _ABSENT if _is_absent(cell, run) else _value(cell.values[run], quantity)


def _value(value: float | None, quantity: str) -> str:
    return with_unit(value, UNITS[quantity])


def signed(value: float | None, quantity: str) -> str:
    """Return a difference with its sign."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return sign + with_unit(abs(value), UNITS[quantity])


def ratio_text(value: float | None) -> str:
    """Return a ratio to three digits: ``×1.20``, nothing where there is none."""
    if value is None:
        return ""
    if _LARGE <= value < _TOO_LARGE:
        return f"×{value:,.0f}"
    if value == 0:
        return "×0"
    # Of three digits before the point only the point would be left behind them.
    plain = 1 / _LARGE <= value < _LARGE
    return "×" + (f"{value:#.3g}".removesuffix(".") if plain else f"{value:.2e}")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.4g} %"


def _cascade(comparison: Comparison, width: int) -> list[str]:
    said = cascade_in_words(comparison)
    return [""] * bool(said) + [line for one in said for line in wrapped("", one, width)]


def cascade_in_words(comparison: Comparison) -> list[str]:
    """Return the stages in a sentence, and what is expected of an input; nothing without one."""
    cascade = comparison.cascade
    if cascade is None:
        return []
    runs = comparison.runs
    stages = [
        f"{printable(runs[stage.run].name)} for {_percent(stage.reached)}"
        for stage in cascade.stages
    ]
    said = _expected(comparison, cascade.expected, cascade.ratios)
    last = printable(runs[cascade.stages[-1].run].name)
    return [
        f"Cascade: {', then '.join(stages)} of the inputs.",
        f"Expected of an input: {said} (ratios are to {last} alone).",
    ]


def _expected(
    comparison: Comparison,
    expected: Mapping[str, float | None],
    ratios: Mapping[str, float | None],
) -> str:
    parts = []
    for quantity in comparison.quantities:
        value = expected.get(quantity)
        if value is not None:
            shown = f"{WORDS[quantity]} {_value(value, quantity)}"
            parts.append(f"{shown} {ratio_text(ratios[quantity])}".rstrip())
    return ", ".join(parts) or "unknown"
