"""A simulation beside a result as text: what was counted, by how much the estimate is off, why."""

from collections.abc import Sequence
from dataclasses import dataclass

from py.breakdown.quantity import with_unit
from py.columns import columns, counted, printable, several, shortened
from py.layers.report.names import apart
from py.layers.report.totals import wrapped
from py.simulate.beside import NO_MACS, Beside, Figure, LayerBeside, figure_of
from py.simulate.simulation import Left

_GAP = 2
_MOST_SHOWN = 40
_MOST_LEFT = 12
_LONGEST_NAME = 32
_LEGEND = (
    "Simulated: counted in real values, chunk by chunk of the mapping. Estimated: from zero "
    "fractions alone, as in the table above, which takes zeros to lie anywhere and padding to be "
    "like the image."
)
_WHY = (
    "MACs on padding have a zero operand. Of the ifmap, filters meet the edges less often than the "
    "middle. Both: how often weight and ifmap are not zero at once, by chance 1. With padding "
    "known to be zero the estimate is off by what the last columns say."
)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column; of those too many the one with the highest ``rank`` goes first, 0 never."""

    header: str
    cells: list[str]
    rank: int = 0

    @property
    def width(self) -> int:
        return _GAP + max(map(len, (self.header, *self.cells)))


def table(found: Beside, width: int, *, every: bool) -> str:
    """Return the tables, what was not simulated and the notes."""
    shown = _shown(found.layers, every=every)
    lines = ["", *wrapped("", f"Simulated on real values, {found.source}.", width)]
    if found.layers:
        lines += ["", *_figures(found, shown, width), *_more(found, shown), ""]
        if found.sees_zeros:
            lines += [*wrapped("", _LEGEND, width, ""), "", *_reasons(found, shown, width)]
            lines += ["", *wrapped("", _WHY, width, "")]
        else:
            text = f"{printable(found.result.platform.name)} codes no values and skips no MACs: "
            lines += wrapped("", text + "nothing here depends on which values are zero.", width, "")
    lines += _left(found, width)
    for note in found.notes:
        if note.code != "simulate-left":  # they are listed
            lines += wrapped("", f"Note: {printable(note.text)}", width)
    return "\n".join(lines) + "\n"


def _shown(layers: Sequence[LayerBeside], *, every: bool) -> list[LayerBeside]:
    """Return the layers to list: all, or those that take the most energy, in their order."""
    if every or len(layers) <= _MOST_SHOWN:
        return list(layers)
    largest = sorted(layers, key=lambda layer: -layer.energy_macs.simulated)[:_MOST_SHOWN]
    return sorted(largest, key=lambda layer: layer.place)


def _more(found: Beside, shown: Sequence[LayerBeside]) -> list[str]:
    rest = len(found.layers) - len(shown)
    if not rest:
        return []
    return [f"{several(rest, 'layer')} that take less energy are in the total: --all shows each."]


def _figures(found: Beside, shown: Sequence[LayerBeside], width: int) -> list[str]:
    joules = found.mac_energy_j
    scale, unit = (1.0, "MACe") if joules is None else (joules, "J")

    def macs(value: float) -> str:
        return counted(round(value), "0")

    def bits(value: float) -> str:
        return with_unit(value, "b")

    def energy(value: float) -> str:
        return with_unit(scale * value, unit)

    numbers: list[_Column] = []
    for what, name, write, rank in (
        ("MACs done", "macs_done", macs, 2),
        ("coded", "coded_bits", bits, 3),
        ("energy", "energy_macs", energy, 1),
    ):
        own = [figure_of(layer, name) for layer in shown]
        if name == "coded_bits" and not found.total(name).simulated:
            continue
        figures = [*own, found.total(name)]
        numbers += [
            _Column(what, [write(figure.simulated) for figure in figures]),
            _Column("estimated", [write(figure.analytical) for figure in figures], rank),
            _Column("off by", [_off(figure) for figure in figures]),
        ]
    return _fitted([*_names(shown), "total"], numbers, width, foot=1)


def _reasons(found: Beside, shown: Sequence[LayerBeside], width: int) -> list[str]:
    reasons = [layer.reason for layer in shown]
    macs, energy = found.total("macs_done"), found.total("energy_macs")
    numbers = [
        _Column("on padding", [*(_percent(reason.padding) for reason in reasons), ""]),
        _Column("ifmap not 0", [*(_percent(reason.nonzero) for reason in reasons), ""]),
        _Column("under filters", [*(_percent(reason.under_filters) for reason in reasons), ""], 1),
        _Column("both", [*(_times(reason.together) for reason in reasons), ""], 2),
        _Column("MACs off", [_known(own) for own in (*(x.macs_done for x in shown), macs)]),
        _Column(
            "energy off", [_known(figure) for figure in (*(x.energy_macs for x in shown), energy)]
        ),
    ]
    return _fitted([*_names(shown), "total"], numbers, width, foot=1)


def _fitted(names: list[str], numbers: list[_Column], width: int, *, foot: int) -> list[str]:
    longest = max(len("layer"), *map(len, names))
    while longest + _taken(numbers) > width and any(column.rank for column in numbers):
        last = max(column.rank for column in numbers)
        numbers = [column for column in numbers if column.rank != last]
    most = max(8, min(longest, width - _taken(numbers)))
    cells = zip(*([column.header, *column.cells] for column in numbers), strict=True)
    titles = ["layer", *(shortened(name, most) for name in names)]
    rows = [[title, *line] for title, line in zip(titles, cells, strict=True)]
    return columns(rows[0], rows[1:], foot=foot)


def _taken(numbers: list[_Column]) -> int:
    taken = 0
    for column in numbers:
        taken += column.width
    return taken


def _names(shown: Sequence[LayerBeside]) -> list[str]:
    return [printable(name) for name in apart([layer.name for layer in shown], _LONGEST_NAME)]


def _left(found: Beside, width: int) -> list[str]:
    """Return what was not simulated: each with its reason, layers without MACs together."""
    if not found.left:
        return [""]
    lines = ["", "Not simulated:"]
    without = [entry for entry in found.left if entry.reason == NO_MACS]
    others = [entry for entry in found.left if entry.reason != NO_MACS]
    for entry in others[:_MOST_LEFT]:
        lines += wrapped("  ", f"{_name(entry)}: {printable(entry.reason)}", width)
    if len(others) > _MOST_LEFT:
        lines.append(f"  and {len(others) - _MOST_LEFT} more; --format json has all")
    if without:
        named = ", ".join(_name(entry) for entry in without[:3])
        more = f" and {len(without) - 3} more" if len(without) > 3 else ""
        text = f"{several(len(without), 'layer')} without MACs ({named}{more}): their zeros are "
        lines += wrapped("  ", text + "counted, what they move is as estimated", width)
    if found.layers and found.energy_share is not None:
        share = 100 * found.energy_share
        text = f"The simulated layers take {share:.1f} % of the estimated energy."
        lines += ["", text]
    return [*lines, ""]


def _name(entry: Left) -> str:
    return shortened(printable(entry.name), 60)


def _off(figure: Figure) -> str:
    return _difference(figure.analytical, figure.simulated)


def _known(figure: Figure) -> str:
    return _difference(figure.padding_as_zero, figure.simulated)


def _difference(estimated: float, simulated: float) -> str:
    if not simulated:
        return "0.0 %" if not estimated else ""
    off = 100 * (estimated / simulated - 1.0)
    return f"{off:+.1f} %".replace("-", "\N{MINUS SIGN}") if abs(off) >= 0.05 else "0.0 %"


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:.1f} %"


def _times(ratio: float | None) -> str:
    return "unknown" if ratio is None else f"{ratio:.2f}"
