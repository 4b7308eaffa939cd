"""Numbers as people read them: three digits, a prefix and the unit."""

import math

_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
_MINUS = "\N{MINUS SIGN}"
_UNKNOWN = "–"


def quantity(value: float | None, unit: str, digits: int = 3) -> str:
    """Return a value with the prefix of its size: 0.000123 s is 123 µs. Unknown is a dash."""
    if value is None or not math.isfinite(value):
        return _UNKNOWN
    rounded = float(f"{value:.{digits - 1}e}")
    if rounded == 0:
        return f"0 {unit}"
    power = 3 * math.floor(_exponent(rounded) / 3)
    power = min(max(power, min(_PREFIXES)), max(_PREFIXES))
    decimals = max(0, digits - 1 - (_exponent(rounded) - power))
    number = f"{rounded / 10.0**power:.{decimals}f}"
    return f"{_signed(number)} {_PREFIXES[power]}{unit}"


def _exponent(value: float) -> int:
    return int(f"{value:e}".partition("e")[2])


def percent(share: float | None, *, sign: bool = False) -> str:
    """Return a fraction as a percentage: 0.149 is 14.9 %. With ``sign``, of either sign."""
    if share is None or not math.isfinite(share):
        return _UNKNOWN
    value = 100 * share
    decimals = 0 if abs(value) >= 99.95 else (1 if abs(value) >= 0.995 else 2)
    number = f"{value:,.{decimals}f}"
    if not float(number.replace(",", "")):
        return "0 %"
    plus = "+" if sign and value > 0 else ""
    return f"{plus}{_signed(number)} %"


def ratio(value: float | None) -> str:
    """Return how many times: three digits, and no prefix."""
    if value is None or not math.isfinite(value):
        return _UNKNOWN
    if value == 0 or 0.001 <= abs(value) < 99_999.5:
        decimals = 2 if value == 0 else max(0, 2 - _exponent(float(f"{value:.2e}")))
        return _signed(f"{value:,.{decimals}f}")
    return _signed(f"{value:.2e}")


def size(value: float) -> str:
    """Return a size of a layer: whole up to a million, else to three digits."""
    if value == int(value) and abs(value) < 1_000_000:
        return count(int(value))
    return quantity(value, "") if abs(value) >= 1_000_000 else ratio(value)


def coefficient(value: float) -> str:
    """Return a coefficient to four digits, with a power of ten."""
    return _signed(f"{value:.3e}")


def count(value: int) -> str:
    """Return a whole number, thousands apart."""
    return _signed(f"{value:,}")


def _signed(number: str) -> str:
    return number.replace("-", _MINUS)
