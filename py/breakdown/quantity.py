"""A number with its unit, as people read it: four digits and a decimal prefix.

The page has the same formatter in TypeScript; tests/vectors/format.json holds both to it.
"""

import math

_PREFIXES = {
    -5: "f",
    -4: "p",
    -3: "n",
    -2: "µ",
    -1: "m",
    0: "",
    1: "k",
    2: "M",
    3: "G",
    4: "T",
    5: "P",
}


def with_unit(value: float | None, unit: str) -> str:
    """Return ``value`` in its unit; unknown is said, zero has no prefix."""
    if value is None:
        return "unknown"
    if value == 0:
        return f"0 {unit}".rstrip()
    digits, power = _scaled(value)
    return f"{digits} {_PREFIXES[power]}{unit}".rstrip()


def share(part: float | None, whole: float | None) -> str:
    """Return a part of a whole in per cent, to one decimal."""
    if part is None or not whole:
        return ""
    return f"{100 * part / whole:.1f} %"


def _scaled(value: float) -> tuple[str, int]:
    size = abs(value)
    power = max(-5, min(5, math.floor(math.log10(size) / 3)))
    for candidate in (power - 1, power, power + 1):
        if candidate not in _PREFIXES:
            continue
        # One division, no product of inexact factors, so that both languages round alike.
        scaled = (
            size / 10.0 ** (3 * candidate) if candidate >= 0 else size * 10.0 ** (-3 * candidate)
        )
        text = _four_digits(scaled)
        if float(text) < 1000 or candidate == 5:
            return (f"-{text}" if value < 0 else text), candidate
    return f"{value:.3e}", 0


def _four_digits(scaled: float) -> str:
    decimals = 3 if scaled < 10 else 2 if scaled < 100 else 1 if scaled < 1000 else 0
    text = f"{scaled:.{decimals}f}"
    if decimals and len(text.replace(".", "").lstrip("0") or "0") > 4 and decimals > 0:
        text = f"{scaled:.{decimals - 1}f}"
    return text
