"""What a comparison says, in a sentence; and which of its layers say most."""

from py.breakdown.quantity import with_unit
from py.columns import printable
from py.compared.comparison import Comparison
from py.compared.differences import weight
from py.compared.text import UNITS, WORDS, signed


def finding(comparison: Comparison, quantity: str) -> str:
    """Return which run takes most, how much more than the least, and the layer of most of that."""
    word, unit = WORDS[quantity], UNITS[quantity]
    names = [printable(run.name) for run in comparison.runs]
    values = comparison.totals[quantity].values
    known = [(value, -run) for run, value in enumerate(values) if value is not None]
    if not known:
        return f"The {word} of no run is known."
    (low, least), (high, most) = min(known), max(known)
    if len(names) == 1:
        return f"{names[0]}: {with_unit(high, unit)} of {word}. Keep another to compare it with."
    if len(known) < len(names):
        without = ", ".join(names[run] for run, value in enumerate(values) if value is None)
        return f"The {word} of {without} is not known."
    if low == high:
        return f"All take {with_unit(high, unit)} of {word}."
    times = high / low if low > 0 else 0
    more = f"{times:.0f}" if times >= 100 else f"{times:.3g}"
    more = f"{more} times that of" if low > 0 else "against none of"
    said = f"{names[-most]} takes {with_unit(high, unit)} of {word}, {more} {names[-least]}."
    return said + _layer(comparison, quantity, -least if -most == comparison.base else -most)


def order(comparison: Comparison, quantity: str) -> list[int]:
    """Return the places of the rows, those that differ most from the base first."""
    weights = [weight(cells[quantity]) for cells in comparison.cells]
    return sorted(range(len(weights)), key=lambda place: -weights[place])


def _layer(comparison: Comparison, quantity: str, run: int) -> str:
    """Return the layer in which a run differs most from the base."""
    differences = [cells[quantity].differences[run] for cells in comparison.cells]
    place = max(range(len(differences)), key=lambda at: abs(differences[at] or 0), default=None)
    if place is None or not differences[place]:
        return ""
    return (
        f" The layer that differs most is {printable(comparison.rows[place].name)}: "
        f"{signed(differences[place], quantity)} against "
        f"{printable(comparison.runs[comparison.base].name)}."
    )
