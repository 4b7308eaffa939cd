"""Values of a result as a table's columns hold them."""

from py.errors import JoulegraphError
from py.platforms import Interval
from py.sweep.rows.columns import MOST_WHOLE, Value, Values

_ENDS = ("energy_low_j", "energy_high_j", "time_low_s", "time_high_s")


def ends(interval: Interval | None) -> dict[str, Value]:
    """Return the ends of energy and time by column, those that are known."""
    if interval is None:
        return {}
    energy = interval.of("energy_j") or (None, None)
    time = interval.of("time_s") or (None, None)
    return dict(zip(_ENDS, (*energy, *time), strict=True))


def count(what: str, value: int | None) -> int | None:
    """Return a count that a column can hold: those of a table of layers may be any.

    Raises:
        JoulegraphError: ``count-too-large``.
    """
    if value is not None and value > MOST_WHOLE:
        raise JoulegraphError(
            "count-too-large",
            f"A sweep's tables hold counts up to {MOST_WHOLE:,}, got {value:,} {what}.",
            "Choose a smaller --batch, or price it alone with python -m py.estimate.",
        )
    return value


def writable(values: Values) -> Values:
    """Return the values with texts that can be written: a file's name may hold stray bytes."""
    return {
        name: value
        if not isinstance(value, str) or value.isascii()
        else value.encode(errors="replace").decode()
        for name, value in values.items()
    }
