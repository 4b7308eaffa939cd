"""A number with its unit, as people read it: four digits and a decimal prefix.

The page has the same formatter in TypeScript; tests/vectors/format.json holds both to it.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
_PREFIXES |= {15: "P"}
_FOUR_DIGITS = Context(prec=4, rounding=ROUND_HALF_UP)
_COUNTED_OUT = 10_000


def with_unit(value: float | None, unit: str) -> str:
    """Return ``value`` in its unit; unknown is said, small counts (no unit) are written out."""
    if value is None:
        return "unknown"
    if value == 0:
        return f"0 {unit}".rstrip()
    if not unit and value == int(value) and abs(value) < _COUNTED_OUT:
        return str(int(value))
    # The exact binary value, rounded once: half away from zero, as toPrecision does.
    rounded = _FOUR_DIGITS.create_decimal(Decimal(abs(value)))
    power = max(-15, min(15, 3 * (rounded.adjusted() // 3)))
    digits = f"{rounded.scaleb(-power):f}"
    whole = digits.split(".")[0].lstrip("0")
    decimals = 4 - len(whole) if whole else 3 - rounded.scaleb(-power).adjusted()
    text = f"{rounded.scaleb(-power):.{max(0, decimals)}f}"
    return f"{'-' if value < 0 else ''}{text} {_PREFIXES[power]}{unit}".rstrip()


def share(part: float | None, whole: float | None) -> str:
    """Return a part of a whole in per cent, to one decimal; empty where one is unknown."""
    if part is None or not whole:
        return ""
    return f"{100 * part / whole:.1f} %"
