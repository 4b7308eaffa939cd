"""The totals of a timed platform as text: each says where it is from and between what it lies."""

from collections.abc import Iterator

from py.breakdown.blocks import spread_of
from py.breakdown.quantity import with_unit
from py.breakdown.result import Result
from py.breakdown.table import ends_of
from py.notes import Note
from py.platforms.estimate import Quantity
from py.platforms.platform import Standing

_TOTALS: tuple[tuple[str, Quantity, str], ...] = (
    ("energy", "energy_j", "J"),
    ("time", "time_s", "s"),
    ("power", "power_w", "W"),
)
_ORIGINS = {"measured": "measured", "datasheet": "estimated", "modelled": "modelled"}
_Line = tuple[str, str, str, str]


def timed_totals(result: Result) -> list[str]:
    """Return the totals, a line each."""
    rows = list(_lines(result))
    wide, wider = (max(len(row[place]) for row in rows) for place in (1, 2))
    return [
        f"{label:13}  {value:{wide}}  {origin:{wider}}  {more}".rstrip()
        for label, value, origin, more in rows
    ]


def interval_hints(result: Result) -> list[str]:
    """Return how to read the intervals in the table."""
    spread = spread_of(result)
    if spread is None:
        return []
    share = f"{100 * spread.level:g} %"
    said = f"{spread.word}, {share}: how far off it is at most, in {share} of cases; "
    return [said + "a block adds up its layers'."]


def interval_notes(result: Result) -> list[Note]:
    """Return how the intervals of the layers make that of the totals."""
    interval = result.interval
    if interval is None or interval.rule is None:
        return []
    return [Note("interval", f"Intervals of the totals: {interval.rule}")]


def _lines(result: Result) -> Iterator[_Line]:
    """Yield label, value, where it is from, and what else there is to say."""
    interval, batch = result.interval, result.model.batch
    least = "≥ " if result.not_modelled else ""
    for label, name, unit in _TOTALS:
        value: float | None = getattr(result, name)
        ends = None if interval is None else interval.ranges.get(name)
        if value is None:
            yield label, "unavailable", "", ""
            continue
        shown = f"{'' if name == 'power_w' else least}{with_unit(value, unit)}"
        more = ""
        if interval is not None and ends is not None:
            more = f"{100 * interval.level:g} %: {ends_of(ends, unit)}"
        yield label, shown, _origin(result, name), more
    energy, time = result.energy_j, result.time_s
    if batch > 1 and time is not None:
        each = f"{least}{with_unit(time / batch, 's')}"
        what = "per image" if result.options.get("train") else "per inference"
        if energy is None:
            yield what, each, "", ""
        else:
            yield what, f"{least}{with_unit(energy / batch, 'J')}", f"in {each}", ""
    if result.platform.host is not None:
        yield _standing("host", result.platform.host, result.time_s, "on top of the energy")
    if result.platform.idle is not None:
        inside = "of the energy" if result.platform.idle.included else "on top of the energy"
        yield _standing("idle", result.platform.idle, result.time_s, inside)


def _origin(result: Result, name: Quantity) -> str:
    """Return where a total is from, and of one that is measured in part how much is not."""
    origin = result.origins()[name]
    part = result.estimated_share("energy_j" if name == "power_w" else name)
    if origin != "measured" and part is not None and 0 < part < 1 - 1e-9:
        what = "estimated" if origin == "datasheet" else "not measured"
        return f"{max(1, round(100 * part))} % {what}"
    return "" if origin is None else _ORIGINS[origin]


def _standing(label: str, power: Standing, time_s: float | None, where: str) -> _Line:
    drawn = power.over(time_s)
    said = "" if drawn is None else f"{with_unit(drawn, 'J')} {where}"
    return label, with_unit(power.power_w, "W"), said, ""
